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
  entry: Omit<BoundEntry, 'subjectId' | 'factId' | 'revision'>,
  termOfEntry: bigint,
): void {
  const { volume, occurredAt, kind, sign, firstStep, firstFarAt } = entry;
  const place = { span: 1, volume, day: dayOf(occurredAt) };
  add(checkpoints, { ...place, kind, count: sign, term: termOfEntry });
  if (firstStep === 0) return;
  add(checkpoints, { ...place, kind: COUNTERPARTIES, count: firstStep, term: 0n });
  if (firstFarAt !== null)
    add(checkpoints, { ...place, day: dayOf(firstFarAt), kind: COUNTERPARTIES, count: -firstStep, term: 0n });
}

function add(all: Checkpoints, more: Checkpoint): void {
  const key = (more.volume * 65_536 + more.day) * 256 + more.kind; // days to the year 2149, and codes to 255
  const known = all.get(key);
  if (!known) {
    all.set(key, more);
    return;
  }
  known.count += more.count;
  known.term += more.term;
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
    if (first + SHELF_VOLUMES <= open) add(ofShelves, { ...each, span: SHELF_VOLUMES, volume: first });
  }
  return [...ofVolumes, ...inOrder(ofShelves)];
}

/** Whether the volume is the last of its shelf; then, the first. */
export const shelfFilledBy = (volume: number): number | null =>
  (volume + 1) % SHELF_VOLUMES === 0 ? volume + 1 - SHELF_VOLUMES : null;
