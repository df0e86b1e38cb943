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
export function meaningsOf(order: OrderState): readonly Meaning[] {
  if (order.voidedAt !== null || !mayHaveMeantAnything(order)) return NOTHING;
  const found: Meaning[] = [];
  forMerchant(order, found);
  forBuyer(order, found);
  forProducts(order, found);
  return found;
}

const codesOf = <Key extends string>(subject: SubjectKind, ...keys: Key[]): Readonly<Record<Key, number>> =>
  Object.fromEntries(keys.map((key) => [key, kindOf(subject, key).code])) as Record<Key, number>;

const MERCHANT = codesOf(
  'MERCHANT',
  'ORDER_DELIVERED',
  'ORDER_COMPLAINED',
  'LATE_DELIVERY',
  'LATE_HANDOVER',
  'CANCELLED_BY_SELLER',
  'DISPUTE_LOST',
);
const BUYER = codesOf('BUYER', 'ORDER_KEPT', 'LATE_PAYMENT', 'UNPAID_ORDER', 'UNFOUNDED_CLAIM', 'CHARGEBACK_LOST');
const PRODUCT = codesOf('PRODUCT', 'ORDER_DELIVERED', 'ORDER_COMPLAINED');

/**
 * Whether an order of which so much is known, or less, may have meant anything for parties of this kind. What is known of it is never
 * forgotten: where it may not, nothing of it can be in their ledgers, not even taken back.
 */
export function mayHaveMeant(order: OrderState, subjectKind: SubjectKind): boolean {
  if (order.cancelledAt !== null || order.disputeClosedAt !== null || order.chargebackAt !== null) return true;
  if (subjectKind === 'BUYER') return order.completedAt !== null || order.paymentFailedAt !== null;
  return order.deliveredAt !== null || (order.shippedAt !== null && isAfter(order.shippedAt, order.shipBy));
}

const NOTHING: readonly Meaning[] = [];
const mayHaveMeantAnything = (order: OrderState): boolean =>
  mayHaveMeant(order, 'MERCHANT') || mayHaveMeant(order, 'BUYER');

/** A complaint takes the good of a delivery away: the merchant lost a dispute, or paid back for a fault of its own. */
const isComplained = ({ refunds, disputeLostBy, chargebackLostBy }: OrderState): boolean =>
  disputeLostBy === 'MERCHANT' ||
  chargebackLostBy === 'MERCHANT' ||
  refunds.some(({ cause }) => cause !== 'CHANGED_MIND');

const isAfter = (instant: number, limit: number | null): boolean => limit !== null && instant > limit;

function forMerchant(order: OrderState, found: Meaning[]): void {
  const means = (key: keyof typeof MERCHANT, occurredAt: number): Meaning => ({
    subjectId: order.merchantId,
    subjectKind: 'MERCHANT',
    counterparty: order.buyerId,
    kind: MERCHANT[key],
    occurredAt,
  });
  if (order.deliveredAt !== null) found.push(means(deliveryKind(order, order.deliveredAt), order.deliveredAt));
  if (order.shippedAt !== null && isAfter(order.shippedAt, order.shipBy))
    found.push(means('LATE_HANDOVER', order.shippedAt));
  if (order.cancelledAt !== null && order.cancelledBy === 'SELLER')
    found.push(means('CANCELLED_BY_SELLER', order.cancelledAt));
  const disputeAt = order.disputeLostBy === 'MERCHANT' ? order.disputeClosedAt : null;
  const chargebackAt = order.chargebackLostBy === 'MERCHANT' ? order.chargebackAt : null;
  if (disputeAt !== null || chargebackAt !== null)
    found.push(means('DISPUTE_LOST', Math.min(disputeAt ?? chargebackAt!, chargebackAt ?? disputeAt!))); // one order, one loss
}

function deliveryKind(order: OrderState, deliveredAt: number): keyof typeof MERCHANT {
  if (isAfter(deliveredAt, order.deliverBy)) return 'LATE_DELIVERY';
  return isComplained(order) ? 'ORDER_COMPLAINED' : 'ORDER_DELIVERED';
}

function forBuyer(order: OrderState, found: Meaning[]): void {
  const means = (key: keyof typeof BUYER, occurredAt: number): Meaning => ({
    subjectId: order.buyerId,
    subjectKind: 'BUYER',
    counterparty: order.merchantId,
    kind: BUYER[key],
    occurredAt,
  });
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
}

/** Who has the money back, by whatever way, has not paid and kept it. */
const isKept = (order: OrderState): boolean =>
  order.completedAt !== null &&
  order.cancelledAt === null &&
  order.refunds.length === 0 &&
  order.chargebackAt === null &&
  order.paidBackAt === null;

/** Lateness is the merchant's; a product answers for being faulty or not what was said. */
function forProducts(order: OrderState, found: Meaning[]): void {
  const { deliveredAt } = order;
  if (deliveredAt === null) return;
  const isFaulty = order.refunds.some(({ cause }) => cause === 'DEFECT' || cause === 'NOT_AS_DESCRIBED');
  const kind = isFaulty ? PRODUCT.ORDER_COMPLAINED : PRODUCT.ORDER_DELIVERED;
  for (const subjectId of order.productIds)
    found.push({ subjectId, subjectKind: 'PRODUCT', counterparty: order.buyerId, kind, occurredAt: deliveredAt });
}

/** What a review of this order may claim. */
export function verificationOf(order: OrderState): 'ORDER_MATCHED' | 'PAID' | 'DELIVERED' | 'KEPT' {
  if (order.deliveredAt !== null && order.completedAt !== null && order.cancelledAt === null) return 'KEPT';
  if (order.deliveredAt !== null) return 'DELIVERED';
  return order.paidAt !== null ? 'PAID' : 'ORDER_MATCHED';
}

/** A review of it cost its author a purchase. */
export const isPurchase = (order: OrderState): boolean => order.paidAt !== null || order.deliveredAt !== null;
