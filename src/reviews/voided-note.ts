import type { Note } from '../db/notes.ts';
import type { VoidGround } from './review.ts';
import type { ReviewFact } from './review-fact.ts';

/** What the note `review.voided` tells. */
export interface ReviewVoided extends ReviewRestored {
  readonly ground: VoidGround;
  readonly penaltyId: string | null; // of which it is a part; null: found and voided without a person
}

/** What the note `review.restored` tells: it counts again, or is held or unverified again. */
export interface ReviewRestored {
  readonly merchantId: string;
  readonly reviewId: string;
  readonly authorId: string;
  readonly productId: string | null;
}

/** Left by whoever voids it, with the merchant's books open. */
export function voidedNote(review: ReviewFact, ground: VoidGround, penaltyId: string | null): Note {
  const payload: ReviewVoided = { ...told(review), ground, penaltyId };
  return { subjectId: review.merchantId, kind: 'review.voided', payload: { ...payload } };
}

/** Left by whoever restores it, likewise. */
export const restoredNote = (review: ReviewFact): Note => ({
  subjectId: review.merchantId,
  kind: 'review.restored',
  payload: { ...told(review) },
});

const told = ({ merchantId, id, authorId, productId }: ReviewFact): ReviewRestored => ({
  merchantId,
  reviewId: id,
  authorId,
  productId,
});
