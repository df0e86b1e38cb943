import type { Buyer } from './buyers.ts';
import { DAY, HOUR, isRush } from './calendar.ts';
import type { Order, Party, RefundCause, Step } from './deal.ts';
import type { Random } from './random.ts';

/** What becomes of an order, and what its buyer will remember of it. */
export interface Course {
  readonly steps: readonly Step[];
  readonly deliveredAt: number | null;
  readonly grievance: 'DEFECT' | 'NOT_AS_DESCRIBED' | null;
  readonly isMended: boolean; // the shop paid back without a fight
  readonly lateDays: number;
}

export const RETURN_WINDOW = 14 * DAY;
const CARRIERS = ['SF Express', 'YTO', 'ZTO', 'Yunda', 'JD Logistics', 'EMS'];

/** How often things go wrong, from a shop's trouble of 0 to 1. */
const rates = (trouble: number, square = trouble * trouble) => ({
  lateHandover: 0.0015 + 0.22 * square,
  lateDelivery: 0.001 + 0.2 * square,
  cancelled: 0.0007 + 0.1 * square,
  lost: 0.0004 + 0.04 * square,
  defect: 0.001 + 0.11 * square,
  misdescribed: 0.0006 + 0.13 * square,
  stubborn: 0.05 + 0.6 * trouble, // of those with a grievance, how many must fight for their money
});
type Rates = ReturnType<typeof rates>;

const undelivered = { deliveredAt: null, grievance: null, isMended: false, lateDays: 0 };

export function courseOf(random: Random, order: Order, trouble: number): Course {
  const rate = rates(trouble);
  if (random.chance(order.buyer.unpaid)) return { ...undelivered, steps: unpaid(random, order) };

  const steps = payment(random, order);
  const paidAt = steps.at(-1)!.at;
  const cancelled = cancellation(random, rate, paidAt);
  if (cancelled) return { ...undelivered, steps: [...steps, cancelled] };

  const shippedAt = shipment(random, rate, order, paidAt);
  const tracking = String(1e11 + Math.floor(random.next() * 9e11));
  steps.push({ at: shippedAt, type: 'order.shipped', data: { carrier: random.pick(CARRIERS), tracking } });
  if (random.chance(rate.lost)) return { ...undelivered, steps: [...steps, loss(random, order, rate)] };
  return delivery(random, rate, order, steps, shippedAt);
}

function unpaid(random: Random, { placedAt }: Order): Step[] {
  const cancelled: Step = {
    at: placedAt + DAY,
    type: 'order.cancelled',
    data: { by: 'PLATFORM', cause: 'UNPAID' },
  };
  return random.chance(0.85) ? [paymentFailed(random, placedAt), cancelled] : [cancelled];
}

const paymentFailed = (random: Random, placedAt: number): Step => ({
  at: placedAt + 5_000 + random.below(60_000),
  type: 'payment.failed',
  data: { cause: random.pick(['INSUFFICIENT_FUNDS', 'CARD_DECLINED', 'EXPIRED_CARD', 'TIMEOUT']) },
});

/** Most pay at once, some after a first failure; few of those let a day or two pass. */
function payment(random: Random, { placedAt }: Order): Step[] {
  const failed = random.chance(0.02) ? [paymentFailed(random, placedAt)] : [];
  const isLate = failed.length > 0 && random.chance(0.25);
  const delay = isLate ? random.between(25, 40) * HOUR : random.logNormal(60_000, 1);
  const at = (failed[0]?.at ?? placedAt) + 3_000 + Math.floor(delay);
  return [...failed, { at, type: 'order.paid', data: {} }];
}

function cancellation(random: Random, rate: Rates, paidAt: number): Step | null {
  const at = paidAt + Math.floor(random.between(1, 30) * HOUR);
  const cancelled = (by: 'SELLER' | 'BUYER' | 'PLATFORM', cause: string): Step => ({
    at,
    type: 'order.cancelled',
    data: { by, cause },
  });
  if (random.chance(rate.cancelled)) {
    return cancelled('SELLER', random.pick(['OUT_OF_STOCK', 'OUT_OF_STOCK', 'PRICE_ERROR']));
  }
  if (random.chance(0.02)) return cancelled('BUYER', random.pick(['CHANGED_MIND', 'ORDERED_TWICE', 'FOUND_CHEAPER']));
  if (random.chance(0.003)) return cancelled('PLATFORM', random.pick(['ADDRESS_UNREACHABLE', 'RISK_CHECK']));
  return null;
}

function shipment(random: Random, rate: Rates, { shipBy }: Order, paidAt: number): number {
  const isLate = random.chance(rate.lateHandover * (isRush(paidAt) ? 1.6 : 1));
  if (isLate) return shipBy + Math.floor(random.logNormal(20 * HOUR, 0.5));
  const soon = paidAt + Math.floor(random.logNormal(14 * HOUR, 0.5));
  return Math.max(paidAt + HOUR, Math.min(soon, shipBy - random.below(HOUR)));
}

