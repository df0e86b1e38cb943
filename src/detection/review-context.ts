import type { EvidenceFact } from './evidence.ts';
import type { EvidenceCode } from './llr.ts';

/**
 * All that stage 1 looks at: plain counts about a review, so that a room can fill it for many reviews with a few set-based
 * statements. "Before" means before this review, or together with it in one batch.
 */
export interface ReviewContext {
  readonly occurredAt: number; // ms since 1970
  readonly valence: number; // −1 to 1: stars 1 to 5
  readonly order: OrderContext | null;
  readonly traces: {
    readonly device: SharedTrace;
    readonly payment: SharedTrace;
    readonly address: SharedTrace;
  };
  readonly isOwnShop: boolean; // a trace of the order is known to be the merchant's own
  readonly isMutual: boolean; // merchant and buyer rated each other's shops alike
  readonly provenFakes?: number; // other reviews by the same author that were proven fake; 0 unless told
  readonly subject: SubjectContext;
  readonly reviewer: ReviewerContext;
  readonly likeness: number; // to the nearest text by somebody else, Jaccard 0 to 1; 0 without a text or below what was looked for
  /** What a code rests on, for whoever looks at the evidence. */
  readonly facts?: Readonly<Partial<Record<EvidenceCode, readonly EvidenceFact[]>>>;
}
export interface OrderContext {
  readonly paidAt: number | null;
  readonly deliveredAt: number | null;
  readonly refundedAt: number | null; // in full
  readonly paidBackAt?: number | null; // past the marketplace, as it learnt; null unless told
}
/** A keyed hash of the order's device, payment instrument or address; all zero where it has none. */
export interface SharedTrace {
  readonly siblings: number; // other reviewers of this merchant, in 90 days, that ordered behind it
  readonly holders: number; // buyers of the whole marketplace behind it, this one among them
  readonly merchantShare: number; // of the marketplace's reviewers, those of this merchant, in 90 days: 0 to 1
}
export interface SubjectContext {
  readonly consensusSum: number; // S_j, W_j and the mean of all, in units of 1e-8, before
  readonly consensusWeight: number;
  readonly meanSum: number;
  readonly meanCount: number;
  readonly reviews: number; // in the 7 days up to this one, which counts
  readonly newcomers: number; // of those, by reviewers known for less than 14 days
  readonly deliveries: number; // in the same 7 days
  readonly reviewsPerDelivery: number; // the marketplace's, in 90 days
  readonly newcomerShare: number; // of the marketplace's reviews, those by newcomers, in 90 days
}
export interface ReviewerContext {
  readonly knownSince: number; // registered, or its first order where that is not known
  readonly reliability: number; // 0 to 1, before
  readonly reviewsToday: number; // in the 24 hours up to this one, which counts
}

export const NO_TRACE: SharedTrace = { siblings: 0, holders: 0, merchantShare: 0 };
