import { valenceOfRating, valenceOfStars } from '../scoring/reliability.ts';
import { Refusal } from '../kernel/refusal.ts';
import { DIMENSIONS } from '../evidence/book.ts';
import { isPurchase, verificationOf } from '../orders/order-evidence.ts';
import { UNTOUCHED, withEvent, type OrderEvent, type OrderState } from '../orders/order-state.ts';
import type { NewOrder } from '../orders/orders.commands.ts';
import { UNWEIGHED, valenceUnits, type ReviewFact } from '../reviews/review-fact.ts';
import type { Envelope, MarketEvent, OrderPlaced, RatingGiven, ReviewPosted } from './event.ts';
import type { Overlay } from './drafts.ts';
import type { Parties } from './parties.ts';

/** What applying needs to know beside the drafts. */
export interface Setting {
  readonly parties: Parties;
  /** The id that a new fact gets. */
  readonly idFor: (kind: 'order' | 'review', externalId: string) => string;
  readonly hash: (kind: 'ip' | 'device' | 'payment', value: string) => Buffer;
}

type OrderDetails = Omit<NewOrder, keyof OrderState>;
type At<Event> = Event & { readonly at: number };

/** One event onto the drafts, or a Refusal that says what is wrong with it. */
export function applyEvent(drafts: Overlay, event: MarketEvent, setting: Setting): void {
  switch (event.type) {
    case 'merchant.registered':
    case 'buyer.registered':
      return;
    case 'product.listed':
      return checkProduct(setting.parties, event.externalId, event.merchant);
    case 'order.placed':
      return place(drafts, event, setting);
    case 'review.posted':
      return postReview(drafts, event, setting);
    case 'review.retracted':
      return retract(drafts, event.review, event);
    case 'rating.given':
      return rate(drafts, event, setting);
    default:
      return progress(drafts, event.order, event);
  }
}

function progress(drafts: Overlay, externalId: string, event: MarketEvent & OrderEvent): void {
  const order = drafts.order(externalId);
  if (!order) {
    drafts.waits.push({ key: { kind: 'order', externalId }, event });
    return;
  }
  const changed = withEvent(order, event);
  if (changed !== order) drafts.change(changed);
}

function checkProduct(parties: Parties, product: string, merchant: string): void {
  if (parties.products.get(product)?.merchantId === parties.merchants.get(merchant)) return;
  throw new Refusal(
    'CONFLICT',
    'PRODUCT_OF_ANOTHER_MERCHANT',
    `Product ${product} belongs to another merchant than ${merchant}.`,
  );
}

function place(drafts: Overlay, event: At<OrderPlaced>, setting: Setting): void {
  checkProducts(event, setting.parties);
  const known = drafts.order(event.order);
  if (known) return checkSameOrder(known, event, setting.parties);
  const order = placedOrder(event, setting);
  drafts.place(order, { ...order, ...detailsOf(event, setting) });
}

/** An order of its own that an envelope tells all of, as far as it is known. Null: the envelope tells of other things too. */
export function orderToldBy({ events }: Envelope, setting: Setting): NewOrder | null {
  const [placed, ...rest] = events;
  if (placed?.type !== 'order.placed') return null;
  checkProducts(placed, setting.parties);
  let order = placedOrder(placed, setting);
  for (const event of rest) {
    if (!('order' in event) || event.order !== placed.order) return null;
    if (event.type === 'order.placed' || event.type === 'review.posted') return null;
    order = withEvent(order, event);
  }
  return { ...order, ...detailsOf(placed, setting) };
}

function checkProducts({ lines, merchant }: OrderPlaced, parties: Parties): void {
  for (const { product } of lines) if (product !== null) checkProduct(parties, product, merchant);
}

const placedOrder = (event: At<OrderPlaced>, { parties, idFor }: Setting): OrderState => ({
  ...UNTOUCHED,
  id: idFor('order', event.order),
  externalId: event.order,
  merchantId: parties.merchants.get(event.merchant)!,
  buyerId: parties.buyers.get(event.buyer)!,
  productIds: productsIn(event, parties),
  currency: event.currency,
  amount: event.amount,
  placedAt: event.at,
  shipBy: event.shipBy,
  deliverBy: event.deliverBy,
});

const detailsOf = ({ lines, ip, device, payment }: OrderPlaced, { hash }: Setting): OrderDetails => ({
  lines,
  ipHash: ip === null ? null : hash('ip', ip),
  deviceHash: device === null ? null : hash('device', device),
  paymentHash: payment === null ? null : hash('payment', payment),
});

function productsIn({ lines }: OrderPlaced, { products }: Parties): readonly string[] {
  const found: string[] = [];
  for (const { product } of lines) {
    const id = product === null ? null : products.get(product)!.id;
    if (id !== null && !found.includes(id)) found.push(id);
  }
  return found;
}

function checkSameOrder(known: OrderState, event: At<OrderPlaced>, { merchants, buyers }: Parties): void {
  const isSame =
    known.merchantId === merchants.get(event.merchant) &&
    known.buyerId === buyers.get(event.buyer) &&
    known.amount === event.amount &&
    known.currency === event.currency &&
    known.placedAt === event.at &&
    known.shipBy === event.shipBy &&
    known.deliverBy === event.deliverBy;
  if (isSame) return;
  throw new Refusal('CONFLICT', 'ORDER_EXISTS', `Order ${event.order} was placed already, with other content.`);
}

