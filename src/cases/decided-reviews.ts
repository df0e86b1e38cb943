import type { Call } from '../access/call.ts';
import { connectionOf, pageOf, type Connection, type PageArguments } from '../kernel/page.ts';
import type { Review } from '../reviews/review.ts';
import { reviewById } from '../reviews/reviews.loaders.ts';
import { reviewsDecided } from './penalties.queries.ts';

/**
 * Those that a penalty is about, by their ids; of one author or merchant alone, if one is given. Such as were restored since are among them:
 * it was decided about them.
 */
export async function decidedReviews(
  call: Call,
  { penaltyId, subjectId }: { readonly penaltyId: string; readonly subjectId: string | null },
  args: PageArguments,
): Promise<Connection<Review>> {
  const page = pageOf(args, ['uuid']);
  const after = (page.after?.[0] as string | undefined) ?? null;
  const keys = await reviewsDecided(call.sql, { penaltyId, subjectId, after }, page.size + 1);
  const found = await Promise.all(keys.map(({ merchantId, id }) => reviewById(call, merchantId, id)));
  return connectionOf(
    found.flatMap((review) => review ?? []),
    page,
    ({ id }) => [id],
  );
}

/** A measure that was about no review. */
export const noReviews = (args: PageArguments): Connection<Review> =>
  connectionOf([], pageOf(args, ['uuid']), () => []);
