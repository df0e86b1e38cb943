import { loader } from '../access/loader.ts';
import type { Call } from '../access/call.ts';
import type { Awaitable } from '../kernel/awaitable.ts';
import type { ListedReview } from './review-list.queries.ts';
import { Review } from './review.ts';
import { repliesTo, voidsOf, type ReviewKey, type ReplyRow, type VoidRow } from './reviews.queries.ts';

export type { VoidRow };

/** As it is found by itself, or in a list. */
export type ShownReview = Review | ListedReview;

/** Loaders compare keys by identity, so a key of two ids becomes a text. */
export const textOf = ({ merchantId, reviewId }: ReviewKey): string => `${merchantId}/${reviewId}`;
export function keyOf(text: string): ReviewKey {
  const [merchantId, reviewId] = text.split('/') as [string, string];
  return { merchantId, reviewId };
}
const keyOfReview = ({ merchantId, id }: Pick<Review, 'merchantId' | 'id'>): ReviewKey => ({
  merchantId,
  reviewId: id,
});

const reviews = loader(
  ({ em }, keys: readonly string[]) =>
    em.find(Review, { $or: keys.map(keyOf).map(({ merchantId, reviewId }) => ({ merchantId, id: reviewId })) }),
  (review) => textOf(keyOfReview(review)),
);
/** Null for a review that the caller may not see. */
export const reviewById = (call: Call, merchantId: string, id: string): Promise<Review | null> =>
  reviews(call, textOf({ merchantId, reviewId: id }));

const replies = loader(({ sql }, keys: readonly string[]) => repliesTo(sql, keys.map(keyOf)), textOf);
/** Lists bring it with them. */
export function replyTo(call: Call, review: ShownReview): Awaitable<Pick<ReplyRow, 'text' | 'repliedAt'> | null> {
  if (!('replyText' in review)) return replies(call, textOf(keyOfReview(review)));
  const { replyText: text, repliedAt } = review;
  return text === null || repliedAt === null ? null : { text, repliedAt };
}

const voids = loader(({ sql }, keys: readonly string[]) => voidsOf(sql, keys.map(keyOf)), textOf);
/** Null for a review that is not voided. */
export const voidOf = async (call: Call, review: ShownReview): Promise<VoidRow | null> =>
  review.status === 'VOIDED' ? voids(call, textOf(keyOfReview(review))) : null;
