import type { OrderColumns } from './order-columns.ts';

const BIN = 6 * 3_600_000; // ms
/** Groups of fewer alike orders tell nothing. */
const LEAST_ALIKE = 8;

/** A merchant's orders of the same product for the same amount, and how they clump in time. */
export interface Clumping {
  readonly seen: number; // pairs of alike orders within the same six hours
  readonly expected: number; // as the orders of the whole marketplace clump: by night and day, in sales and holidays
  readonly isClumped: (row: number) => boolean; // it has an alike fellow within its six hours
}

/** How the busiest group of alike orders of one merchant clumps. `rows` are the merchant's. */
export function clumpingOf(orders: OrderColumns, rows: Int32Array, busyness: Busyness): Clumping {
  const clumped = new Set<number>();
  let worst = { seen: 0, expected: 0 };
  const groups = Map.groupBy(rows, (row) => `${orders.products[row]!}/${orders.amounts[row]!}`);
  for (const [key, group] of groups) {
    if (group.length < LEAST_ALIKE || key.startsWith('-1/')) continue;
    const bins = Map.groupBy(group, (row) => Math.floor(orders.placedAt[row]! / BIN));
    let seen = 0;
    for (const together of bins.values()) {
      seen += (together.length * (together.length - 1)) / 2;
      if (together.length > 1) for (const row of together) clumped.add(row);
    }
    const pairs = (group.length * (group.length - 1)) / 2;
    const expected = pairs * busyness.chanceTogether(Math.min(...bins.keys()), Math.max(...bins.keys()));
    if (seen - expected > worst.seen - worst.expected) worst = { seen, expected };
  }
  return { ...worst, isClumped: (row) => clumped.has(row) };
}

/** When the whole marketplace buys. */
export interface Busyness {
  /** The chance that two of its orders between two bins (both included) fall into the same one. */
  chanceTogether(firstBin: number, lastBin: number): number;
}

export function busynessOf({ placedAt }: OrderColumns): Busyness {
  const bins = placedAt.map((at) => Math.floor(at / BIN));
  const first = bins.reduce((least, bin) => Math.min(least, bin), Number.POSITIVE_INFINITY);
  const last = bins.reduce((most, bin) => Math.max(most, bin), Number.NEGATIVE_INFINITY);
  const size = bins.length === 0 ? 0 : last - first + 1;
  const totals = new Float64Array(size + 1); // running: orders, and their squares by bin
  const squares = new Float64Array(size + 1);
  for (const bin of bins) totals[bin - first + 1]!++;
  for (let i = 1; i <= size; i++) {
    squares[i] = squares[i - 1]! + totals[i]! ** 2;
    totals[i]! += totals[i - 1]!;
  }
  return {
    chanceTogether(firstBin, lastBin) {
      const sum = totals[lastBin - first + 1]! - totals[firstBin - first]!;
      return sum === 0 ? 1 : (squares[lastBin - first + 1]! - squares[firstBin - first]!) / (sum * sum);
    },
  };
}
