/** What facts tell of a merchant, as far as presets ask: days are UTC days since 1970, and a day's orders are those placed on it. */

/** What can be wrong with an order. The order is fixed: each is a bit. */
export const ORDER_FAULTS = [
  'LATE_HANDOVER', // given to the carrier after the promised instant
  'LATE_DELIVERY', // delivered after the promised instant
  'LATE_SHIPMENT', // delivered late, and not even handed over in time
  'CANCELLED_BY_SELLER',
  'DISPUTE_LOST', // closed against the merchant
  'CHARGEBACK_LOST',
  'REFUNDED_FOR_FAULT', // defective, not as described or not delivered
  'NEGATIVE_FEEDBACK', // a counted review of 1 or 2 stars
  'UNTRACKED', // shipped without a tracking number
] as const;
export type OrderFault = (typeof ORDER_FAULTS)[number];

/** Of which orders a share is taken. The order is fixed: each is a bit. */
export const ORDER_BASES = [
  'ORDERS', // placed
  'SALES', // placed, and not cancelled by the buyer or the platform
  'SHIPPED',
  'HANDOVER_PROMISED', // shipped, and an instant was promised for it
  'DELIVERY_PROMISED', // delivered, and an instant was promised for it
] as const;
export type OrderBase = (typeof ORDER_BASES)[number];

export const faultBits = (faults: readonly OrderFault[]): number => bitsOf(ORDER_FAULTS, faults);
export const baseBit = (base: OrderBase): number => bitsOf(ORDER_BASES, [base]);

const bitsOf = <Name>(all: readonly Name[], names: readonly Name[]): number =>
  names.reduce((bits, name) => bits | (1 << all.indexOf(name)), 0);

/** When something was due and when it happened. */
export interface DueAndDone {
  readonly due: number; // day
  readonly done: number; // day
}

/** An order with which something is wrong. */
export interface FaultyOrder {
  readonly buyer: string;
  readonly faults: number; // bits of ORDER_FAULTS
  readonly bases: number; // bits of ORDER_BASES
  readonly handover: DueAndDone | null; // where it was late
  readonly delivery: DueAndDone | null; // where it was late
  readonly cancelled: number | null; // day, where the seller cancelled
}

/** The orders placed on one day, and what became of them. */
export interface OrderDay {
  readonly day: number;
  readonly orders: Readonly<Record<OrderBase, number>>;
  readonly revenue: number; // of sales in the currency that was asked for, in minor units
  readonly revenueOrders: number;
  readonly faulty: readonly FaultyOrder[];
}

export interface OrderFacts {
  readonly days: readonly OrderDay[];
  readonly buyers: number; // distinct, behind the sales of all these days
  readonly firstDay: number | null; // of the first order ever
}

/** So many times a buyer gave so many good, neutral and bad ratings in one month. */
export interface RatingPattern {
  readonly good: number;
  readonly neutral: number;
  readonly bad: number;
  readonly times: number;
}

export interface RatingFacts {
  readonly patterns: readonly RatingPattern[];
  readonly raters: number; // distinct
  readonly firstDay: number | null;
  readonly dimensions: readonly { readonly count: number; readonly sum: number; readonly raters: number }[];
}

export interface StarFacts {
  readonly days: readonly { readonly day: number; readonly stars: readonly number[] }[]; // reviews by stars, one star first
  readonly raters: number; // distinct
}

/** Days in which something outside anyone's power befell merchants. */
export interface ExcusedPeriod {
  readonly ground: string;
  readonly from: number; // the first day
  readonly to: number; // the last day
}
