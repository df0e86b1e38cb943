import fc from 'fast-check';
import { anEvent, daysAgo, eventsOf, type RawEvent } from './events.ts';

/** What may befall an order, small enough that parties, pairs, days and bursts meet often. */
const aFate = fc.record({
  merchant: fc.constantFrom('m-1', 'm-2'),
  buyer: fc.constantFrom('b-1', 'b-2', 'b-3', 'b-4'),
  product: fc.constantFrom(null, 'p-1', 'p-2'),
  amount: fc.constantFrom(100, 5_000, 90_000),
  placed: fc.integer({ min: 5, max: 60 }),
  delivered: fc.option(fc.integer({ min: 1, max: 4 })),
  promised: fc.integer({ min: 1, max: 4 }),
  stars: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
  end: fc.constantFrom('none', 'none', 'none', 'refund', 'dispute', 'claim', 'cancel', 'retract'),
});
type Fate = typeof aFate extends fc.Arbitrary<infer Value> ? Value : never;

/** Orders with their whole stories, in order of time. */
export const aHistory = fc
  .array(aFate, { minLength: 4, maxLength: 24 })
  .map((fates) => fates.flatMap(eventsOfFate).toSorted((a, b) => (placeInTime(a) < placeInTime(b) ? -1 : 1)));

/** Ties as the intake breaks them: orders before reviews, then by id. */
const placeInTime = ({ time, type, data }: RawEvent): string =>
  `${time} ${type.startsWith('review') ? `review ${String(data['review'])}` : `order ${String(data['order'])}`}`;

function eventsOfFate(fate: Fate, i: number): RawEvent[] {
  const order = `o-${i}`;
  const product = fate.product === null ? undefined : `${fate.product}-${fate.merchant}`;
  const { stars, ...rest } = fate;
  const story = eventsOf({
    ...rest,
    order,
    ...(product && { product }),
    ...(stars !== undefined && { stars }),
  } as never);
  return [...story, ...endOf(order, fate, stars !== undefined)];
}

function endOf(order: string, { placed, amount, end }: Fate, hasReview: boolean): RawEvent[] {
  const at = daysAgo(placed - 5, 6);
  if (end === 'refund') return [anEvent('order.refunded', at, { order, amount, cause: 'DEFECT' })];
  if (end === 'dispute') return [anEvent('dispute.closed', at, { order, lostBy: 'MERCHANT', cause: 'late' })];
  if (end === 'claim') return [anEvent('dispute.closed', at, { order, lostBy: 'BUYER', cause: 'unfounded' })];
  if (end === 'cancel') return [anEvent('order.cancelled', at, { order, by: 'SELLER', cause: 'stock' })];
  if (end === 'retract' && hasReview) return [anEvent('review.retracted', at, { review: `r-${order}` })];
  return [];
}