function loss(random: Random, order: Order, rate: Rates): Step {
  const at = order.deliverBy + Math.floor(random.between(2, 12) * DAY);
  const cause = 'NOT_DELIVERED';
  if (!random.chance(rate.stubborn)) return { at, type: 'order.refunded', data: { amount: order.amount, cause } };
  const type = random.chance(0.15) ? 'payment.chargeback' : 'dispute.closed';
  return { at, type, data: { lostBy: random.chance(0.9) ? 'MERCHANT' : 'NONE', cause } };
}

function delivery(random: Random, rate: Rates, order: Order, steps: Step[], shippedAt: number): Course {
  const { deliverBy } = order;
  const isLate = random.chance(rate.lateDelivery * (isRush(order.placedAt) ? 1.6 : 1));
  const late = deliverBy + Math.floor(random.logNormal(40 * HOUR, 0.7));
  const soon = Math.min(shippedAt + Math.floor(random.logNormal(58 * HOUR, 0.3)), deliverBy - random.below(HOUR));
  const deliveredAt = Math.max(isLate ? late : soon, shippedAt + 12 * HOUR); // a late hand-over may make it late too
  const grievance = grievanceOf(random, rate, order);
  const isMended = grievance !== null && !random.chance(rate.stubborn);
  const after = aftermath(random, order, deliveredAt, grievance, isMended);
  return {
    steps: [...steps, { at: deliveredAt, type: 'order.delivered', data: {} }, ...after],
    deliveredAt,
    grievance,
    isMended,
    lateDays: Math.max(0, (deliveredAt - deliverBy) / DAY),
  };
}

function grievanceOf(random: Random, rate: Rates, { lines }: Order): Course['grievance'] {
  const flaw = Math.max(...lines.map(({ product }) => product.flaw));
  if (random.chance(Math.min(0.6, rate.defect * flaw))) return 'DEFECT';
  return random.chance(rate.misdescribed) ? 'NOT_AS_DESCRIBED' : null;
}

/** What follows a delivery, in order of time: claims and what came of them, returns, and the end of the return window. */
function aftermath(
  random: Random,
  { amount, buyer }: Order,
  deliveredAt: number,
  grievance: Course['grievance'],
  isMended: boolean,
): Step[] {
  const settledAt = deliveredAt + Math.floor(random.between(1, 9) * DAY);
  const completed: Step = { at: deliveredAt + RETURN_WINDOW, type: 'order.completed', data: {} };
  if (grievance) {
    return isMended ? mended(random, amount, settledAt, grievance, completed) : fought(random, settledAt, grievance);
  }
  if (random.chance(buyer.claims)) return [...unfounded(random, buyer, settledAt), completed].toSorted(byTime);
  if (random.chance(0.02)) return [refund(settledAt, amount, 'CHANGED_MIND')];
  return [completed];
}

const byTime = (one: Step, other: Step): number => one.at - other.at;
const refund = (at: number, amount: number, cause: RefundCause): Step => ({
  at,
  type: 'order.refunded',
  data: { amount, cause },
});

/** Paid back at once: all of it, or a part and the goods are kept. */
function mended(random: Random, amount: number, at: number, cause: RefundCause, completed: Step): Step[] {
  if (random.chance(0.7)) return [refund(at, amount, cause)];
  return [refund(at, Math.max(1, Math.round(amount * random.between(0.2, 0.6))), cause), completed];
}

/** Decided by the platform, mostly against the shop. */
function fought(random: Random, settledAt: number, cause: string): Step[] {
  const at = settledAt + Math.floor(random.between(4, 12) * DAY);
  if (random.chance(0.08))
    return [{ at: at + 20 * DAY, type: 'payment.chargeback', data: { lostBy: 'MERCHANT', cause } }];
  const lostBy: Party = random.chance(0.8) ? 'MERCHANT' : 'NONE';
  const decided: Step = { at, type: 'dispute.closed', data: { lostBy, cause } };
  return lostBy === 'NONE' ? [decided, { at: at + DAY, type: 'order.completed', data: {} }] : [decided];
}

/** A claim that does not hold: the buyer loses the dispute, or the chargeback. */
function unfounded(random: Random, buyer: Buyer, settledAt: number): Step[] {
  const isChargeback = buyer.claims > 0.01 && random.chance(0.3);
  const cause = random.pick(['NOT_DELIVERED', 'DEFECT', 'NOT_AS_DESCRIBED']);
  const at = settledAt + (isChargeback ? 25 * DAY : 0);
  return [{ at, type: isChargeback ? 'payment.chargeback' : 'dispute.closed', data: { lostBy: 'BUYER', cause } }];
}