function postReview(drafts: Overlay, event: At<ReviewPosted>, setting: Setting): void {
  if (event.order === null) return postUnverified(drafts, event, setting);
  const order = drafts.order(event.order);
  if (!order) {
    drafts.waits.push({ key: { kind: 'order', externalId: event.order }, event });
    return;
  }
  if (order.voidedAt !== null && !drafts.review(event.review)) throw orderVoided(event.order);
  checkParties(order, event, setting.parties);
  const productId = productOf(order, event, setting.parties);
  const review: ReviewFact = {
    ...draftReview(event, setting),
    merchantId: order.merchantId,
    orderId: order.id,
    authorId: order.buyerId,
    productId,
    amount: order.amount,
    currency: order.currency,
    isPurchase: isPurchase(order),
    verification: verificationOf(order),
    status: 'COUNTED',
  };
  const other = drafts.reviewOfOrder(order.id);
  if (other && other.externalId !== event.review)
    throw new Refusal('CONFLICT', 'REVIEW_EXISTS', `Order ${event.order} has a review already, and an order has one.`);
  addReview(drafts, review);
}

/** It may be sent again should the order be restored. */
const orderVoided = (order: string): Refusal =>
  new Refusal(
    'CONFLICT',
    'ORDER_VOIDED',
    `Order ${order} was found to be made up, and does not count: it cannot be reviewed.`,
  );

function checkParties(order: OrderState, { buyer, merchant }: ReviewPosted, parties: Parties): void {
  if (buyer !== null && parties.buyers.get(buyer) !== order.buyerId)
    throw new Refusal(
      'INVALID',
      'NOT_THE_BUYER',
      `${buyer} did not buy order ${order.externalId}. Only its buyer may review it.`,
    );
  if (merchant !== null && parties.merchants.get(merchant) !== order.merchantId)
    throw new Refusal('INVALID', 'NOT_THE_MERCHANT', `Order ${order.externalId} was not sold by ${merchant}.`);
}

/** The product reviewed: the one named, or the order's only one; null where it is about an order of several. */
function productOf(order: OrderState, { product }: ReviewPosted, parties: Parties): string | null {
  if (product === null) return order.productIds.length === 1 ? order.productIds[0]! : null;
  const id = parties.products.get(product)?.id;
  if (id !== undefined && order.productIds.includes(id)) return id;
  throw new Refusal('INVALID', 'PRODUCT_NOT_IN_ORDER', `Order ${order.externalId} has no product ${product}.`);
}

function postUnverified(drafts: Overlay, event: At<ReviewPosted>, setting: Setting): void {
  const { merchants, buyers, products } = setting.parties;
  if (event.merchant === null || event.buyer === null)
    throw new Refusal('INVALID', 'FIELD_MISSING', 'A review without an order needs its merchant and its buyer.');
  if (event.product !== null) checkProduct(setting.parties, event.product, event.merchant);
  addReview(drafts, {
    ...draftReview(event, setting),
    merchantId: merchants.get(event.merchant)!,
    authorId: buyers.get(event.buyer)!,
    productId: event.product === null ? null : products.get(event.product)!.id,
    status: 'UNVERIFIED',
  });
}

function rate(drafts: Overlay, event: At<RatingGiven>, setting: Setting): void {
  const w = valenceOfRating(event.rating);
  const externalId = ratingId(event);
  addReview(drafts, {
    ...NO_ORDER,
    id: setting.idFor('review', externalId),
    externalId,
    merchantId: setting.parties.merchants.get(event.to)!,
    authorId: setting.parties.buyers.get(event.from)!,
    productId: null,
    stars: Math.min(5, Math.max(1, Math.round(3 + 2 * w))),
    valence: valenceUnits(w),
    dimensions: [null, null, null],
    text: null,
    channel: 'IMPORTED',
    incentivized: false,
    occurredAt: event.at,
    isNetworkRating: true,
    status: 'COUNTED',
  });
}

/** A rating network names its ratings by who, whom and when. */
export const ratingId = ({ from, to, at }: At<Pick<RatingGiven, 'from' | 'to'>>): string =>
  `${from}>${to}@${at / 1000}`;

const NO_ORDER = {
  ...UNWEIGHED,
  orderId: null,
  amount: null,
  currency: null,
  isPurchase: false,
  verification: 'NONE',
} as const;

const draftReview = (event: At<ReviewPosted>, { idFor }: Setting) => ({
  ...NO_ORDER,
  id: idFor('review', event.review),
  externalId: event.review,
  stars: event.stars,
  valence: valenceUnits(valenceOfStars(event.stars)),
  dimensions: DIMENSIONS.map((key) => event.dimensions[key] ?? null),
  text: event.text,
  channel: event.channel,
  incentivized: event.isIncentivized,
  occurredAt: event.at,
  isNetworkRating: false,
});

function addReview(drafts: Overlay, review: ReviewFact): void {
  const known = drafts.review(review.externalId!);
  if (known) return checkSameReview(known, review);
  drafts.post(review);
}

function checkSameReview(known: ReviewFact, review: ReviewFact): void {
  const isSame =
    known.merchantId === review.merchantId &&
    known.orderId === review.orderId &&
    known.authorId === review.authorId &&
    known.stars === review.stars &&
    known.text === review.text &&
    known.occurredAt === review.occurredAt;
  if (!isSame)
    throw new Refusal(
      'CONFLICT',
      'REVIEW_EXISTS',
      `Review ${review.externalId} was posted already, with other content. A review is never rewritten.`,
    );
}

function retract(drafts: Overlay, externalId: string, event: MarketEvent): void {
  const review = drafts.review(externalId);
  if (!review) {
    drafts.waits.push({ key: { kind: 'review', externalId }, event });
    return;
  }
  if (review.retractedAt === null && !drafts.isRetracted(externalId)) drafts.retract(externalId, event.at);
}
