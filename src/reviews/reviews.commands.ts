import { ownId } from '../access/actor.ts';
import type { Call } from '../access/call.ts';
import { leaveNotes } from '../db/notes.ts';
import { once } from '../db/once.ts';
import { inTransaction, type Tx } from '../db/tx.ts';
import { leaveChangedFacts, reviewPlaces } from '../evidence/changed-facts.ts';
import { idsOf } from '../kernel/global-id.ts';
import { newId } from '../kernel/ids.ts';
import { Refusal } from '../kernel/refusal.ts';
import { Review, type VoidGround } from './review.ts';
import { addReply, addReport, holdReview, type ReviewKey } from './reviews.queries.ts';

const MAX_REPLY = 10_000;
const MAX_EXPLANATION = 2_000;

export interface ReplyToReview {
  readonly reviewId: string;
  readonly text: string;
  readonly idempotencyKey: string;
}

/** The merchant's one public answer to a review of itself. */
export async function replyToReview(call: Call, input: ReplyToReview): Promise<Review> {
  const review = await findReview(call, input.reviewId);
  if (review.merchantId !== ownId(call.actor, 'MERCHANT'))
    throw new Refusal('FORBIDDEN', 'NOT_YOUR_REVIEW', 'Only the merchant that a review is about can reply to it.');
  const text = checkedText(input.text, 'text', MAX_REPLY);
  await inTransaction(call.db.pool, (tx) =>
    once(tx, call, 'replyToReview', input, () => reply(tx, keyOf(review), text, call.now)),
  );
  return review;
}

async function reply(tx: Tx, key: ReviewKey, text: string, now: number): Promise<void> {
  const [held] = await holdReview(tx, key);
  if (held?.status === 'VOIDED')
    throw new Refusal('CONFLICT', 'REVIEW_VOIDED', 'The review is voided: it counts for nothing and takes no reply.');
  const isFirst = await addReply(tx, { ...key, text, repliedAt: new Date(now) });
  if (isFirst) return leaveChangedFacts(tx, now, reviewPlaces([{ merchantId: key.merchantId, id: key.reviewId }]));
  throw new Refusal('CONFLICT', 'REPLY_EXISTS', 'The review has its reply already; a reply stays as it is.');
}

export interface ReportReview {
  readonly reviewId: string;
  readonly ground: VoidGround;
  readonly explanation: string;
  readonly idempotencyKey: string;
}

/** A doubt about a review, for those who judge. It changes nothing by itself. */
export async function reportReview(call: Call, input: ReportReview): Promise<Review> {
  const review = await findReview(call, input.reviewId);
  if (review.authorId === ownId(call.actor, 'BUYER'))
    throw new Refusal('FORBIDDEN', 'CANNOT_REPORT_OWN', 'This is your own review; retract it on the platform instead.');
  const explanation = checkedText(input.explanation, 'explanation', MAX_EXPLANATION);
  await inTransaction(call.db.pool, (tx) =>
    once(tx, call, 'reportReview', input, () => report(tx, call, review, input.ground, explanation)),
  );
  return review;
}

async function report(
  tx: Tx,
  { actor, now }: Call,
  { merchantId, id: reviewId, productId }: Review,
  ground: VoidGround,
  explanation: string,
): Promise<void> {
  const isNew = await addReport(tx, {
    merchantId,
    reviewId,
    id: newId(now),
    reporter: actor.name,
    ground,
    explanation,
    reportedAt: new Date(now),
  });
  if (!isNew) throw new Refusal('CONFLICT', 'REPORT_EXISTS', 'You have reported this review already.', ['reviewId']);
  const payload = { merchantId, reviewId, productId, ground };
  await leaveNotes(tx, now, [{ subjectId: merchantId, kind: 'review.reported', payload }]);
}

const keyOf = ({ merchantId, id }: Review): ReviewKey => ({ merchantId, reviewId: id });

export async function findReview({ em }: Call, globalId: string): Promise<Review> {
  const [merchantId, id] = idsOf('Review', globalId, 'reviewId');
  const review = await em.findOne(Review, { merchantId, id });
  if (review) return review;
  throw new Refusal('NOT_FOUND', 'REVIEW_NOT_FOUND', 'There is no such review.', ['reviewId']);
}

/** Kept to the letter, as it came, or refused. Length is in characters as people count them: an emoji is one. */
function checkedText(text: string, field: string, most: number): string {
  if (text.trim() === '') throw textRefused('TEXT_INVALID', `\`${field}\` is empty.`, field);
  if (text.includes('\0')) throw textRefused('TEXT_INVALID', `\`${field}\` has a NUL character.`, field);
  if (!text.isWellFormed())
    throw textRefused('TEXT_INVALID', `\`${field}\` has half a surrogate pair, which is no character.`, field);
  if (text.length > 2 * most || [...text].length > most)
    throw textRefused('TEXT_TOO_LONG', `\`${field}\` may have at most ${most} characters.`, field);
  return text;
}

const textRefused = (code: string, message: string, field: string) => new Refusal('INVALID', code, message, [field]);
