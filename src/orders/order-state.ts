import { Refusal } from '../kernel/refusal.ts';

export type RefundCause = 'DEFECT' | 'NOT_AS_DESCRIBED' | 'CHANGED_MIND' | 'NOT_DELIVERED';
export type DisputeLoser = 'MERCHANT' | 'BUYER' | 'NONE';

export interface Refund {
  readonly at: number;
  readonly amount: number; // minor units of the order's currency
  readonly cause: RefundCause;
}

/** An order as far as it is known. Instants are ms since 1970; null: not known to have happened. */
export interface OrderState {
  readonly id: string;
  readonly externalId: string;
  readonly merchantId: string;
  readonly buyerId: string;
  readonly productIds: readonly string[]; // distinct
  readonly currency: string;
  readonly amount: number;
  readonly placedAt: number;
  readonly shipBy: number | null;
  readonly deliverBy: number | null;
  readonly paidAt: number | null;
  readonly paymentFailedAt: number | null;
  readonly shippedAt: number | null;
  readonly carrier: string | null;
  readonly tracking: string | null;
  readonly deliveredAt: number | null;
  readonly completedAt: number | null;
  readonly cancelledAt: number | null;
  readonly cancelledBy: 'SELLER' | 'BUYER' | 'PLATFORM' | null;
  readonly cancelCause: string | null;
  readonly refunds: readonly Refund[];
  readonly disputeClosedAt: number | null;
  readonly disputeLostBy: DisputeLoser | null;
  readonly chargebackAt: number | null;
  readonly chargebackLostBy: DisputeLoser | null;
  readonly paidBackAt: number | null; // past the marketplace, as it learnt
  readonly voidedAt: number | null;
}

/** What an order says of itself that was placed, and no more. */
export const UNTOUCHED = {
  paidAt: null,
  paymentFailedAt: null,
  shippedAt: null,
  carrier: null,
  tracking: null,
  deliveredAt: null,
  completedAt: null,
  cancelledAt: null,
  cancelledBy: null,
  cancelCause: null,
  refunds: [],
  disputeClosedAt: null,
  disputeLostBy: null,
  chargebackAt: null,
  chargebackLostBy: null,
  paidBackAt: null,
  voidedAt: null,
} as const satisfies Partial<OrderState>;

/** What can happen to an order that was placed. */
export type OrderEvent = { readonly at: number } & (
  | { type: 'order.paid' | 'order.completed' | 'order.delivered' | 'order.paidBack' }
  | { type: 'order.shipped'; carrier: string | null; tracking: string | null }
  | { type: 'order.cancelled'; by: 'SELLER' | 'BUYER' | 'PLATFORM'; cause: string }
  | { type: 'order.refunded'; amount: number; cause: RefundCause }
  | { type: 'payment.failed'; cause: string }
  | { type: 'payment.chargeback'; cause: string; lostBy: DisputeLoser }
  | { type: 'dispute.closed'; cause: string; lostBy: DisputeLoser }
);

/**
 * The order after the event. Events may come in any order, so none needs another before it. Learning the same again changes
 * nothing (the same object comes back); learning something else about what is already known is refused.
 */
export function withEvent(order: OrderState, event: OrderEvent): OrderState {
  const { type, at } = event;
  switch (type) {
    case 'order.paid':
      return order.paidAt === null ? { ...order, paidAt: at } : same(order, type, order.paidAt === at);
    case 'order.shipped':
      return withShipment(order, event);
    case 'order.delivered':
      return order.deliveredAt === null ? { ...order, deliveredAt: at } : same(order, type, order.deliveredAt === at);
    case 'order.completed':
      return order.completedAt === null ? { ...order, completedAt: at } : same(order, type, order.completedAt === at);
    case 'order.paidBack':
      return order.paidBackAt === null ? { ...order, paidBackAt: at } : same(order, type, order.paidBackAt === at);
    case 'order.cancelled':
      return once(order, type, { cancelledAt: at, cancelledBy: event.by, cancelCause: event.cause });
    case 'dispute.closed':
      return once(order, type, { disputeClosedAt: at, disputeLostBy: event.lostBy });
    case 'payment.chargeback':
      return once(order, type, { chargebackAt: at, chargebackLostBy: event.lostBy });
    case 'payment.failed':
      return withFailedPayment(order, at);
    case 'order.refunded':
      return withRefund(order, event);
  }
}

function withShipment(order: OrderState, event: Extract<OrderEvent, { type: 'order.shipped' }>): OrderState {
  const { at: shippedAt, carrier, tracking } = event;
  if (order.shippedAt === null) return { ...order, shippedAt, carrier, tracking };
  const isSame = order.shippedAt === shippedAt && order.carrier === carrier && order.tracking === tracking;
  return same(order, event.type, isSame);
}

type Known = { readonly [Key in keyof OrderState]?: OrderState[Key] };

/** What is rare: the commonest events are written out above, which takes a third of the time. */
function once(order: OrderState, type: OrderEvent['type'], known: Known): OrderState {
  const keys = Object.keys(known) as (keyof OrderState)[];
  if (order[keys[0]!] === null) return { ...order, ...known };
  return same(
    order,
    type,
    keys.every((key) => order[key] === known[key]),
  );
}

function same(order: OrderState, type: OrderEvent['type'], isSame: boolean): OrderState {
  if (isSame) return order;
  throw new Refusal(
    'CONFLICT',
    'ORDER_EVENT_CONFLICT',
    `Order ${order.externalId} has another ${type} already. Send a repeat with the same content, or void the order.`,
  );
}

/** A payment may fail several times; the first failure is what makes it late. */
const withFailedPayment = (order: OrderState, at: number): OrderState =>
  order.paymentFailedAt !== null && order.paymentFailedAt <= at ? order : { ...order, paymentFailedAt: at };

function withRefund(order: OrderState, { at, amount, cause }: Refund): OrderState {
  if (order.refunds.some((known) => known.at === at && known.amount === amount && known.cause === cause)) return order;
  const refunded = order.refunds.reduce((sum, each) => sum + each.amount, amount);
  if (refunded > order.amount)
    throw new Refusal(
      'INVALID',
      'REFUND_EXCEEDS_ORDER',
      `Refunds of order ${order.externalId} would be ${refunded}, more than its amount of ${order.amount}.`,
    );
  const refunds = [...order.refunds, { at, amount, cause }].toSorted(
    (a, b) => a.at - b.at || a.amount - b.amount || (a.cause < b.cause ? -1 : 1),
  );
  return { ...order, refunds };
}
