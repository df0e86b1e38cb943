import type { Tx } from '../db/tx.ts';
import { leaveChangedFacts, orderPlaces, reviewPlaces } from '../evidence/changed-facts.ts';
import type { OrderState } from '../orders/order-state.ts';
import type { ReviewFact } from '../reviews/review-fact.ts';

/** Facts of one transaction. */
export interface EnteredFacts {
  readonly orders: readonly OrderState[]; // new ones, and those that are others now
  readonly posted: readonly ReviewFact[];
  readonly known: readonly ReviewFact[]; // older reviews that are others now
}

/** Leaves word of what may earn or cost points, in one statement however many there are. */
export const leaveForRewards = (tx: Tx, now: number, { orders, posted, known }: EnteredFacts): Promise<void> =>
  leaveChangedFacts(tx, now, [
    ...orderPlaces(orders.filter(hasHappened)),
    ...reviewPlaces([...posted.filter(({ text }) => text !== null), ...known]),
  ]);

/** More than that it was placed and paid: that alone earns nothing. */
const hasHappened = (order: OrderState): boolean =>
  [
    order.shippedAt,
    order.deliveredAt,
    order.completedAt,
    order.cancelledAt,
    order.paymentFailedAt,
    order.disputeClosedAt,
    order.chargebackAt,
    order.voidedAt,
  ].some((at) => at !== null);
