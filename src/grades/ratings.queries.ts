import type { Reader } from '../db/tx.ts';

/** What reviews say of a subject, in whole numbers: sums and counts. */
export interface RatingRow {
  readonly stars: readonly number[]; // how many, one star first
  readonly verified: number;
  readonly excluded: number;
  readonly dimensionCounts: readonly number[]; // in the order of DIMENSIONS
  readonly dimensionSums: readonly number[];
}

/** Whose reviews: a merchant's, or those of one of its products. */
export interface Rated {
  readonly merchantId: string;
  readonly productId: string | null;
}

/** The tally's sums, made anew from reviews, each by what is known of it now. Alike ones are counted first: that halves the time. */
const sumsOf = (reviews: string) => `
  select array[coalesce(sum(reviews) filter (where counts and stars = 1), 0), coalesce(sum(reviews) filter (where counts and stars = 2), 0),
               coalesce(sum(reviews) filter (where counts and stars = 3), 0), coalesce(sum(reviews) filter (where counts and stars = 4), 0),
               coalesce(sum(reviews) filter (where counts and stars = 5), 0)]::int[] as stars,
         coalesce(sum(reviews) filter (where counts and verification <> 'NONE'), 0)::int as verified,
         coalesce(sum(reviews) filter (where status in ('HELD', 'VOIDED') and not retracted), 0)::int as excluded,
         array[coalesce(sum(descriptions) filter (where counts), 0), coalesce(sum(services) filter (where counts), 0),
               coalesce(sum(logistics) filter (where counts), 0)]::int[] as "dimensionCounts",
         array[coalesce(sum(description_sum) filter (where counts), 0), coalesce(sum(service_sum) filter (where counts), 0),
               coalesce(sum(logistics_sum) filter (where counts), 0)]::int[] as "dimensionSums"
    from (select stars, status, verification, retracted_at is not null as retracted, count(*) as reviews,
                 count(description) as descriptions, count(service) as services, count(logistics) as logistics,
                 sum(description) as description_sum, sum(service) as service_sum, sum(logistics) as logistics_sum
            from review where ${reviews} group by stars, status, verification, retracted_at is not null) as alike,
         lateral (select status = 'COUNTED' and not retracted as counts) as now`;

/** The reviews that were written up to an instant, and those after it. */
const UP_TO = 'occurred_at <= $2';
const AFTER = 'occurred_at > $2';
const OF = { merchant: 'merchant_id = $1', product: 'merchant_id = $1 and product_id = $3' } as const;

type Named = readonly [name: string, values: readonly unknown[], of: string];
const named = ({ merchantId, productId }: Rated, asOf: number): Named =>
  productId === null
    ? ['merchant', [merchantId, new Date(asOf)], OF.merchant]
    : ['product', [merchantId, new Date(asOf), productId], OF.product];

export async function ratingUpTo(sql: Reader, rated: Rated, asOf: number): Promise<RatingRow> {
  const [name, values, of] = named(rated, asOf);
  return (await sql.query<RatingRow>(`ratings.${name}-up-to`, sumsOf(`${of} and ${UP_TO}`), values))[0]!;
}

/** All reviews, by the tally, and beside them those after an instant, both as of one moment. Null where there is no tally. */
export async function ratingsAfter(
  sql: Reader,
  rated: Rated,
  asOf: number,
): Promise<{ readonly all: RatingRow; readonly later: RatingRow } | null> {
  const [name, values, of] = named(rated, asOf);
  const rows = await sql.query<{ all: RatingRow; later: RatingRow }>(
    `ratings.${name}-after`,
    `select json_build_object('stars', t.stars, 'verified', t.verified, 'excluded', t.excluded, 'dimensionCounts', t.dimension_counts,
                              'dimensionSums', t.dimension_sums) as all, row_to_json(later) as later
       from tally t, (${sumsOf(`${of} and ${AFTER}`)}) as later where t.subject_id = ${rated.productId === null ? '$1' : '$3'}`,
    values,
  );
  return rows[0] ?? null;
}
