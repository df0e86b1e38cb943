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
  readonly changedOrders: Map<string, true>;
  readonly reviews: Map<string, ReviewFact>; // by external id
  readonly reviewOfOrder: Map<string, ReviewFact>; // by order id
  readonly newReviews: Map<string, ReviewFact>; // by external id
  readonly retractions: Map<string, number>; // by external id of the review: when
}

export const noDrafts = (found: Drafts['found'] = new Map()): Drafts => ({
  found,
  orders: new Map(),
  newOrders: new Map(),
  changedOrders: new Map(),
  reviews: new Map(),
  reviewOfOrder: new Map(),
  newReviews: new Map(),
  retractions: new Map(),
});

/**
 * What one envelope changes of its batch's drafts: kept whole when all its events pass, else taken back whole. One for all envelopes of a
 * batch, one after the other: what hundreds of them would keep would live as long as the batch.
 */
export class Overlay {
  waits: Wait[] = [];
  readonly #drafts: Drafts;
  // What keys stood for before, undefined where for nothing: in three lists, the first so many of which are this envelope's.
  readonly #maps: Map<string, unknown>[] = [];
  readonly #keys: string[] = [];
  readonly #before: unknown[] = [];
  #changes = 0;

  constructor(drafts: Drafts) {
    this.#drafts = drafts;
  }

  /** The next envelope begins: what was changed so far is kept. */
  begin(): this {
    this.#changes = 0;
    if (this.waits.length > 0) this.waits = [];
    return this;
  }

  get hasChanges(): boolean {
    return this.#changes + this.waits.length > 0;
  }

  order(externalId: string): OrderState | undefined {
    return this.#drafts.orders.get(externalId);
  }

  review(externalId: string): ReviewFact | undefined {
    return this.#drafts.reviews.get(externalId);
  }

  reviewOfOrder(orderId: string): ReviewFact | undefined {
    return this.#drafts.reviewOfOrder.get(orderId);
  }

  isRetracted(externalId: string): boolean {
    return this.#drafts.retractions.has(externalId);
  }

  place(order: OrderState, details: NewOrder): void {
    this.#set(this.#drafts.newOrders, order.externalId, details);
    this.#set(this.#drafts.orders, order.externalId, order);
  }

  change(order: OrderState): void {
    const { orders, changedOrders } = this.#drafts;
    this.#set(orders, order.externalId, order);
    if (!changedOrders.has(order.externalId)) this.#set(changedOrders, order.externalId, true);
  }

  post(review: ReviewFact): void {
    const { reviews, newReviews, reviewOfOrder } = this.#drafts;
    this.#set(reviews, review.externalId!, review);
    this.#set(newReviews, review.externalId!, review);
    if (review.orderId !== null) this.#set(reviewOfOrder, review.orderId, review);
  }

  retract(externalId: string, at: number): void {
    this.#set(this.#drafts.retractions, externalId, at);
  }

  #set<Value>(map: Map<string, Value>, key: string, value: Value): void {
    const at = this.#changes++;
    this.#maps[at] = map;
    this.#keys[at] = key;
    this.#before[at] = map.get(key);
    map.set(key, value);
  }

  takeBack(): void {
    while (this.#changes > 0) {
      const at = --this.#changes;
      const [map, key, before] = [this.#maps[at]!, this.#keys[at]!, this.#before[at]];
      if (before === undefined) map.delete(key);
      else map.set(key, before);
    }
  }
}
