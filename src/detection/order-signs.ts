import { groupBy } from './columns.ts';
import type { OrderColumns } from './order-columns.ts';
import { surpriseOf } from './poisson.ts';

const HOUR = 3_600_000;
/** No parcel that travels arrives sooner. */
const RUSHED = 12 * HOUR;
/** Buyers of one merchant behind one device or payment instrument: a household is two. */
const CROWDED = 3;
/** How surprising so many buyers behind one address must be: a mobile carrier puts many behind each of its own. */
const CROWDED_ADDRESS = 4;
/** A merchant's own buyers: so many orders with it, and none elsewhere. */
const OWN_ORDERS = 3;

/** What is odd about each order, 1 where it holds. */
export interface OrderSigns {
  readonly isUntracked: Uint8Array; // delivered, and no carrier moved it
  readonly isRushed: Uint8Array;
  readonly isShared: Uint8Array; // its device, payment or address is shared by other buyers of its merchant
  readonly isOwn: Uint8Array; // its buyer buys from nobody else
}

export function orderSignsOf(orders: OrderColumns): OrderSigns {
  const { deliveredAt, placedAt, isTracked } = orders;
  return {
    isUntracked: Uint8Array.from(deliveredAt, (at, row) => (!Number.isNaN(at) && !isTracked[row] ? 1 : 0)),
    isRushed: Uint8Array.from(deliveredAt, (at, row) => (at - placedAt[row]! < RUSHED ? 1 : 0)),
    isShared: sharedOf(orders),
    isOwn: ownOf(orders),
  };
}

function sharedOf(orders: OrderColumns): Uint8Array {
  const shared = new Uint8Array(orders.merchants.length);
  for (const traces of [orders.devices, orders.payments, orders.addresses]) {
    const isHome = traces !== orders.addresses;
    for (const [rows, surprise, buyers] of crowdsOf(orders, traces)) {
      if (buyers < CROWDED || (!isHome && surprise < CROWDED_ADDRESS)) continue;
      for (const row of rows) shared[row] = 1;
    }
  }
  return shared;
}

/** The orders of each merchant behind each trace, with how surprising the number of their buyers is, and that number. */
function* crowdsOf(orders: OrderColumns, traces: Int32Array): Generator<readonly [Int32Array, number, number]> {
  const { merchants, buyers } = orders;
  const known = Uint8Array.from(traces, (trace) => (trace >= 0 ? 1 : 0));
  const count = traces.reduce((most, trace) => Math.max(most, trace), -1) + 1;
  const { starts, rows } = groupBy(traces, count, known);
  const shares = sharesOf(orders);
  for (let trace = 0; trace < count; trace++) {
    const behind = rows.subarray(starts[trace], starts[trace + 1]);
    const holders = distinct(behind, buyers);
    if (holders < CROWDED) continue;
    const sorted = behind.toSorted((a, b) => merchants[a]! - merchants[b]! || a - b);
    for (let from = 0, to = 0; from < sorted.length; from = to) {
      const merchant = merchants[sorted[from]!]!;
      while (to < sorted.length && merchants[sorted[to]!] === merchant) to++;
      const own = sorted.subarray(from, to);
      const crowd = distinct(own, buyers);
      yield [own, surpriseOf(crowd, 1 + (holders - 1) * shares[merchant]!), crowd];
    }
  }
}

/** Of all buyers, the share that ever bought from each merchant. */
function sharesOf({ merchants, buyers, merchantCount, buyerCount }: OrderColumns): Float64Array {
  const { starts, rows } = groupBy(merchants, merchantCount);
  return Float64Array.from(
    { length: merchantCount },
    (_, merchant) => distinct(rows.subarray(starts[merchant], starts[merchant + 1]), buyers) / Math.max(1, buyerCount),
  );
}

function distinct(rows: Int32Array, values: Int32Array): number {
  const seen = new Set<number>();
  for (const row of rows) seen.add(values[row]!);
  return seen.size;
}

function ownOf({ merchants, buyers, buyerCount }: OrderColumns): Uint8Array {
  const { starts, rows } = groupBy(buyers, buyerCount);
  const own = new Uint8Array(merchants.length);
  for (let buyer = 0; buyer < buyerCount; buyer++) {
    const bought = rows.subarray(starts[buyer], starts[buyer + 1]);
    if (bought.length >= OWN_ORDERS && distinct(bought, merchants) === 1) for (const row of bought) own[row] = 1;
  }
  return own;
}
