import { isHouse, ownId } from '../access/actor.ts';
import type { Call } from '../access/call.ts';
import { connectionOf, pageOf, type Connection, type CursorKey, type PageArguments } from '../kernel/page.ts';
import { Refusal } from '../kernel/refusal.ts';
import { sightOf, type ReviewStatus } from './review.ts';
import { NEWEST, OLDEST, reviewPage, type ListedOf, type ListedReview, type Place } from './review-list.queries.ts';

export interface ReviewSelection extends PageArguments {
  readonly stars?: readonly number[] | null | undefined;
  readonly status?: ReviewStatus | null | undefined;
}

export const reviewsOfMerchant = (call: Call, merchantId: string, asked: ReviewSelection) =>
  listReviews(call, { list: 'merchant', ids: [merchantId] }, statusFor(call, merchantId, asked), asked);

export const reviewsOfProduct = (call: Call, product: { id: string; merchantId: string }, asked: ReviewSelection) =>
  listReviews(
    call,
    { list: 'product', ids: [product.merchantId, product.id] },
    statusFor(call, product.merchantId, asked),
    asked,
  );

/** A buyer's own. Others find of them only what is public anyway. */
export const reviewsOfAuthor = (call: Call, authorId: string, asked: PageArguments) =>
  listReviews(call, { list: 'author', ids: [authorId] }, null, asked);

/** Whoever shops sees what counts, unless more is asked for; the merchant itself and the house see all that there is for them. */
function statusFor({ actor }: Call, merchantId: string, { status }: ReviewSelection): ReviewStatus | null {
  if (status) return status;
  return isHouse(actor) || ownId(actor, 'MERCHANT') === merchantId ? null : 'COUNTED';
}

/** Newest first; of one instant, the latest taken in first. */
async function listReviews(
  { sql, actor }: Call,
  of: ListedOf,
  status: ReviewStatus | null,
  { stars, ...args }: ReviewSelection,
): Promise<Connection<ListedReview>> {
  const page = pageOf(args, ['instant', 'uuid']);
  const rows = await reviewPage(sql, {
    of,
    sight: sightOf(actor),
    status,
    stars: stars ? checkedStars(stars) : null,
    olderThan: page.after ? placeOf(page.after) : NEWEST,
    newerThan: page.before ? placeOf(page.before) : OLDEST,
    direction: page.backwards ? 'asc' : 'desc',
    limit: page.size + 1,
  });
  return connectionOf(rows, page, ({ occurredAt, id }) => [occurredAt.getTime(), id]);
}

const placeOf = ([at, id]: CursorKey): Place => [new Date(at as number).toISOString(), id as string];

function checkedStars(stars: readonly number[]): number[] {
  if (stars.every((each) => each >= 1 && each <= 5)) return [...new Set(stars)];
  throw new Refusal('INVALID', 'STARS_OUT_OF_RANGE', '`stars` are from 1 to 5.', ['stars']);
}
