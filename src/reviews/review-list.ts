import type { FilterQuery } from '@mikro-orm/postgresql';
import { isHouse, ownId } from '../access/actor.ts';
import type { Call } from '../access/call.ts';
import { connectionOf, pageOf, type Connection, type CursorKey, type PageArguments } from '../kernel/page.ts';
import { Refusal } from '../kernel/refusal.ts';
import { Review, type ReviewStatus } from './review.ts';

export interface ReviewSelection extends PageArguments {
  readonly stars?: readonly number[] | null | undefined;
  readonly status?: ReviewStatus | null | undefined;
}

export const reviewsOfMerchant = (call: Call, merchantId: string, asked: ReviewSelection) =>
  listReviews(call, { merchantId, ...statusFor(call, merchantId, asked) }, asked);

export const reviewsOfProduct = (call: Call, product: { id: string; merchantId: string }, asked: ReviewSelection) =>
  listReviews(
    call,
    { merchantId: product.merchantId, productId: product.id, ...statusFor(call, product.merchantId, asked) },
    asked,
  );

/** A buyer's own. Others find of them only what is public anyway. */
export const reviewsOfAuthor = (call: Call, authorId: string, asked: PageArguments) =>
  listReviews(call, { authorId }, asked);

/** Whoever shops sees what counts, unless more is asked for; the merchant itself and the house see all that there is for them. */
function statusFor({ actor }: Call, merchantId: string, { status }: ReviewSelection): { status?: ReviewStatus } {
  if (status) return { status };
  return isHouse(actor) || ownId(actor, 'MERCHANT') === merchantId ? {} : { status: 'COUNTED' };
}

/** Newest first; of one instant, the latest taken in first. */
async function listReviews(
  { em }: Call,
  of: FilterQuery<Review>,
  { stars, ...args }: ReviewSelection,
): Promise<Connection<Review>> {
  const page = pageOf(args, ['instant', 'uuid']);
  const conditions = [of, page.after && beyond(page.after, '$lt'), page.before && beyond(page.before, '$gt')];
  if (stars) conditions.push({ stars: { $in: checkedStars(stars) } });
  const direction = page.backwards ? 'asc' : 'desc';
  const rows = await em.find(
    Review,
    { $and: conditions.filter((each) => each !== null) },
    { orderBy: [{ occurredAt: direction }, { id: direction }], limit: page.size + 1, disableIdentityMap: true },
  );
  return connectionOf(rows, page, ({ occurredAt, id }) => [occurredAt.getTime(), id]);
}

/** The first condition alone lets an index on the time begin at the right place. */
function beyond([at, id]: CursorKey, side: '$lt' | '$gt'): FilterQuery<Review> {
  const occurredAt = new Date(at as number);
  return {
    occurredAt: { [`${side}e`]: occurredAt },
    $or: [{ occurredAt: { [side]: occurredAt } }, { id: { [side]: id as string } }],
  };
}

function checkedStars(stars: readonly number[]): number[] {
  if (stars.every((each) => each >= 1 && each <= 5)) return [...new Set(stars)];
  throw new Refusal('INVALID', 'STARS_OUT_OF_RANGE', '`stars` are from 1 to 5.', ['stars']);
}
