import { setImmediate as breath } from 'node:timers/promises';
import { Refusal } from '../kernel/refusal.ts';
import { BATCH_ROWS, PART_ROWS, UNIT_ROWS } from './batch-size.ts';
import { Rejection } from './checks.ts';
import type { Envelope } from './event.ts';
import type { Place, Plan } from './import-plan.ts';
import type { Parts } from './parts.ts';
import type { Reading } from './readers.ts';
import { SKIPPED } from './rows.ts';

const BATCH_BYTES = 32 * 1024 * 1024; // so that a batch of long rows stays small too
const SLICE_ROWS = 100; // read at a stretch, about 1 ms; then the database gets its turn
const NEARBY = 16 * 1024; // bytes between rows that are rather read than skipped
const LONGEST_READ = 4 * 1024 * 1024;

/** All rows of an import, in the plan's order. */
export interface Rows {
  readonly readings: readonly Reading[];
  readonly plan: Plan;
  readonly order: Uint32Array;
  readonly now: number;
  readonly until: number;
}

/** The rows of one transaction. They are read part by part, as they are asked for; from the first on again, as often as need be. */
export class Batch implements AsyncIterable<readonly Envelope[]> {
  readonly #rows: Rows;
  readonly from: number; // of the plan's order
  readonly to: number; // the first that is not in it
  readonly #mayBegin: Promise<unknown>;
  readonly #read = Promise.withResolvers<void>();

  /** `mayBegin`: when the batch before was read. */
  constructor(rows: Rows, from: number, mayBegin: Promise<unknown>) {
    this.#rows = rows;
    this.from = from;
    this.#mayBegin = mayBegin;
    let to = from;
    for (let bytes = 0; to < rows.order.length && to - from < BATCH_ROWS && bytes < BATCH_BYTES; to++)
      bytes += this.place(to).length;
    this.to = to;
  }

  get units(): Parts[] {
    const units: Parts[] = [];
    for (let from = this.from; from < this.to; from += UNIT_ROWS)
      units.push(this.#unit(from, Math.min(from + UNIT_ROWS, this.to)));
    return units;
  }

  #unit(from: number, to: number): Parts {
    return { [Symbol.asyncIterator]: () => this.#parts(from, to) };
  }

  /** Of a row, by its number in the plan's order. */
  place(row: number): Place {
    return this.#rows.plan.get(this.#rows.order[row]!);
  }

  [Symbol.asyncIterator](): AsyncGenerator<readonly Envelope[]> {
    return this.#parts(this.from, this.to);
  }

  async *#parts(from: number, to: number): AsyncGenerator<readonly Envelope[]> {
    await this.#mayBegin;
    for (let start = from; start < to; start += PART_ROWS)
      yield await this.#readPart(start, Math.min(start + PART_ROWS, to));
    if (to === this.to) this.finish();
  }

  /** When it was read to its end, or will not be read any more. */
  get isRead(): Promise<void> {
    return this.#read.promise;
  }

  finish(): void {
    this.#read.resolve();
  }

  async #readPart(start: number, end: number): Promise<Envelope[]> {
    const { readings, plan, order } = this.#rows;
    const places = Array.from({ length: end - start }, (_, i) => this.place(start + i));
    const bytes = bytesOf(places, readings);
    const hashes = places.map((_, i) => plan.contentHashOf(order[start + i]!));
    const envelopes: Envelope[] = [];
    for (let at = 0; at < places.length; at += SLICE_ROWS) {
      const to = at + SLICE_ROWS;
      const some = places.slice(at, to);
      for (const [i, read] of readSlice(some, bytes.slice(at, to), hashes.slice(at, to), this.#rows).entries()) {
        if (read === SKIPPED || read instanceof Rejection) throw changed(some[i]!, readings);
        envelopes.push(read);
      }
      await breath();
    }
    const files = new Set(places.map(({ file }) => file));
    const place = places.find(({ file }) => files.delete(file) && !readings[file]!.input.isUnchanged());
    if (place) throw changed(place, readings);
    return envelopes;
  }
}

/** It was sound when it was planned. */
function changed({ file, line }: Place, readings: readonly Reading[]): Refusal {
  const { name } = readings[file]!.input;
  return new Refusal(
    'UNAVAILABLE',
    'FILE_CHANGED',
    `${name} was changed while it was read, at line ${line}; run again.`,
  );
}

type Read = readonly (Envelope | Rejection | typeof SKIPPED)[];

function readSlice(
  places: readonly Place[],
  bytes: readonly Buffer[],
  hashes: readonly Buffer[],
  { readings, now, until }: Rows,
): Read {
  const [{ file: first }] = places as readonly [Place];
  if (places.every(({ file }) => file === first)) return readings[first]!.read(bytes, now, until, hashes);
  return places.map(({ file }, i) => readings[file]!.read([bytes[i]!], now, until, [hashes[i]!])[0]!);
}

/** Reads rows that lie near each other at once: in a sorted file a whole part, in a shuffled one each by itself. */
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
