import type { LlrTable, Steps } from './llr.ts';

/**
 * What each code weighs on a marketplace, in nats: rounded down from a fit to invented markets with known schemes, since codes
 * of one family tell partly the same. Two bounds are kept by hand: no burst or surge alone reaches HELD, because a sale is no
 * fraud; and what one household does reaches nothing.
 */
export const DEFAULT_LLRS: LlrTable = {
  NO_PURCHASE: [[1, 2]],
  REFUNDED_AT_ONCE: [[1, 2.5]],
  BEFORE_DELIVERY: [[1, 4]],
  OWN_SHOP: [[1, 6.5]], // by hand: honest people do not pay with a merchant's card
  MUTUAL_RATING: [[1, 2]],
  SHARED_DEVICE: from(-0.3, [0.9, 1], [1.8, 2.5], [3, 4], [5, 5]), // −log10 of the chance
  SHARED_PAYMENT: from(-0.3, [0.9, 1], [1.8, 2.5], [3, 4], [5, 4.5]),
  SHARED_ADDRESS: from(-0.3, [0.9, 0.5], [1.8, 1.5], [3, 2.5], [5, 3.5]),
  BURST: from(-0.2, [1, 0.5], [2, 1], [3, 1.5]),
  BURST_OF_NEWCOMERS: from(0, [1.5, 0.5], [2.5, 1.5], [4, 2.5], [8, 3.5]),
  FAR_FROM_CONSENSUS: from(-0.3, [0.04, 0], [0.6, 1], [0.8, 1.5]), // 0 to 1
  EXTREME_STARS: from(-1, [1, 0.15]),
  NEW_REVIEWER: from(-0.5, [0.004, 0], [0.03, 0.7], [0.08, 1.2]), // 1 / (1 + days known): 250, 32 and 12 days
  RELIABILITY: from(-1, [0.06, -0.5], [0.09, 0], [0.25, 1], [0.3, 1.8]), // 1 − reliability
  TOO_MANY_A_DAY: [
    [6, 2],
    [10, 3],
  ],
  PROVEN_FAKES: [
    [1, 4],
    [3, 5],
    [10, 6],
  ], // by hand
  NEAR_DUPLICATE: [
    [0.8, 4.5],
    [0.95, 5.5],
  ],
  SURGE: from(-1, [1, -0.5], [2.5, 0], [3.3, 1], [4.6, 2], [8, 2.5]),
  SURGE_OF_NEWCOMERS: from(0, [1.2, 0.5], [2, 1.5], [5, 3], [10, 4.5]),
  SURGE_OF_SLEEPERS: from(0, [2, 1.5], [4, 3]),
  SURGE_OUT_OF_HABIT: from(0, [0.35, 1], [0.7, 1.5]), // 0 to 1
  AGAINST_THE_REST: from(-0.5, [0.04, 0], [0.5, 0.7], [0.85, 1.5]),
  BLAME_WITHOUT_CAUSE: [
    [2, 1.5],
    [3, 3.5],
    [5, 5.5],
  ], // −log10 of the chance
  CO_REVIEW: from(-0.2, [2, 3], [5, 5], [10, 6]), // fellows
  DENSE_BLOCK: from(-0.2, [0.7, 4], [1, 5]), // density
  NO_CARRIER: from(-0.3, [3, 1], [6, 2.5], [12, 4]),
  RUSHED_DELIVERY: from(-0.3, [3, 1], [6, 2.5], [12, 4]),
  SHARED_TRACES: from(-0.3, [3, 0.5], [6, 1.5], [12, 3]),
  OWN_NETWORK: from(0, [3, 0.5], [6, 1.5], [12, 3]),
  PAID_BACK_OUTSIDE: from(0, [3, 2], [6, 4], [20, 6]), // of one order: 20 where it is told, 3 where it was praised and then refunded
  ALIKE_ORDERS: from(0, [3, 0.5], [6, 1], [12, 2]),
};

/** Steps that begin with what it weighs when nothing is to be seen. */
function from(nothing: number, ...steps: Steps): Steps {
  return [[Number.NEGATIVE_INFINITY, nothing], ...steps];
}
