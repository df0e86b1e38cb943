import type { SubjectKind } from '../kernel/subject.ts';
import { kindOf } from '../scoring/kinds.ts';
import type { OrderState } from './order-state.ts';

/** What an order means for one of its parties, before it is weighed. */
export interface Meaning {
  readonly subjectId: string;
  readonly subjectKind: SubjectKind;
  readonly counterparty: string;
  readonly kind: number; // posting kind code
  readonly occurredAt: number;
}

const DAY_MS = 86_400_000;
/** A payment that fails and is made good within a day is no late payment. */
const PAYMENT_GRACE_MS = DAY_MS;

/**
 * Everything that an order means, as a pure function of what is known of it: so events may come in any order, and an order's
 * postings are always those of its whole story.
 */
export function meaningsOf(order: OrderState): Meaning[] {
  if (order.voidedAt !== null) return [];
  return [...forMerchant(order), ...forBuyer(order), ...forProducts(order)];
}

/** A complaint takes the good of a delivery away: the merchant lost a dispute, or paid back for a fault of its own. */
const isComplained = ({ refunds, disputeLostBy, chargebackLostBy }: OrderState): boolean =>
  disputeLostBy === 'MERCHANT' ||
  chargebackLostBy === 'MERCHANT' ||
  refunds.some(({ cause }) => cause !== 'CHANGED_MIND');

const isAfter = (instant: number, limit: number | null): boolean => limit !== null && instant > limit;

function forMerchant(order: OrderState): Meaning[] {
  const means = (key: string, occurredAt: number): Meaning => ({
    subjectId: order.merchantId,
    subjectKind: 'MERCHANT',
    counterparty: order.buyerId,
    kind: kindOf('MERCHANT', key).code,
    occurredAt,
  });
  const found: Meaning[] = [];
  if (order.deliveredAt !== null) found.push(means(deliveryKind(order, order.deliveredAt), order.deliveredAt));
  if (order.shippedAt !== null && isAfter(order.shippedAt, order.shipBy))
    found.push(means('LATE_HANDOVER', order.shippedAt));
  if (order.cancelledAt !== null && order.cancelledBy === 'SELLER')
    found.push(means('CANCELLED_BY_SELLER', order.cancelledAt));
  const lostAt = [
    order.disputeLostBy === 'MERCHANT' ? order.disputeClosedAt : null,
    order.chargebackLostBy === 'MERCHANT' ? order.chargebackAt : null,
  ].filter((at) => at !== null);
  if (lostAt.length > 0) found.push(means('DISPUTE_LOST', Math.min(...lostAt))); // one order, one loss
  return found;
}

function deliveryKind(order: OrderState, deliveredAt: number): string {
  if (isAfter(deliveredAt, order.deliverBy)) return 'LATE_DELIVERY';
  return isComplained(order) ? 'ORDER_COMPLAINED' : 'ORDER_DELIVERED';
}

function forBuyer(order: OrderState): Meaning[] {
  const means = (key: string, occurredAt: number): Meaning => ({
    subjectId: order.buyerId,
    subjectKind: 'BUYER',
    counterparty: order.merchantId,
    kind: kindOf('BUYER', key).code,
    occurredAt,
  });
  const found: Meaning[] = [];
  if (isKept(order)) found.push(means('ORDER_KEPT', order.completedAt!));
  if (
    order.paymentFailedAt !== null &&
    order.paidAt !== null &&
    order.paidAt > order.paymentFailedAt + PAYMENT_GRACE_MS
  )
    found.push(means('LATE_PAYMENT', order.paidAt));
  if (
    order.paymentFailedAt !== null &&
    order.paidAt === null &&
    order.cancelledAt !== null &&
    order.cancelledBy !== 'SELLER'
  )
    found.push(means('UNPAID_ORDER', order.cancelledAt));
  if (order.disputeLostBy === 'BUYER') found.push(means('UNFOUNDED_CLAIM', order.disputeClosedAt!));
  if (order.chargebackLostBy === 'BUYER') found.push(means('CHARGEBACK_LOST', order.chargebackAt!));
  return found;
}

/** Who has the money back, by whatever way, has not paid and kept it. */
const isKept = (order: OrderState): boolean =>
  order.completedAt !== null &&
  order.cancelledAt === null &&
  order.refunds.length === 0 &&
  order.chargebackAt === null &&
  order.paidBackAt === null;

/** Lateness is the merchant's; a product answers for being faulty or not what was said. */
function forProducts(order: OrderState): Meaning[] {
  const { deliveredAt } = order;
  if (deliveredAt === null) return [];
  const isFaulty = order.refunds.some(({ cause }) => cause === 'DEFECT' || cause === 'NOT_AS_DESCRIBED');
  const { code } = kindOf('PRODUCT', isFaulty ? 'ORDER_COMPLAINED' : 'ORDER_DELIVERED');
  return order.productIds.map((subjectId) => ({
    subjectId,
    subjectKind: 'PRODUCT',
    counterparty: order.buyerId,
    kind: code,
    occurredAt: deliveredAt,
  }));
}

/** What a review of this order may claim. */
export function verificationOf(order: OrderState): 'ORDER_MATCHED' | 'PAID' | 'DELIVERED' | 'KEPT' {
  if (order.deliveredAt !== null && order.completedAt !== null && order.cancelledAt === null) return 'KEPT';
  if (order.deliveredAt !== null) return 'DELIVERED';
  return order.paidAt !== null ? 'PAID' : 'ORDER_MATCHED';
}

/** A review of it cost its author a purchase. */
export const isPurchase = (order: OrderState): boolean => order.paidAt !== null || order.deliveredAt !== null;
