import type { Call } from '../access/call.ts';
import { averageStars, DIMENSIONS } from '../evidence/book.ts';
import type { MerchantRow } from '../merchants/merchants.schema.ts';
import type { ProductRow } from '../products/products.schema.ts';
import { tallyOf } from './balances.loaders.ts';
import { pastInstant } from './instants.ts';
import { policyInForce, recentPolicies } from './policies.loaders.ts';
import { merchantRatingAt, productRatingAt, type RatingRow } from './ratings.queries.ts';

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
  if (asOf != null) return ratingFrom(subject, await pastRating(call, subject, pastInstant('asOf', asOf, call.now)));
  const policy = policyInForce(await recentPolicies(call), subject.kind, null, call.now);
  return ratingFrom(subject, (await tallyOf(call, subject.id, policy)) ?? NO_RATING);
}

async function pastRating({ sql }: Call, subject: MerchantRow | ProductRow, asOf: number): Promise<RatingRow> {
  const [row] =
    subject.__typename === 'Merchant'
      ? await merchantRatingAt(sql, subject.id, asOf)
      : await productRatingAt(sql, subject.merchantId, subject.id, asOf);
  return row!;
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
