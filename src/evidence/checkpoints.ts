import { term } from '../scoring/decay.ts';
import type { CompiledPolicy } from '../scoring/compiled.ts';
import { dayOf } from './book.ts';
import type { EnteredEntry } from './ledger.ts';
import { SHELF_VOLUMES } from './volume-size.ts';

/** An entry as it lies in the ledger. */
export interface BoundEntry extends EnteredEntry {
  readonly volume: number;
}

/** The same with when it was recorded. */
export interface RecordedEntry extends BoundEntry {
  readonly recordedAt: number;
}

/**
 * What the entries of one volume, or of a shelf of them, add up to, for one UTC day and one kind of posting, under one policy. Counts
 * and terms are whole numbers, so sums of checkpoints are what a fold of their entries gives, bit for bit.
 */
export interface Checkpoint {
  readonly span: number; // of how many volumes: 1 or SHELF_VOLUMES
  readonly volume: number; // the first of them
  readonly day: number; // UTC days since 1970
  readonly kind: number; // a posting kind's code, or COUNTERPARTIES
  count: number;
  term: bigint;
}

export interface CheckpointToSave extends Checkpoint {
  readonly subjectId: string;
  readonly policyId: string;
}

/** A part of a subject's ledger that nothing is added to any more. */
export interface ClosedVolume {
  readonly subjectId: string;
  readonly volume: number;
  readonly firstRecordedAt: number;
  readonly lastRecordedAt: number;
  readonly facts: readonly string[] | null; // those of volume 0, which the index by volume leaves out
}

/** In place of a posting kind: how many counterparties count from this day on. */
export const COUNTERPARTIES = 0;

/** The checkpoints of one subject's volumes under one policy, in the making; in whatever order entries come. */
export type Checkpoints = Map<number, Checkpoint>;

export function addToCheckpoints(
  checkpoints: Checkpoints,
  entry: Pick<BoundEntry, 'volume' | 'occurredAt' | 'kind' | 'sign' | 'firstStep' | 'firstFarAt'>,
  termOfEntry: bigint,
): void {
  const { volume, occurredAt, kind, sign, firstStep, firstFarAt } = entry;
  const day = dayOf(occurredAt);
  add(checkpoints, 1, volume, day, kind, sign, termOfEntry);
  if (firstStep === 0) return;
  add(checkpoints, 1, volume, day, COUNTERPARTIES, firstStep, 0n);
  if (firstFarAt !== null) add(checkpoints, 1, volume, dayOf(firstFarAt), COUNTERPARTIES, -firstStep, 0n);
}

/** Within one span: days to the year 2149, and codes to 255. */
export const checkpointPlace = (volume: number, day: number, kind: number): number =>
  (volume * 65_536 + day) * 256 + kind;

function add(
  all: Checkpoints,
  span: number,
  volume: number,
  day: number,
  kind: number,
  count: number,
  term: bigint,
): void {
  const place = checkpointPlace(volume, day, kind);
  const known = all.get(place);
  if (!known) {
    all.set(place, { span, volume, day, kind, count, term });
    return;
  }
  known.count += count;
  known.term += term;
}

/** In order. Those that come to nothing too: they tell that the volume has entries of that day. */
const inOrder = (checkpoints: Checkpoints): Checkpoint[] =>
  [...checkpoints.values()].toSorted((a, b) => a.volume - b.volume || a.day - b.day || a.kind - b.kind);

export function checkpointsOf(policy: CompiledPolicy, entries: Iterable<BoundEntry>): Checkpoint[] {
  const checkpoints: Checkpoints = new Map();
  for (const entry of entries) addToCheckpoints(checkpoints, entry, term(entry, policy));
  return inOrder(checkpoints);
}

/** Those of the volumes before the open one, and of the shelves that they fill. */
export function withShelves(checkpoints: Checkpoints, open: number): Checkpoint[] {
  const ofVolumes = inOrder(checkpoints).filter(({ volume }) => volume < open);
  const ofShelves: Checkpoints = new Map();
  for (const each of ofVolumes) {
    const first = each.volume - (each.volume % SHELF_VOLUMES);
    if (first + SHELF_VOLUMES <= open) add(ofShelves, SHELF_VOLUMES, first, each.day, each.kind, each.count, each.term);
  }
  return [...ofVolumes, ...inOrder(ofShelves)];
}

/** Whether the volume is the last of its shelf; then, the first. */
export const shelfFilledBy = (volume: number): number | null =>
  (volume + 1) % SHELF_VOLUMES === 0 ? volume + 1 - SHELF_VOLUMES : null;
