import type { Call } from '../access/call.ts';
import { averageStars, DIMENSIONS } from '../evidence/book.ts';
import { startOf } from '../evidence/fold.ts';
import type { MerchantRow } from '../merchants/merchants.schema.ts';
import type { ProductRow } from '../products/products.schema.ts';
import { tallyOf } from './balances.loaders.ts';
import { pastInstant } from './instants.ts';
import { policyInForce, recentPolicies } from './policies.loaders.ts';
import { ratingsAfter, ratingUpTo, type RatingRow } from './ratings.queries.ts';

const NO_RATING: RatingRow = {
  stars: [0, 0, 0, 0, 0],
  verified: 0,
  excluded: 0,
  dimensionCounts: [0, 0, 0],
  dimensionSums: [0, 0, 0],
};

/** What shoppers see. Counted reviews only; what was left out is counted too, so that nothing drops silently. */
export interface Rating {
  readonly average: number | null;
  readonly count: number;
  readonly distribution: readonly number[];
  readonly verifiedCount: number;
  readonly excludedCount: number;
  readonly dimensions: readonly { readonly key: string; readonly average: number | null; readonly count: number }[];
  readonly jsonLd: Readonly<Record<string, unknown>>;
}

export async function ratingOf(call: Call, subject: MerchantRow | ProductRow, asOf?: Date | null): Promise<Rating> {
  const at = pastInstant('asOf', asOf, call.now);
  const policy = policyInForce(await recentPolicies(call), subject.kind, null, call.now);
  const tally = await tallyOf(call, subject.id, policy);
  if (asOf == null || tally === null) return ratingFrom(subject, tally ?? NO_RATING);
  return ratingFrom(subject, await pastRating(call, subject, at, startOf(tally.firstDay) ?? at));
}

/** Counted from whichever end is nearer: what was written by then, or all but what was written since. */
async function pastRating(
  { sql, now }: Call,
  subject: MerchantRow | ProductRow,
  asOf: number,
  since: number,
): Promise<RatingRow> {
  const rated =
    subject.__typename === 'Merchant'
      ? { merchantId: subject.id, productId: null }
      : { merchantId: subject.merchantId, productId: subject.id };
  const found = asOf - since > now - asOf ? await ratingsAfter(sql, rated, asOf) : null;
  return found ? without(found.all, found.later) : ratingUpTo(sql, rated, asOf);
}

function without(all: RatingRow, later: RatingRow): RatingRow {
  const minus = (a: readonly number[], b: readonly number[]) => a.map((each, i) => each - b[i]!);
  return {
    stars: minus(all.stars, later.stars),
    verified: all.verified - later.verified,
    excluded: all.excluded - later.excluded,
    dimensionCounts: minus(all.dimensionCounts, later.dimensionCounts),
    dimensionSums: minus(all.dimensionSums, later.dimensionSums),
  };
}

function ratingFrom(subject: MerchantRow | ProductRow, row: RatingRow): Rating {
  const average = averageStars({ stars: [...row.stars] });
  const count = row.stars.reduce((sum, each) => sum + each, 0);
  return {
    average,
    count,
    distribution: row.stars,
    verifiedCount: row.verified,
    excludedCount: row.excluded,
    dimensions: DIMENSIONS.map((key, i) => {
      const given = row.dimensionCounts[i]!;
      return { key, average: given === 0 ? null : row.dimensionSums[i]! / given, count: given };
    }),
    jsonLd: jsonLdOf(subject, average, count),
  };
}

/** https://schema.org/AggregateRating. Without reviews it says so, and gives no value. */
const jsonLdOf = (subject: MerchantRow | ProductRow, average: number | null, count: number) => ({
  '@context': 'https://schema.org',
  '@type': 'AggregateRating',
  itemReviewed: {
    '@type': subject.__typename === 'Merchant' ? 'Organization' : 'Product',
    name: subject.name ?? subject.externalId,
  },
  ...(average !== null && { ratingValue: average }),
  reviewCount: count,
  bestRating: 5,
  worstRating: 1,
});
