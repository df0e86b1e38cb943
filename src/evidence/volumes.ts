import type { Tx } from '../db/tx.ts';
import { addCheckpoint, checkpointsKept, type Book } from './book.ts';
import {
  checkpointsOf,
  shelfFilledBy,
  type RecordedEntry,
  type CheckpointToSave,
  type ClosedVolume,
} from './checkpoints.ts';
import { recordedEntryFrom } from './entry-rows.ts';
import { bookOf, type Folding, type Ledger } from './ledger.ts';
import { SHELF_VOLUMES, VOLUME_ENTRIES } from './volume-size.ts';
import { firstVolumes, insertCheckpoints, insertShelves, insertVolumes, laterVolumes } from './volumes.queries.ts';

/** Where a transaction's entries go, and what is closed by them. */
export interface Binding {
  readonly volumes: ReadonlyMap<string, number>; // by subject id
  readonly closed: readonly ClosedVolume[];
  readonly checkpoints: readonly CheckpointToSave[];
  readonly shelves: readonly Shelf[];
}

/** A shelf that a volume filled, by its first volume. */
interface Shelf {
  readonly subjectId: string;
  readonly policyId: string;
  readonly volume: number;
}

interface Closing {
  readonly book: Book;
  readonly volume: number;
  readonly hasOlder: boolean; // entries of earlier transactions
  readonly hasNew: boolean; // entries of this one
}

/** Gives each entry that is to be written its volume, and closes those that are full. */
export async function bindEntries(
  tx: Tx,
  ledger: Ledger,
  now: number,
  ready: () => Promise<unknown> = async () => {}, // to be waited for before the ledger is read
): Promise<Binding> {
  const volumes = new Map<string, number>();
  const closings: Closing[] = [];
  for (const { subjectId } of ledger.entries)
    if (!volumes.has(subjectId)) volumes.set(subjectId, volumeFor(bookOf(ledger, subjectId), closings));
  if (closings.length === 0) return { volumes, closed: [], checkpoints: [], shelves: [] };
  await ready();
  const older = await olderEntries(tx, closings);
  const fresh = freshEntries(ledger, closings, now);
  const closed: ClosedVolume[] = [];
  const checkpoints: CheckpointToSave[] = [];
  const shelves: Shelf[] = [];
  for (const closing of closings) {
    const { book, volume, hasNew } = closing;
    const entries = [
      ...(older.get(placeOf(book.subjectId, volume)) ?? []),
      ...((hasNew && fresh.get(book.subjectId)) || []),
    ];
    closed.push(closedVolume(book.subjectId, volume, entries));
    for (const { policyId, policy } of foldingsFor(closing, ledger.foldings)) {
      const place = { subjectId: book.subjectId, policyId };
      for (const checkpoint of checkpointsOf(policy, entries)) checkpoints.push({ ...place, ...checkpoint });
      const first = shelfFilledBy(volume);
      if (first !== null) shelves.push({ ...place, volume: first });
    }
  }
  return { volumes, closed, checkpoints, shelves };
}

/** Writes what was closed. */
export async function saveClosed(tx: Tx, { closed, checkpoints, shelves }: Binding): Promise<void> {
  if (closed.length > 0) await insertVolumes(tx, closed);
  if (checkpoints.length > 0) await insertCheckpoints(tx, checkpoints);
  if (shelves.length > 0) await insertShelves(tx, shelves, SHELF_VOLUMES);
}

const placeOf = (subjectId: string, volume: number): string => `${subjectId}/${volume}`;

function volumeFor(book: Book, closings: Closing[]): number {
  const { tally, entered } = book;
  if (tally.volume === 0 && entered >= VOLUME_ENTRIES) {
    closings.push({ book, volume: 0, hasOlder: tally.volumeEntries > 0, hasNew: false }); // so that volume 0 is always short
    Object.assign(tally, { volume: 1, volumeEntries: 0 });
  }
  const { volume } = tally;
  const hasOlder = tally.volumeEntries > 0;
  tally.volumeEntries += entered;
  book.entered = 0;
  if (tally.volumeEntries < VOLUME_ENTRIES) return volume;
  closings.push({ book, volume, hasOlder, hasNew: true });
  Object.assign(tally, { volume: volume + 1, volumeEntries: 0 });
  return volume;
}

async function olderEntries(tx: Tx, closings: readonly Closing[]): Promise<Map<string, RecordedEntry[]>> {
  const wanted = closings
    .filter(({ hasOlder }) => hasOlder)
    .map(({ book, volume }) => ({ subjectId: book.subjectId, volume }));
  const first = wanted.filter(({ volume }) => volume === 0).map(({ subjectId }) => subjectId);
  const later = wanted.filter(({ volume }) => volume > 0);
  const rows = [
    ...(first.length > 0 ? await firstVolumes(tx, first) : []),
    ...(later.length > 0 ? await laterVolumes(tx, later) : []),
  ];
  return Map.groupBy(rows.map(recordedEntryFrom), ({ subjectId, volume }) => placeOf(subjectId, volume));
}

function freshEntries({ entries }: Ledger, closings: readonly Closing[], now: number): Map<string, RecordedEntry[]> {
  const wanted = new Map(closings.filter(({ hasNew }) => hasNew).map(({ book, volume }) => [book.subjectId, volume]));
  return Map.groupBy(
    entries
      .filter(({ subjectId }) => wanted.has(subjectId))
      .map((entry) => ({ ...entry, volume: wanted.get(entry.subjectId)!, recordedAt: now })),
    ({ subjectId }) => subjectId,
  );
}

/** The first volume may be empty, where much came in at once: then it was recorded before all else. */
function closedVolume(subjectId: string, volume: number, entries: readonly RecordedEntry[]): ClosedVolume {
  const recorded = entries.map(({ recordedAt }) => recordedAt);
  return {
    subjectId,
    volume,
    firstRecordedAt: recorded.reduce((a, b) => Math.min(a, b), recorded[0] ?? 0),
    lastRecordedAt: recorded.reduce((a, b) => Math.max(a, b), 0),
    facts: volume === 0 ? [...new Set(entries.map(({ factId }) => factId))].toSorted() : null,
  };
}

/** Under a policy that has no checkpoints of an earlier volume there are none of this one: who builds its standings makes them all. */
function foldingsFor({ book, volume }: Closing, foldings: readonly Folding[]): Folding[] {
  const own = foldings.filter(({ subjectKind, policyId }) => subjectKind === book.kind && book.terms.has(policyId));
  const upToDate = own.filter(({ policyId }) => checkpointsKept(book, policyId) === volume);
  for (const { policyId } of upToDate) addCheckpoint(book, policyId);
  return upToDate;
}
