import type { CloudEvent } from '../demo/telling.ts';

/** An order of the demo and all that became of it: facts by name, as their events tell them. */
export interface Deal {
  readonly order: string;
  readonly merchant: string;
  readonly buyer: string;
  readonly product: string | null; // null for several
  readonly amount: number; // minor units
  readonly currency: string;
  readonly placedAt: number;
  readonly shipBy: number;
  readonly deliverBy: number;
  readonly device: string;
  readonly address: string;
  readonly payment: string;
  paidAt: number | null;
  shippedAt: number | null;
  isTracked: boolean;
  deliveredAt: number | null;
  refundedAt: number | null;
  refunded: number;
  isLost: boolean; // a dispute or chargeback, by the merchant
  isAtFault: boolean; // its merchant paid back for a fault, or a claim was not found to be made up
  isCancelledBySeller: boolean;
  cancelledAt: number | null;
  review: Review | null;
}
export interface Review {
  readonly id: string;
  readonly at: number;
  readonly stars: number;
  readonly text: string | null;
}

export interface Market {
  readonly deals: readonly Deal[]; // by the time of the order
  readonly registered: ReadonlyMap<string, number>; // buyers and merchants
}

/** The demo's events, put together by order. */
export function marketOf(events: readonly CloudEvent[]): Market {
  const deals = new Map<string, Deal>();
  const registered = new Map<string, number>();
  for (const { type, time, data } of events) {
    const at = Date.parse(time);
    if (type === 'order.placed') deals.set(String(data['order']), placed(at, data));
    else if (type.endsWith('.registered'))
      registered.set(String(data['externalId']), instant(data['registeredAt'], at));
    const deal = deals.get(String(data['order']));
    if (deal) follow(deal, type, at, data);
  }
  return { deals: [...deals.values()], registered };
}

/** Whether nothing went wrong with an order that its merchant answers for, as `copyReviews` of integrity/ has it. */
export const wentWell = ({ deliveredAt, deliverBy, shippedAt, shipBy, cancelledAt, isAtFault }: Deal): boolean =>
  deliveredAt !== null && deliveredAt <= deliverBy && !(shippedAt! > shipBy) && cancelledAt === null && !isAtFault;

type Facts = Readonly<Record<string, unknown>>;
const instant = (text: unknown, otherwise: number): number => (typeof text === 'string' ? Date.parse(text) : otherwise);

function placed(placedAt: number, data: Facts): Deal {
  const lines = data['lines'] as readonly { product: string }[];
  return {
    order: String(data['order']),
    merchant: String(data['merchant']),
    buyer: String(data['buyer']),
    product: lines.length === 1 ? lines[0]!.product : null,
    amount: Number(data['amount']),
    currency: String(data['currency']),
    placedAt,
    shipBy: instant(data['shipBy'], placedAt),
    deliverBy: instant(data['deliverBy'], placedAt),
    device: String(data['device']),
    address: String(data['ip']),
    payment: String((data['payment'] as Facts)['instrument']),
    paidAt: null,
    shippedAt: null,
    isTracked: false,
    deliveredAt: null,
    refundedAt: null,
    refunded: 0,
    isLost: false,
    isAtFault: false,
    isCancelledBySeller: false,
    cancelledAt: null,
    review: null,
  };
}

function follow(deal: Deal, type: string, at: number, data: Facts): void {
  if (type === 'order.paid') deal.paidAt = at;
  if (type === 'order.delivered') deal.deliveredAt = at;
  if (type === 'order.shipped') {
    deal.shippedAt = at;
    deal.isTracked = data['tracking'] !== undefined;
  }
  if (type === 'order.refunded') {
    deal.refundedAt = at;
    deal.refunded = Number(data['amount']);
    if (data['cause'] !== 'CHANGED_MIND') deal.isAtFault = true;
  }
  if (type === 'order.cancelled') {
    deal.cancelledAt = at;
    deal.isCancelledBySeller = data['by'] === 'SELLER';
  }
  if (data['lostBy'] === 'MERCHANT') deal.isLost = true;
  if (data['lostBy'] === 'MERCHANT' || data['lostBy'] === 'NONE') deal.isAtFault = true;
  if (type === 'review.posted') {
    const text = typeof data['text'] === 'string' ? data['text'] : null;
    deal.review = { id: String(data['review']), at, stars: Number(data['stars']), text };
  }
}
