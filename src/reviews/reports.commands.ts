import type { Call } from '../access/call.ts';
import { forgetLoaded } from '../access/loader.ts';
import { refuseOwnCase } from '../access/own-case.ts';
import { once } from '../db/once.ts';
import { inTransaction } from '../db/tx.ts';
import { checkedNote } from '../kernel/note.ts';
import { Refusal } from '../kernel/refusal.ts';
import { answerOpen } from './reports.queries.ts';
import type { Review } from './review.ts';
import { findReview } from './reviews.commands.ts';

export interface AnswerReports {
  readonly reviewId: string;
  readonly note: string;
  readonly idempotencyKey: string;
}

/** Tells whoever reported a review, and was not answered yet, what was found. The review stays as it is. */
export async function answerReports(call: Call, input: AnswerReports): Promise<Review> {
  const note = checkedNote(input.note);
  const review = await findReview(call, input.reviewId);
  const { merchantId, id: reviewId, authorId } = review;
  refuseOwnCase(call.actor, [authorId, merchantId], 'reviewId');
  const answer = { by: call.actor.name, note, at: new Date(call.now) };
  await inTransaction(call.db.pool, (tx) =>
    once(tx, call, 'answerReports', input, async () => {
      if ((await answerOpen(tx, { merchantId, reviewId }, answer)) > 0) return;
      throw new Refusal('CONFLICT', 'NO_OPEN_REPORTS', 'No report of this review waits for an answer.', ['reviewId']);
    }),
  );
  forgetLoaded(call);
  return review;
}
