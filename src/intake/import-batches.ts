import { setImmediate as breath } from 'node:timers/promises';
import type { Rejection } from './checks.ts';
import type { Envelope } from './event.ts';
import type { Place, Plan } from './import-plan.ts';
import type { Reading } from './readers.ts';
import { SKIPPED } from './rows.ts';

/** Rows in one transaction. */
export const BATCH_ROWS = 4_000;
const BATCH_BYTES = 16 * 1024 * 1024; // so that a batch of long rows stays small too
const SLICE_ROWS = 100; // read at a stretch, about 1 ms; then the database gets its turn
const NEARBY = 16 * 1024; // bytes between rows that are rather read than skipped
const LONGEST_READ = 4 * 1024 * 1024;

export interface Batch {
  readonly places: readonly Place[];
  readonly read: readonly (Envelope | Rejection | typeof SKIPPED)[]; // of each place
  readonly nextRow: number; // of the plan's order
}

/** Reads the rows of one batch again, in the plan's order. */
export async function readBatch(
  readings: readonly Reading[],
  plan: Plan,
  order: Uint32Array,
  from: number,
  now: number,
  until: number,
): Promise<Batch> {
  const places: Place[] = [];
  let next = from;
  for (let bytes = 0; next < order.length && places.length < BATCH_ROWS && bytes < BATCH_BYTES; next++) {
    const place = plan.get(order[next]!);
    places.push(place);
    bytes += place.length;
  }
  const rows = bytesOf(places, readings);
  const read: Batch['read'][number][] = [];
  for (let start = 0; start < places.length; start += SLICE_ROWS) {
    read.push(...readSlice(places.slice(start, start + SLICE_ROWS), rows.slice(start, start + SLICE_ROWS)));
    await breath();
  }
  return { places, read, nextRow: next };

  function readSlice(some: readonly Place[], bytes: readonly Buffer[]): Batch['read'] {
    if (some.every(({ file }) => file === some[0]!.file)) return readings[some[0]!.file]!.read(bytes, now, until);
    return some.map(({ file }, i) => readings[file]!.read([bytes[i]!], now, until)[0]!);
  }
}

/** Reads rows that lie near each other at once: in a sorted file a whole batch, in a shuffled one each by itself. */
function bytesOf(places: readonly Place[], readings: readonly Reading[]): Buffer[] {
  const found: Buffer[] = Array.from({ length: places.length });
  const byPlace = places
    .map((_, i) => i)
    .toSorted((a, b) => places[a]!.file - places[b]!.file || places[a]!.offset - places[b]!.offset);
  for (let first = 0; first < byPlace.length;) {
    const { file, offset } = places[byPlace[first]!]!;
    let end = offset;
    let after = first;
    for (; after < byPlace.length; after++) {
      const place = places[byPlace[after]!]!;
      if (place.file !== file || place.offset > end + NEARBY) break;
      if (after > first && place.offset + place.length - offset > LONGEST_READ) break;
      end = place.offset + place.length;
    }
    const bytes = Buffer.allocUnsafe(end - offset);
    readings[file]!.input.readAt(bytes, offset);
    for (const i of byPlace.slice(first, after)) {
      const start = places[i]!.offset - offset;
      found[i] = bytes.subarray(start, start + places[i]!.length);
    }
    first = after;
  }
  return found;
}
