import fc from 'fast-check';
import { ANYONE, type Actor } from '../../src/access/actor.ts';
import { openCall, type Call } from '../../src/access/call.ts';
import type { Database } from '../../src/db/database.ts';
import { anEvent, daysAgo, eventsOf, HASH_SECRET, NOW, takeEvents, type RawEvent, type Story } from '../kit/events.ts';

export const callAt = (db: Database, now = NOW, actor: Actor = ANYONE): Call =>
  openCall({ pool: db.pool, orm: db.orm, hashSecret: HASH_SECRET }, actor, now);

/** So many delivered orders, each of a buyer of its own, one a day up to yesterday's delivery; every second one reviewed. */
export const orders = (merchant: string, count: number, more: Partial<Story> = {}): RawEvent[] =>
  Array.from({ length: count }, (_, i) => i).flatMap((i) =>
    eventsOf({
      order: `${merchant}-o${i}`,
      merchant,
      buyer: `${merchant}-b${i}`,
      placed: count - i + 5,
      ...(i % 2 === 0 && { stars: 5 }),
      ...more,
    }),
  );

export const retraction = (order: string, day: number): RawEvent =>
  anEvent('review.retracted', daysAgo(day), { review: `r-${order}` });

/** What may become of an order, with few parties, so that they meet again. */
const aStory = fc.record(
  {
    merchant: fc.constantFrom('m-0', 'm-1'),
    buyer: fc.constantFrom('b-0', 'b-1', 'b-2', 'b-3', 'b-4', 'b-5'),
    product: fc.constantFrom('p-0', 'p-1'),
    amount: fc.integer({ min: 1, max: 500_000 }),
    placed: fc.integer({ min: 20, max: 400 }),
    delivered: fc.option(fc.integer({ min: 0, max: 15 }), { nil: null }),
    stars: fc.integer({ min: 1, max: 5 }),
    ending: fc.constantFrom('none', 'refund', 'dispute', 'cancel', 'retract'),
  },
  { requiredKeys: ['merchant', 'buyer', 'placed', 'delivered', 'amount', 'ending'] },
);

/** A market of `name`, whose parties are its own. */
export const aMarket = fc.array(aStory, { minLength: 5, maxLength: 25 });
export type Market = typeof aMarket extends fc.Arbitrary<infer T> ? T : never;

export function eventsOfMarket(name: string, market: Market): RawEvent[] {
  return market.flatMap(({ ending, stars, product, merchant, buyer, placed, delivered, amount }, i) => {
    const order = `${name}-${i}`;
    const own = (id: string) => `${name}-${id}`;
    const isReviewed = stars !== undefined && delivered !== null && delivered < placed - 1;
    const story = {
      order,
      placed,
      delivered,
      amount,
      merchant: own(merchant),
      buyer: own(buyer),
      ...(product !== undefined && { product: own(`${merchant}-${product}`) }),
      ...(isReviewed && { stars }),
    };
    return [...eventsOf(story), ...endOf(ending, order, amount, isReviewed)];
  });
}

function endOf(ending: Market[number]['ending'], order: string, amount: number, isReviewed: boolean): RawEvent[] {
  if (ending === 'refund') return [anEvent('order.refunded', daysAgo(3), { order, amount, cause: 'DEFECT' })];
  if (ending === 'dispute')
    return [anEvent('dispute.closed', daysAgo(2), { order, lostBy: 'MERCHANT', cause: 'broken' })];
  if (ending === 'cancel')
    return [anEvent('order.cancelled', daysAgo(4), { order, by: 'SELLER', cause: 'out of stock' })];
  return ending === 'retract' && isReviewed ? [retraction(order, 1)] : [];
}

export async function take(db: Database, events: readonly RawEvent[], now = NOW): Promise<void> {
  const outcomes = await takeEvents(db, events, now);
  const failed = outcomes.find(({ status }) => status !== 'ACCEPTED');
  if (failed) throw new Error(`an event was not accepted: ${JSON.stringify(failed)}`);
}
