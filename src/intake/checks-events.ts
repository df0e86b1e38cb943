import { optional, Rejection, required, type Field } from './checks.ts';
import { fixed, listOf, objectOf, readerOf, type Reader, type Shape } from './checks-fields.ts';
import { amount, currency, flag, quantity, rating, stars } from './checks-number.ts';
import { cause, choice, externalId, ip, line, reviewText } from './checks-text.ts';
import { deadline, instant } from './checks-time.ts';
import type {
  DisputeLoser,
  MarketEvent,
  OrderLine,
  OrderPlaced,
  RatingGiven,
  RefundCause,
  ReviewChannel,
  ReviewPosted,
} from './event.ts';

export type EventType = MarketEvent['type'];
/** The member of MarketEvent that has this type, also where several types share one. */
type EventOf<T extends EventType> = MarketEvent extends infer Each
  ? Each extends { type: infer Types }
    ? T extends Types
      ? Each
      : never
    : never
  : never;

/** How the data of one type of event is read. Its own time, where the data has one, is read as `at`, else that is null. */
export interface EventReader {
  readonly reader: Reader<unknown>;
  /** What fields alone cannot tell. */
  readonly rule: ((event: MarketEvent) => Rejection | null) | null;
}

type OwnTime = { at?: Field<number | null> };

function reading<T extends EventType>(
  _type: T,
  shape: Shape<Omit<EventOf<T>, 'type' | 'at'>> & OwnTime,
  rule?: (event: EventOf<T>) => Rejection | null,
): EventReader {
  // The rule is called for events of its own type alone.
  return { reader: readerOf<object>(shape), rule: (rule as EventReader['rule']) ?? null };
}

const order = required('order', externalId);
const merchant = required('merchant', externalId);
const buyer = required('buyer', externalId);
const mandatoryCause = required('cause', cause);
const noId = (name: string) => optional(name, externalId, null);
const noLine = (name: string) => optional(name, line, null);
const loser = required('lostBy', choice<DisputeLoser>('MERCHANT', 'BUYER', 'NONE'));

const lines = listOf(
  readerOf<OrderLine>({
    product: noId('product'),
    quantity: required('quantity', quantity),
    unitPrice: required('unitPrice', amount),
  }),
  500,
  'LINES_INVALID',
);
const payment = objectOf(readerOf({ instrument: required('instrument', externalId) }), ({ instrument }) => instrument);
const mark = (name: string) => optional(name, stars, null);
const dimensions = objectOf(
  readerOf({ description: mark('description'), service: mark('service'), logistics: mark('logistics') }),
  (given): ReviewPosted['dimensions'] => Object.fromEntries(Object.entries(given).filter(([, mark]) => mark !== null)),
);

const at = optional('at', instant, null);
const traces = {
  ip: optional('ip', ip, null),
  device: noLine('device'),
  payment: optional('payment', payment, null),
};
const registered = {
  externalId: required('externalId', externalId),
  name: noLine('name'),
  at: optional('registeredAt', instant, null),
};
const step = { order, at };
const review = {
  review: required('review', externalId),
  stars: required('stars', stars),
  dimensions: optional('dimensions', dimensions, {}),
  text: optional('text', reviewText, null),
  isIncentivized: optional('incentivized', flag, false),
};
const channel = choice<ReviewChannel>('ORGANIC', 'INVITED', 'IMPORTED');

const selfTrade = ({ merchant, buyer }: OrderPlaced) =>
  merchant === buyer ? new Rejection('SELF_TRADE', 'merchant and buyer are the same', 'buyer') : null;

const selfRating = ({ from, to }: RatingGiven) =>
  from === to ? new Rejection('SELF_REVIEW', 'from and to are the same', 'to') : null;

function strayReview({ order, merchant, buyer }: ReviewPosted): Rejection | null {
  if (merchant !== null && merchant === buyer)
    return new Rejection('SELF_REVIEW', 'merchant and buyer are the same', 'buyer');
  if (order !== null || (merchant !== null && buyer !== null)) return null;
  const field = merchant === null ? 'merchant' : 'buyer';
  return new Rejection('FIELD_MISSING', `${field} is missing, and there is no order that would tell it`, field);
}

/** What a platform may send. */
export const PLATFORM_EVENTS: ReadonlyMap<string, EventReader> = new Map(
  Object.entries({
    'merchant.registered': reading('merchant.registered', { ...registered, ...traces }),
    'buyer.registered': reading('buyer.registered', registered),
    'product.listed': reading('product.listed', {
      externalId: required('externalId', externalId),
      merchant,
      name: noLine('name'),
      category: noLine('category'),
    }),
    'order.placed': reading(
      'order.placed',
      {
        order,
        merchant,
        buyer,
        currency: required('currency', currency),
        amount: required('amount', amount),
        lines: optional('lines', lines, []),
        shipBy: optional('shipBy', deadline, null),
        deliverBy: optional('deliverBy', deadline, null),
        ...traces,
      },
      selfTrade,
    ),
    'order.paid': reading('order.paid', step),
    'order.shipped': reading('order.shipped', { order, carrier: noLine('carrier'), tracking: noLine('tracking'), at }),
    'order.delivered': reading('order.delivered', step),
    'order.completed': reading('order.completed', step),
    'order.paidBack': reading('order.paidBack', step),
    'order.cancelled': reading('order.cancelled', {
      order,
      by: required('by', choice('SELLER', 'BUYER', 'PLATFORM')),
      cause: mandatoryCause,
    }),
    'order.refunded': reading('order.refunded', {
      order,
      amount: required('amount', amount),
      cause: required('cause', choice<RefundCause>('DEFECT', 'NOT_AS_DESCRIBED', 'CHANGED_MIND', 'NOT_DELIVERED')),
    }),
    'payment.failed': reading('payment.failed', { order, cause: mandatoryCause }),
    'payment.chargeback': reading('payment.chargeback', { order, cause: mandatoryCause, lostBy: loser }),
    'review.posted': reading('review.posted', {
      ...review,
      order,
      merchant: fixed(null), // the order's
      buyer: fixed(null),
      product: fixed(null),
      channel: optional('channel', channel, 'ORGANIC'),
    }),
    'review.retracted': reading('review.retracted', { review: required('review', externalId) }),
    'dispute.closed': reading('dispute.closed', { order, cause: mandatoryCause, lostBy: loser }),
  } satisfies Partial<Record<EventType, EventReader>>),
);

/** What a file may tell: besides, ratings that no order stands behind, and reviews of orders that we do not know. */
export const FILE_EVENTS: ReadonlyMap<string, EventReader> = new Map([
  ...PLATFORM_EVENTS,
  [
    'review.posted',
    reading(
      'review.posted',
      {
        ...review,
        order: noId('order'),
        merchant: noId('merchant'),
        buyer: noId('buyer'),
        product: noId('product'),
        channel: optional('channel', channel, 'IMPORTED'),
      },
      strayReview,
    ),
  ],
  [
    'rating.given',
    reading(
      'rating.given',
      { from: required('from', externalId), to: required('to', externalId), rating: required('rating', rating) },
      selfRating,
    ),
  ],
]);
