/** Instants are ms since 1970 UTC; money is integer minor units; ids are the platform's own ("external") ids. */
interface Happening {
  readonly at: number; // when it happened
}
/** Something that happened on the marketplace, checked and in its one normal form. */
export type MarketEvent = Happening &
  (
    | MerchantRegistered
    | { type: 'buyer.registered'; externalId: string; name: string | null }
    | { type: 'product.listed'; externalId: string; merchant: string; name: string | null; category: string | null }
    | OrderPlaced
    | { type: 'order.paid' | 'order.completed' | 'order.delivered' | 'order.paidBack'; order: string }
    | { type: 'order.shipped'; order: string; carrier: string | null; tracking: string | null }
    | { type: 'order.cancelled'; order: string; by: 'SELLER' | 'BUYER' | 'PLATFORM'; cause: string }
    | { type: 'order.refunded'; order: string; amount: number; cause: RefundCause }
    | { type: 'payment.failed'; order: string; cause: string }
    | { type: 'payment.chargeback'; order: string; cause: string; lostBy: DisputeLoser }
    | { type: 'dispute.closed'; order: string; cause: string; lostBy: DisputeLoser }
    | ReviewPosted
    | { type: 'review.retracted'; review: string }
    | RatingGiven
  );
export type RefundCause = 'DEFECT' | 'NOT_AS_DESCRIBED' | 'CHANGED_MIND' | 'NOT_DELIVERED';
export type DisputeLoser = 'MERCHANT' | 'BUYER' | 'NONE';
export type ReviewChannel = 'ORGANIC' | 'INVITED' | 'IMPORTED';

/** Traces that are the merchant's own: of the people behind it, of its bank. */
export interface MerchantRegistered {
  type: 'merchant.registered';
  externalId: string;
  name: string | null;
  ip: string | null; // as an order's
  device: string | null;
  payment: string | null; // where its money goes
}

export interface OrderPlaced {
  type: 'order.placed';
  order: string;
  merchant: string;
  buyer: string;
  lines: readonly OrderLine[];
  currency: string;
  amount: number;
  shipBy: number | null;
  deliverBy: number | null;
  ip: string | null; // plain here; kept only as keyed hashes
  device: string | null;
  payment: string | null; // the payment instrument
}
export interface OrderLine {
  readonly product: string | null;
  readonly quantity: number;
  readonly unitPrice: number;
}
export interface ReviewPosted {
  type: 'review.posted';
  review: string;
  order: string | null; // null only in imports: such a review is shown and never scored
  merchant: string | null; // needed where there is no order; must agree with it where there is one
  buyer: string | null; // as merchant
  product: string | null;
  stars: number; // 1 to 5
  dimensions: Readonly<Partial<Record<RatingDimensionKey, number>>>;
  text: string | null;
  channel: ReviewChannel;
  isIncentivized: boolean;
}
export type RatingDimensionKey = 'description' | 'service' | 'logistics';

/** A rating network's rating: it costs nothing and no order stands behind it. One for each pair and instant. */
export interface RatingGiven {
  type: 'rating.given';
  from: string; // a buyer
  to: string; // a merchant
  rating: number; // -10 to 10, integer
}

/** What is taken in whole or not at all: one CloudEvent, or one row of a file with the events that it tells of. */
export interface Envelope {
  readonly source: string;
  readonly id: string; // with `source`, the identity
  readonly contentHash: Buffer; // 16 bytes over the canonical content: the same identity with another hash is a CONFLICT
  readonly events: readonly MarketEvent[]; // in order of `at`
  /** A file's row may say more than it said last time: then what is new is added. A CloudEvent may not. */
  readonly mayGrow: boolean;
}

/** What became of an envelope. */
export type Outcome =
  | { readonly status: 'ACCEPTED' }
  | { readonly status: 'DUPLICATE' }
  | { readonly status: 'PENDING' } // waits for its order; acknowledged
  | { readonly status: 'REJECTED'; readonly code: string; readonly message: string };

/** Clocks differ: what is said to have happened in a moment has happened now, or a standing would hold what the ledger does not yet show. */
export function notAhead(envelope: Envelope, now: number): Envelope {
  if (envelope.events.every(({ at }) => at <= now)) return envelope;
  return { ...envelope, events: envelope.events.map((event) => ({ ...event, at: Math.min(event.at, now) })) };
}
