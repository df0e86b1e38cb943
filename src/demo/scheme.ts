import type { Buyer, Recruit, SchemeName, Traces } from './buyers.ts';
import { freshTraces } from './buyers.ts';
import { DAY, HOUR } from './calendar.ts';
import type { Calendar } from './calendar.ts';
import { RETURN_WINDOW } from './course.ts';
import { orderOf } from './deal.ts';
import type { Deal, Review, Step } from './deal.ts';
import type { Merchant, Product } from './merchants.ts';
import type { Random } from './random.ts';

/** An attack on the marketplace: whom it hires, whom it is about and what is done. */
export interface Scheme {
  readonly name: SchemeName;
  hires(random: Random, calendar: Calendar, scale: number): Recruit[];
  /** The merchants that it serves, or harms. */
  subjects(random: Random, merchants: readonly Merchant[]): Merchant[];
  deals(random: Random, calendar: Calendar, hired: readonly Buyer[], subjects: readonly Merchant[]): Deal[];
}

/** A few traces that a crew shares: it has not a phone for each of its accounts. */
export const sharedTraces = (random: Random, count: number): Traces[] =>
  Array.from({ length: count }, () => freshTraces(random));

export const cheapestOf = ({ products }: Merchant): Product =>
  products.reduce((cheapest, each) => (each.price < cheapest.price ? each : cheapest));

export interface Staged {
  readonly placedAt: number;
  readonly merchant: Merchant;
  readonly buyer: Buyer;
  readonly product: Product;
  readonly traces?: Traces;
}
/** An order that is placed for a scheme and goes as it should: paid, handed over, delivered, kept. */
export function stagedDeal(
  scheme: SchemeName,
  { placedAt, merchant, buyer, product, traces = buyer.traces }: Staged,
  shippedAfter: number,
  deliveredAfter: number,
  shipped: { carrier?: string; tracking?: string },
  review: (deliveredAt: number) => Review | null,
): Deal {
  const deliveredAt = placedAt + Math.floor(deliveredAfter);
  const steps: Step[] = [
    { at: placedAt + 20_000, type: 'order.paid', data: {} },
    { at: placedAt + Math.floor(shippedAfter), type: 'order.shipped', data: shipped },
    { at: deliveredAt, type: 'order.delivered', data: {} },
    { at: deliveredAt + RETURN_WINDOW, type: 'order.completed', data: {} },
  ];
  const order = orderOf(placedAt, merchant, buyer, [{ product, quantity: 1 }], traces);
  return { ...order, steps, review: review(deliveredAt), scheme };
}

/** As most parcels travel. */
export const byParcel = (random: Random): { carrier: string; tracking: string } => ({
  carrier: 'YTO',
  tracking: String(1e11 + Math.floor(random.next() * 9e11)),
});

export const stagedReview = (at: number, stars: number, text: string | null): Review => ({
  at: Math.floor(at),
  stars,
  dimensions: { description: stars, service: stars, logistics: stars },
  text,
  channel: 'ORGANIC',
  isIncentivized: false,
  retractedAt: null,
});

/** `days` before the demo's end, and up to `spread` days later, at any time of day. */
export const daysBefore = (random: Random, calendar: Calendar, days: number, spread: number): number =>
  calendar.until - days * DAY + Math.floor(random.between(0, spread * 24) * HOUR);
