/**
 * What one fact means for one subject, as far as no policy can change it. Postings are an append-only ledger; the weights are
 * those of its intake and are never recomputed.
 */
export interface Posting {
  readonly kind: number; // code of src/scoring/kinds.ts
  readonly occurredAt: number; // ms since 1970, UTC
  readonly counterparty: string | null; // whom the subject dealt with
  readonly amount: number | null; // of the order, in minor units; null where no order stands behind it
  readonly currency: string | null; // ISO 4217
  readonly reliability: number | null; // the reviewer's rel before this review, in 1e-8; null for what is not a review
  readonly experience: number | null; // the reviewer's E before this review, in 1e-8; null as above
  readonly isPurchase: boolean; // a paid order stands behind it: it cost something
  readonly pairRank: number; // n_pair: earlier counted facts of its sort by this counterparty about this subject; of an offence: earlier ones
  readonly isHeld: boolean; // over the burst cap: mass 0 until released
  readonly sign: 1 | -1; // -1 reverses the posting that it equals in all else
}

/** What a posting says of the deal behind it, where there is none. */
export const ABOUT_NO_DEAL = {
  counterparty: null,
  amount: null,
  currency: null,
  reliability: null,
  experience: null,
  isPurchase: false,
  pairRank: 0,
  isHeld: false,
} as const satisfies Partial<Posting>;
