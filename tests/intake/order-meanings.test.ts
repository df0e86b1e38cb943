import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Refusal } from '../../src/kernel/refusal.ts';
import { mayHaveMeant, meaningsOf } from '../../src/orders/order-evidence.ts';
import { UNTOUCHED, withEvent, type OrderEvent, type OrderState } from '../../src/orders/order-state.ts';

const DAY = 86_400_000;
const PLACED: OrderState = {
  ...UNTOUCHED,
  id: 'order',
  externalId: 'o-1',
  merchantId: 'merchant',
  buyerId: 'buyer',
  productIds: ['product'],
  currency: 'EUR',
  amount: 1000,
  placedAt: 0,
  shipBy: 2 * DAY,
  deliverBy: 5 * DAY,
};

const at = fc.integer({ min: 1, max: 9 }).map((day) => day * DAY);
const lostBy = fc.constantFrom('MERCHANT' as const, 'BUYER' as const, 'NONE' as const);
const event: fc.Arbitrary<OrderEvent> = fc.oneof(
  fc.record({ at, type: fc.constantFrom('order.paid', 'order.completed', 'order.delivered', 'order.paidBack') }),
  fc.record({ at, type: fc.constant('order.shipped'), carrier: fc.constant(null), tracking: fc.constant(null) }),
  fc.record({
    at,
    type: fc.constant('order.cancelled'),
    by: fc.constantFrom('SELLER' as const, 'BUYER' as const, 'PLATFORM' as const),
    cause: fc.constant('why'),
  }),
  fc.record({
    at,
    type: fc.constant('order.refunded'),
    amount: fc.constant(100),
    cause: fc.constantFrom('DEFECT' as const, 'CHANGED_MIND' as const),
  }),
  fc.record({ at, type: fc.constant('payment.failed'), cause: fc.constant('why') }),
  fc.record({ at, type: fc.constantFrom('payment.chargeback', 'dispute.closed'), cause: fc.constant('why'), lostBy }),
);

function after(order: OrderState, next: OrderEvent): OrderState {
  try {
    return withEvent(order, next);
  } catch (error) {
    if (error instanceof Refusal) return order;
    throw error;
  }
}

it('an order that may not have meant anything for somebody never did, in whatever order its events came', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 8 }), (events) => {
      const states = [PLACED];
      for (const next of events) states.push(after(states.at(-1)!, next));
      for (const kind of ['MERCHANT', 'BUYER', 'PRODUCT'] as const) {
        if (mayHaveMeant(states.at(-1)!, kind)) continue;
        expect(states.flatMap(meaningsOf).filter(({ subjectKind }) => subjectKind === kind)).toEqual([]);
      }
    }),
    { numRuns: 300 },
  );
});

it('an order that was only placed, paid and shipped in time may not', () => {
  const shipped = { ...PLACED, paidAt: 1, shippedAt: DAY };
  expect((['MERCHANT', 'BUYER', 'PRODUCT'] as const).map((kind) => mayHaveMeant(shipped, kind))).toEqual([
    false,
    false,
    false,
  ]);
  expect(mayHaveMeant({ ...shipped, shippedAt: 3 * DAY }, 'MERCHANT')).toBe(true);
});
