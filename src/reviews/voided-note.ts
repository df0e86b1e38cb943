import type { Note } from '../db/notes.ts';
import type { VoidGround } from './review.ts';
import type { ReviewFact } from './review-fact.ts';

/** What the note `review.voided` tells. */
export interface ReviewVoided {
  readonly merchantId: string;
  readonly reviewId: string;
  readonly authorId: string;
  readonly productId: string | null;
  readonly ground: VoidGround;
  readonly penaltyId: string | null; // of which it is a part; null: found and voided without a person
}

/** Left by whoever voids it, with the merchant's books open. */
export function voidedNote(
  { merchantId, id, authorId, productId }: ReviewFact,
  ground: VoidGround,
  penaltyId: string | null,
): Note {
  const payload: ReviewVoided = { merchantId, reviewId: id, authorId, productId, ground, penaltyId };
  return { subjectId: merchantId, kind: 'review.voided', payload: { ...payload } };
}
