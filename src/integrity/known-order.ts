import type { OrderState } from '../orders/order-state.ts';

/** Keyed hashes of what an order came from; null: not told. */
export interface OwnTraces {
  readonly ip: Buffer | null;
  readonly device: Buffer | null;
  readonly payment: Buffer | null;
}

/** An order behind a review; its traces are looked up unless they come with it. */
export interface KnownOrder {
  readonly state: OrderState;
  readonly traces?: OwnTraces;
}
