import { chance } from './history.ts';

/** A request's events, as `ingestEvents` takes them. */
export type Events = readonly Readonly<Record<string, unknown>>[];

export interface Traffic {
  readonly tag: string; // keeps the ids of one run apart from those of another
  readonly merchants: number; // 1: all of it is about one
  readonly buyers: number;
  readonly until: number; // ms since 1970: when it ends
}

const ORDERS = 100; // placed in a request
const COMPLETED = 70; // of those that were placed three requests earlier
const REVIEWED = 30;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WORDS = 'good fast slow box came late nice small broken kind again never colour smell price wool glass'.split(
  ' ',
);

const iso = (at: number): string => new Date(at).toISOString();
const longTail = (chosen: number, count: number): number => Math.floor(count * chosen ** 2.5);

/**
 * Requests of 500 events each, of mixed types, from one sender after the other: each places orders, and tells how those of its earlier
 * requests went on. The first three are shorter.
 */
export function requestsOf(traffic: Traffic, sender: number, count: number): Events[] {
  const next = chance(7_000 + sender);
  const batches: Batch[] = [];
  return Array.from({ length: count }, (_, request) => {
    const placedAt = traffic.until - (count - request) * 60_000 - 8 * DAY_MS;
    batches.push(Array.from({ length: ORDERS }, (_each, i) => orderOf(traffic, sender, request, i, placedAt, next)));
    return [
      ...batches[request]!.flatMap((order) => [placing(order), step(order, 'order.paid', HOUR_MS)]),
      ...(batches[request - 1] ?? []).map((order) =>
        step(order, 'order.shipped', DAY_MS, { carrier: 'Post', tracking: order.id }),
      ),
      ...(batches[request - 2] ?? []).map((order) => step(order, 'order.delivered', 3 * DAY_MS)),
      ...(batches[request - 3] ?? []).slice(0, COMPLETED).map((order) => step(order, 'order.completed', 6 * DAY_MS)),
      ...(batches[request - 3] ?? []).slice(0, REVIEWED).map((order) => reviewing(order, next)),
    ];
  });
}

interface Order {
  readonly id: string;
  readonly merchant: string;
  readonly buyer: string;
  readonly product: string;
  readonly amount: number;
  readonly placedAt: number;
}
type Batch = readonly Order[];

function orderOf(
  { tag, merchants, buyers }: Traffic,
  sender: number,
  request: number,
  i: number,
  placedAt: number,
  next: () => number,
): Order {
  const merchant = longTail(next(), merchants);
  return {
    id: `${tag}-${sender}-${request}-${i}`,
    merchant: `m-${merchant}`,
    buyer: `b-${Math.floor(next() * buyers)}`,
    product: `p-${merchant}-${Math.floor(next() * 20)}`,
    amount: 500 + Math.floor(next() ** 3 * 50_000),
    placedAt: placedAt + i * 100,
  };
}

const eventOf = (order: Order, type: string, after: number, data: object): Events[number] => ({
  id: `${order.id}/${type}`,
  source: 'bench',
  type,
  time: iso(order.placedAt + after),
  data,
});
const step = (order: Order, type: string, after: number, more: object = {}): Events[number] =>
  eventOf(order, type, after, { order: order.id, ...more });

const placing = ({ amount, ...order }: Order): Events[number] =>
  eventOf({ amount, ...order }, 'order.placed', 0, {
    order: order.id,
    merchant: order.merchant,
    buyer: order.buyer,
    currency: 'EUR',
    amount,
    lines: [{ product: order.product, quantity: 1, unitPrice: amount }],
    shipBy: iso(order.placedAt + 2 * DAY_MS),
    deliverBy: iso(order.placedAt + 7 * DAY_MS),
  });

const reviewing = (order: Order, next: () => number): Events[number] =>
  eventOf(order, 'review.posted', 4 * DAY_MS, {
    review: `r-${order.id}`,
    order: order.id,
    stars: 1 + Math.floor(5 * (1 - next() ** 3)),
    text: Array.from({ length: 8 }, () => WORDS[Math.floor(next() * WORDS.length)]).join(' '),
  });
