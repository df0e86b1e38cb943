import { copiedId, readCopiedRows, uuidFrom } from '../db/copied-rows.ts';
import type { Snapshot } from '../db/snapshot.ts';
import type { ReviewColumns } from '../detection/columns.ts';
import type { OrderColumns } from '../detection/order-columns.ts';
import { copyOrders, copyReviews, ORDER_COLUMNS, REVIEW_COLUMNS } from './market.queries.ts';

/** The reviews of the window by column, and what their numbers stand for. */
export interface MarketReviews {
  readonly columns: ReviewColumns;
  readonly knownSince: Float64Array; // by reviewer: when it registered; NaN where that is not told
  readonly isVoided: Uint8Array; // by review
  readonly standings: Uint8Array; // by review: what it has to do with consensus
  readonly weights: Float64Array; // by review: what stage 1 weighs; NaN where it has not looked
  readonly idOf: (row: number) => string;
  readonly reviewer: (number: number) => string;
  readonly reviewerNumber: (id: string) => number | undefined; // undefined for who wrote none of them
  readonly subject: (number: number) => string;
}

export async function readReviews(snapshot: Snapshot, since: number): Promise<MarketReviews> {
  const [reviewers, subjects] = [new Numbers(), new Numbers()];
  const [authors, merchants] = [new Ints(), new Ints()];
  const [times, weights, known] = [new Doubles(), new Doubles(), new Doubles()];
  const [valences, voided, standings] = [new Bytes(), new Bytes(), new Bytes()];
  const ids = new Ids();
  await readCopiedRows(copyReviews(snapshot.copiers[0], since), REVIEW_COLUMNS, (row) => {
    merchants.push(subjects.of(row.uuid()));
    ids.push(row.bytes, row.uuidAt());
    const author = reviewers.of(row.uuid());
    authors.push(author);
    times.push(row.instant()!);
    valences.push(row.small());
    voided.push(row.flag() ? 1 : 0);
    known.set(author, row.instant() ?? Number.NaN);
    weights.push(row.double() ?? Number.NaN);
    standings.push(row.small());
  });
  const counts = { reviewerCount: reviewers.count, subjectCount: subjects.count };
  return {
    columns: {
      reviewers: authors.done(),
      subjects: merchants.done(),
      times: times.done(),
      valences: new Int8Array(valences.done().buffer),
      ...counts,
    },
    knownSince: known.done(),
    isVoided: voided.done(),
    standings: standings.done(),
    weights: weights.done(),
    idOf: (row) => ids.of(row),
    reviewer: (number) => uuidFrom(reviewers.names[number]!),
    reviewerNumber: (id) => reviewers.known(copiedId(id)),
    subject: (number) => uuidFrom(subjects.names[number]!),
  };
}

/** The orders of the window by column, and what their numbers stand for. */
export interface MarketOrders {
  readonly columns: OrderColumns;
  readonly idOf: (row: number) => string;
  readonly merchant: (number: number) => string;
}

export async function readOrders(snapshot: Snapshot, since: number): Promise<MarketOrders> {
  const names = {
    merchants: new Numbers(),
    buyers: new Numbers(),
    products: new Numbers(),
    devices: new Numbers(),
    payments: new Numbers(),
    addresses: new Numbers(),
  };
  const ints = mapped(names, () => new Ints());
  const [tracked, paidBack] = [new Bytes(), new Bytes()];
  const doubles = { amounts: new Doubles(), placedAt: new Doubles(), deliveredAt: new Doubles() };
  const ids = new Ids();
  await readCopiedRows(copyOrders(snapshot.copiers[1], since), ORDER_COLUMNS, (row) => {
    ints.merchants.push(names.merchants.of(row.uuid()));
    ids.push(row.bytes, row.uuidAt());
    ints.buyers.push(names.buyers.of(row.uuid()));
    ints.products.push(names.products.of(row.uuid()));
    doubles.amounts.push(row.big()!);
    doubles.placedAt.push(row.instant()!);
    doubles.deliveredAt.push(row.instant() ?? Number.NaN);
    tracked.push(row.flag() ? 1 : 0);
    paidBack.push(row.flag() ? 1 : 0);
    for (const trace of ['devices', 'payments', 'addresses'] as const) ints[trace].push(names[trace].of(row.text()));
  });
  return {
    columns: {
      ...mapped(ints, (each) => each.done()),
      ...mapped(doubles, (each) => each.done()),
      isTracked: tracked.done(),
      isPaidBackOutside: paidBack.done(),
      merchantCount: names.merchants.count,
      buyerCount: names.buyers.count,
    },
    idOf: (row) => ids.of(row),
    merchant: (number) => uuidFrom(names.merchants.names[number]!),
  };
}

