/** Orders by column, in any order: what brushing is looked for in. Parties and traces are numbered from 0; −1 is unknown. */
export interface OrderColumns {
  readonly merchants: Int32Array;
  readonly buyers: Int32Array;
  readonly products: Int32Array; // the one product; −1 for several
  readonly amounts: Float64Array; // minor units
  readonly placedAt: Float64Array; // ms since 1970
  readonly deliveredAt: Float64Array; // NaN while it is not
  readonly isTracked: Uint8Array; // a carrier says that it moved
  readonly isPaidBackOutside: Uint8Array; // the buyer had the money back past the marketplace
  readonly devices: Int32Array;
  readonly payments: Int32Array;
  readonly addresses: Int32Array;
  readonly merchantCount: number;
  readonly buyerCount: number;
}
