/** Kinds of ground to doubt on. Two of them must agree before anything is voided. */
export type Family = 'IDENTITY' | 'BEHAVIOUR' | 'TEXT' | 'GRAPH';

/** Every code of evidence and its family. Codes are stored with suspicions: add, never rename. */
export const CODES = {
  // on a review, as it comes in
  NO_PURCHASE: 'BEHAVIOUR',
  REFUNDED_AT_ONCE: 'BEHAVIOUR',
  BEFORE_DELIVERY: 'BEHAVIOUR',
  OWN_SHOP: 'IDENTITY',
  SHARED_DEVICE: 'IDENTITY',
  SHARED_PAYMENT: 'IDENTITY',
  SHARED_ADDRESS: 'IDENTITY',
  BURST: 'BEHAVIOUR',
  BURST_OF_NEWCOMERS: 'BEHAVIOUR',
  FAR_FROM_CONSENSUS: 'BEHAVIOUR',
  EXTREME_STARS: 'BEHAVIOUR',
  NEW_REVIEWER: 'BEHAVIOUR',
  RELIABILITY: 'BEHAVIOUR',
  TOO_MANY_A_DAY: 'BEHAVIOUR',
  PROVEN_FAKES: 'BEHAVIOUR',
  NEAR_DUPLICATE: 'TEXT',
  MUTUAL_RATING: 'GRAPH',
  // on a review, looking back over the whole window
  SURGE: 'BEHAVIOUR',
  SURGE_OF_NEWCOMERS: 'BEHAVIOUR',
  SURGE_OF_SLEEPERS: 'BEHAVIOUR',
  SURGE_OUT_OF_HABIT: 'BEHAVIOUR',
  AGAINST_THE_REST: 'BEHAVIOUR',
  CO_REVIEW: 'GRAPH',
  BLAME_WITHOUT_CAUSE: 'BEHAVIOUR',
  DENSE_BLOCK: 'GRAPH',
  // on a merchant's orders
  ALIKE_ORDERS: 'BEHAVIOUR',
  NO_CARRIER: 'BEHAVIOUR',
  RUSHED_DELIVERY: 'BEHAVIOUR',
  PAID_BACK_OUTSIDE: 'BEHAVIOUR',
  SHARED_TRACES: 'IDENTITY',
  OWN_NETWORK: 'GRAPH',
} as const satisfies Readonly<Record<string, Family>>;
export type EvidenceCode = keyof typeof CODES;

/** From which strength on a code weighs what, in nats, both rising. The lowest step may be −Infinity. */
export type Steps = readonly (readonly [from: number, llr: number])[];
/** Policy data: what each code weighs. A code without steps weighs nothing. */
export type LlrTable = Readonly<Partial<Record<EvidenceCode, Steps>>>;
