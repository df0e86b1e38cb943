import { createWriteStream } from 'node:fs';
import { once } from 'node:events';

/** A history's size. Buyers and merchants are drawn with a long tail, as on a real marketplace. */
export interface HistorySize {
  readonly orders: number;
  readonly merchants: number;
  readonly buyers: number;
}

export const sizeFor = (orders: number): HistorySize => ({
  orders,
  merchants: Math.max(20, Math.round(orders / 500)),
  buyers: Math.max(100, Math.round(orders / 5)),
});

const START = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;
const DAYS = 730;

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const HEADER =
  'order,merchant,buyer,product,currency,amountMinor,placedAt,shipBy,deliverBy,paidAt,shippedAt,carrier,tracking,deliveredAt,completedAt,cancelledAt,cancelledBy,cancelCause';

/** Writes a CSV for the `orders` mapping, in order of time. */
export async function writeOrders(file: string, size: HistorySize, seed = 1, prefix = ''): Promise<void> {
  const out = createWriteStream(file);
  out.write(`${HEADER}\n`);
  const next = chance(seed);
  let chunk = '';
  for (let i = 0; i < size.orders; i++) {
    chunk += `${rowOf(i, size, next, prefix)}\n`;
    if (chunk.length < 1 << 20) continue;
    if (!out.write(chunk)) await once(out, 'drain');
    chunk = '';
  }
  out.end(chunk);
  await once(out, 'finish');
}

const longTail = (next: () => number, count: number): number => Math.floor(count * next() ** 2.5);
const iso = (at: number): string => new Date(at).toISOString();

function rowOf(i: number, { orders, merchants, buyers }: HistorySize, next: () => number, prefix: string): string {
  const placed = START + Math.floor((i / orders) * DAYS * DAY_MS);
  const merchant = longTail(next, merchants);
  const buyer = Math.floor(next() * buyers);
  const amount = 500 + Math.floor(next() ** 3 * 50_000);
  const isCancelled = next() < 0.04;
  const shipped = placed + (0.5 + next() * 2) * DAY_MS;
  const delivered = shipped + (1 + next() * 6) * DAY_MS;
  const head = [
    `${prefix}o-${i}`,
    `${prefix}m-${merchant}`,
    `${prefix}b-${buyer}`,
    `${prefix}p-${merchant}-${Math.floor(next() * 20)}`,
    'EUR',
    amount,
    iso(placed),
  ];
  const promised = [iso(placed + 2 * DAY_MS), iso(placed + 7 * DAY_MS), iso(placed + 60_000)];
  if (isCancelled)
    return [...head, ...promised, '', '', '', '', '', iso(placed + DAY_MS), 'SELLER', 'out of stock'].join(',');
  const told = [iso(shipped), 'Post', `T${i}`, iso(delivered), iso(delivered + 14 * DAY_MS), '', '', ''];
  return [...head, ...promised, ...told].join(',');
}
