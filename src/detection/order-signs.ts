import { groupBy, marksWhere } from './columns.ts';
import type { OrderColumns } from './order-columns.ts';
import { surpriseOf } from './poisson.ts';

const HOUR = 3_600_000;
/** No parcel that travels arrives sooner. */
const RUSHED = 12 * HOUR;
/** Buyers of one merchant behind one device or payment instrument: a household is two. */
const CROWDED = 3;
/** How surprising so many buyers behind one address must be: a mobile carrier puts many behind each of its own. */
const CROWDED_ADDRESS = 4;
/** Buyers of one merchant behind one device, and behind one payment instrument, that no family and no office is. */
const CREW = 5;
/** How surprising these must be: of all who pay by "cash" each merchant has its share. */
const CREW_SURPRISE = 2;
/** A merchant's own buyers: so many orders with it, and none elsewhere. */
const OWN_ORDERS = 3;

/** What is odd about each order, 1 where it holds. */
export interface OrderSigns {
  readonly isUntracked: Uint8Array; // delivered, and no carrier moved it
  readonly isRushed: Uint8Array;
  readonly isShared: Uint8Array; // its device, payment or address is shared by other buyers of its merchant
  readonly isOwn: Uint8Array; // its buyer buys from nobody else
  /**
   * Its device and its payment instrument are a crew's, both: a shop's counter has one tablet and many cards, an employer one card and many
   * phones. More of those behind each are its merchant's buyers than its trade explains.
   */
  readonly isCrew: Uint8Array;
}

export function orderSignsOf(orders: OrderColumns): OrderSigns {
  const { deliveredAt, placedAt, isTracked } = orders;
  const { length } = deliveredAt;
  return {
    isUntracked: marksWhere(length, (row) => !Number.isNaN(deliveredAt[row]!) && !isTracked[row]),
    isRushed: marksWhere(length, (row) => deliveredAt[row]! - placedAt[row]! < RUSHED),
    ...crowdedOf(orders),
    isOwn: ownOf(orders),
  };
}

function crowdedOf(orders: OrderColumns): Pick<OrderSigns, 'isShared' | 'isCrew'> {
  const { length } = orders.merchants;
  const isShared = new Uint8Array(length);
  const crews = new Uint8Array(length); // of two, device and payment instrument
  const buyers = new Distinct(orders.buyers, orders.buyerCount);
  const shares = sharesOf(orders, buyers);
  for (const traces of [orders.devices, orders.payments, orders.addresses]) {
    const isHome = traces !== orders.addresses;
    for (const [rows, surprise, holders] of crowdsOf(orders, traces, buyers, shares)) {
      if (holders < CROWDED || (!isHome && surprise < CROWDED_ADDRESS)) continue;
      const isCrew = isHome && holders >= CREW && surprise >= CREW_SURPRISE;
      for (const row of rows) {
        isShared[row] = 1;
        if (isCrew) crews[row]!++;
      }
    }
  }
  return { isShared, isCrew: marksWhere(length, (row) => crews[row] === 2) };
}

/** The orders of each merchant behind each trace, with how surprising the number of their buyers is, and that number. */
function* crowdsOf(
  { merchants }: OrderColumns,
  traces: Int32Array,
  buyers: Distinct,
  shares: Float64Array,
): Generator<readonly [Int32Array, number, number]> {
  const known = marksWhere(traces.length, (row) => traces[row]! >= 0);
  let count = 0;
  for (let row = 0; row < traces.length; row++) count = Math.max(count, traces[row]! + 1);
  const { starts, rows } = groupBy(traces, count, known);
  for (let trace = 0; trace < count; trace++) {
    const behind = rows.subarray(starts[trace], starts[trace + 1]);
    if (behind.length < CROWDED) continue;
    const holders = buyers.among(behind);
    if (holders < CROWDED) continue;
    const sorted = behind.toSorted((a, b) => merchants[a]! - merchants[b]! || a - b);
    for (let from = 0, to = 0; from < sorted.length; from = to) {
      const merchant = merchants[sorted[from]!]!;
      while (to < sorted.length && merchants[sorted[to]!] === merchant) to++;
      const own = sorted.subarray(from, to);
      const crowd = buyers.among(own);
      yield [own, surpriseOf(crowd, 1 + (holders - 1) * shares[merchant]!), crowd];
    }
  }
}

/** Of all buyers, the share that ever bought from each merchant. */
function sharesOf({ merchants, merchantCount, buyerCount }: OrderColumns, buyers: Distinct): Float64Array {
  const { starts, rows } = groupBy(merchants, merchantCount);
  const shares = new Float64Array(merchantCount);
  for (let merchant = 0; merchant < merchantCount; merchant++)
    shares[merchant] = buyers.among(rows.subarray(starts[merchant], starts[merchant + 1])) / Math.max(1, buyerCount);
  return shares;
}

/** Counts how many different values rows have. */
class Distinct {
  readonly #values: Int32Array;
  readonly #asked: Int32Array; // by value: the last question that met it
  #question = 0;

  constructor(values: Int32Array, count: number) {
    this.#values = values;
    this.#asked = new Int32Array(count);
  }

  among(rows: Int32Array): number {
    this.#question++;
    let count = 0;
    for (let i = 0; i < rows.length; i++) {
      const value = this.#values[rows[i]!]!;
      if (this.#asked[value] !== this.#question) count++;
      this.#asked[value] = this.#question;
    }
    return count;
  }
}

function ownOf({ merchants, buyers, buyerCount }: OrderColumns): Uint8Array {
  const { starts, rows } = groupBy(buyers, buyerCount);
  const own = new Uint8Array(merchants.length);
  for (let buyer = 0; buyer < buyerCount; buyer++) {
    const bought = rows.subarray(starts[buyer], starts[buyer + 1]);
    if (bought.length < OWN_ORDERS) continue;
    const merchant = merchants[bought[0]!]!;
    if (bought.every((row) => merchants[row] === merchant)) for (const row of bought) own[row] = 1;
  }
  return own;
}
