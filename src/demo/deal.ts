import type { Buyer, SchemeName, Traces } from './buyers.ts';
import { DAY, HOUR, isSpringFestival } from './calendar.ts';
import type { Merchant, Product } from './merchants.ts';
import { drawn, totalsOf } from './random.ts';
import type { Random } from './random.ts';

/** An order and all that became of it. */
export interface Deal extends Order {
  readonly steps: readonly Step[]; // in order of time
  readonly review: Review | null;
  readonly scheme: SchemeName | null; // what it was made for, where it was not made honestly
}
export interface Order {
  readonly placedAt: number;
  readonly merchant: Merchant;
  readonly buyer: Buyer;
  readonly lines: readonly Line[];
  readonly amount: number; // minor units
  readonly shipBy: number;
  readonly deliverBy: number;
  readonly traces: Traces;
}
export interface Line {
  readonly product: Product;
  readonly quantity: number;
}

type Told<Type extends string, Data> = { readonly at: number; readonly type: Type; readonly data: Data };
export type Party = 'MERCHANT' | 'BUYER' | 'NONE';
export type RefundCause = 'DEFECT' | 'NOT_AS_DESCRIBED' | 'CHANGED_MIND' | 'NOT_DELIVERED';
/** Something that happens to an order; `data` is what the event says besides the order. */
export type Step =
  | Told<'order.paid' | 'order.delivered' | 'order.completed', object>
  | Told<'order.shipped', { carrier?: string; tracking?: string }>
  | Told<'order.cancelled', { by: 'SELLER' | 'BUYER' | 'PLATFORM'; cause: string }>
  | Told<'order.refunded', { amount: number; cause: RefundCause }>
  | Told<'payment.failed', { cause: string }>
  | Told<'payment.chargeback' | 'dispute.closed', { lostBy: Party; cause: string }>;

export interface Review {
  readonly at: number;
  readonly stars: number;
  readonly dimensions: Dimensions | null;
  readonly text: string | null;
  readonly channel: 'ORGANIC' | 'INVITED';
  readonly isIncentivized: boolean;
  readonly retractedAt: number | null;
}
export interface Dimensions {
  readonly description: number;
  readonly service: number;
  readonly logistics: number;
}

export function orderOf(
  placedAt: number,
  merchant: Merchant,
  buyer: Buyer,
  lines: readonly Line[],
  traces: Traces,
): Order {
  const slack = isSpringFestival(placedAt) ? 8 * DAY : 0; // couriers rest, and shops say so
  const amount = lines.reduce((sum, { product, quantity }) => sum + product.price * quantity, 0);
  const shipBy = placedAt + 48 * HOUR + slack;
  return { placedAt, merchant, buyer, lines, amount, shipBy, deliverBy: placedAt + 7 * DAY + slack, traces };
}

const LINES = totalsOf([0.78, 0.16, 0.06]);
const QUANTITIES = totalsOf([0.84, 0.12, 0.03, 0.01]);

/** One to three goods of a shop; the first of its list sell best. */
export function basketOf(random: Random, { products }: Merchant): Line[] {
  const count = Math.min(drawn(random, LINES) + 1, products.length);
  const chosen = new Set<Product>();
  while (chosen.size < count) chosen.add(products[Math.floor(products.length * random.next() * random.next())]!);
  return [...chosen].map((product) => ({ product, quantity: drawn(random, QUANTITIES) + 1 }));
}
