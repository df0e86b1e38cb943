import type { OrderState } from '../orders/order-state.ts';
import type { NewOrder } from '../orders/orders.commands.ts';
import type { ReviewFact } from '../reviews/review-fact.ts';
import type { FactKey } from './keys.queries.ts';
import type { MarketEvent } from './event.ts';

/** An event that must wait for its order or review. */
export interface Wait {
  readonly key: FactKey;
  readonly event: MarketEvent;
}

/** Where the events of a transaction lead to, before anything is written. */
export interface Drafts {
  readonly found: Map<string, OrderState>; // orders as they were, by external id
  readonly orders: Map<string, OrderState>; // by external id
  readonly newOrders: Map<string, NewOrder>; // details of those placed here, by external id
  readonly changedOrders: Set<string>;
  readonly reviews: Map<string, ReviewFact>; // by external id
  readonly reviewOfOrder: Map<string, ReviewFact>; // by order id
  readonly newReviews: Map<string, ReviewFact>; // by external id
  readonly retractions: Map<string, number>; // by external id of the review: when
}

export const noDrafts = (found: Drafts['found'] = new Map()): Drafts => ({
  found,
  orders: new Map(),
  newOrders: new Map(),
  changedOrders: new Set(),
  reviews: new Map(),
  reviewOfOrder: new Map(),
  newReviews: new Map(),
  retractions: new Map(),
});

/** Drafts of one envelope over those of its batch: kept whole when all its events pass, else dropped whole. */
export interface Overlay extends Drafts {
  readonly base: Drafts;
  readonly waits: Wait[];
}

export const overlayOn = (base: Drafts): Overlay => ({ ...noDrafts(base.found), base, waits: [] });

export const orderIn = (drafts: Overlay, externalId: string): OrderState | undefined =>
  drafts.orders.get(externalId) ?? drafts.base.orders.get(externalId);
export const reviewIn = (drafts: Overlay, externalId: string): ReviewFact | undefined =>
  drafts.reviews.get(externalId) ?? drafts.base.reviews.get(externalId);
export const reviewOfOrderIn = (drafts: Overlay, orderId: string): ReviewFact | undefined =>
  drafts.reviewOfOrder.get(orderId) ?? drafts.base.reviewOfOrder.get(orderId);

export function keep(overlay: Overlay): void {
  const { base } = overlay;
  for (const key of ['orders', 'newOrders', 'reviews', 'reviewOfOrder', 'newReviews', 'retractions'] as const)
    for (const [id, draft] of overlay[key]) (base[key] as Map<string, unknown>).set(id, draft);
  for (const id of overlay.changedOrders) base.changedOrders.add(id);
}

export const hasChanges = ({ newOrders, changedOrders, newReviews, retractions, waits }: Overlay): boolean =>
  newOrders.size + changedOrders.size + newReviews.size + retractions.size + waits.length > 0;