const mapped = <Key extends string, From, To>(
  fields: Readonly<Record<Key, From>>,
  to: (from: From) => To,
): Record<Key, To> =>
  Object.fromEntries(Object.entries<From>(fields).map(([key, value]) => [key, to(value)])) as Record<Key, To>;

/** Numbers for names, from 0 as they come; −1 for none. */
class Numbers {
  readonly #numbers = new Map<string, number>();
  readonly names: string[] = [];

  get count(): number {
    return this.names.length;
  }

  known(name: string): number | undefined {
    return this.#numbers.get(name);
  }

  of(name: string | null): number {
    if (name === null) return -1;
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    this.#numbers.set(name, this.names.length);
    return this.names.push(name) - 1;
  }
}

const IDS_A_BLOCK = 65_536;

/** Ids as they come, 16 bytes each: as texts they would take four times as much. */
class Ids {
  readonly #blocks: Buffer[] = [];
  #count = 0;

  push(bytes: Buffer, at: number): void {
    const place = this.#count++ % IDS_A_BLOCK;
    if (place === 0) this.#blocks.push(Buffer.allocUnsafe(16 * IDS_A_BLOCK));
    bytes.copy(this.#blocks.at(-1)!, 16 * place, at, at + 16);
  }

  of(row: number): string {
    const at = 16 * (row % IDS_A_BLOCK);
    return uuidFrom(this.#blocks[Math.floor(row / IDS_A_BLOCK)]!.toString('latin1', at, at + 16));
  }
}

const FIRST_ROOM = 1024;

/** Columns that grow by doubling. What comes out is shared: the thread that looks at it has no copy of its own. */
class Ints {
  #values = new Int32Array(FIRST_ROOM);
  #length = 0;

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const wider = new Int32Array(2 * this.#length);
      wider.set(this.#values);
      this.#values = wider;
    }
    this.#values[this.#length++] = value;
  }

  done(): Int32Array {
    const done = new Int32Array(new SharedArrayBuffer(this.#length * Int32Array.BYTES_PER_ELEMENT));
    done.set(this.#values.subarray(0, this.#length));
    return done;
  }
}

/** Whole numbers from 0 to 255; or, read as Int8Array, from −128 to 127. */
class Bytes {
  #values = new Uint8Array(FIRST_ROOM);
  #length = 0;

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const wider = new Uint8Array(2 * this.#length);
      wider.set(this.#values);
      this.#values = wider;
    }
    this.#values[this.#length++] = value;
  }

  done(): Uint8Array {
    const done = new Uint8Array(new SharedArrayBuffer(this.#length));
    done.set(this.#values.subarray(0, this.#length));
    return done;
  }
}

class Doubles {
  #values = new Float64Array(FIRST_ROOM);
  #length = 0;

  push(value: number): void {
    this.set(this.#length, value);
  }

  set(place: number, value: number): void {
    while (place >= this.#values.length) {
      const wider = new Float64Array(2 * this.#values.length);
      wider.set(this.#values);
      this.#values = wider;
    }
    this.#values[place] = value;
    this.#length = Math.max(this.#length, place + 1);
  }

  done(): Float64Array {
    const done = new Float64Array(new SharedArrayBuffer(this.#length * Float64Array.BYTES_PER_ELEMENT));
    done.set(this.#values.subarray(0, this.#length));
    return done;
  }
}
