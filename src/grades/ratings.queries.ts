import type { Reader } from '../db/tx.ts';

/** What reviews say of a subject, in whole numbers: sums and counts. */
export interface RatingRow {
  readonly stars: readonly number[]; // how many, one star first
  readonly verified: number;
  readonly excluded: number;
  readonly dimensionCounts: readonly number[]; // in the order of DIMENSIONS
  readonly dimensionSums: readonly number[];
}

/** The reviews written by `asOf`, each by what is known of it now. The tally's sums, made anew from the reviews. */
const AGGREGATE = `
  select array[count(*) filter (where counts and stars = 1), count(*) filter (where counts and stars = 2),
               count(*) filter (where counts and stars = 3), count(*) filter (where counts and stars = 4),
               count(*) filter (where counts and stars = 5)]::int[] as stars,
         count(*) filter (where counts and verification <> 'NONE')::int as verified,
         count(*) filter (where status in ('HELD', 'VOIDED') and retracted_at is null)::int as excluded,
         array[count(description) filter (where counts), count(service) filter (where counts),
               count(logistics) filter (where counts)]::int[] as "dimensionCounts",
         array[coalesce(sum(description) filter (where counts), 0), coalesce(sum(service) filter (where counts), 0),
               coalesce(sum(logistics) filter (where counts), 0)]::int[] as "dimensionSums"
    from review cross join lateral (select status = 'COUNTED' and retracted_at is null as counts) as now`;

export const merchantRatingAt = (sql: Reader, merchantId: string, asOf: number): Promise<RatingRow[]> =>
  sql.query('ratings.merchant-at', `${AGGREGATE} where merchant_id = $1 and occurred_at <= $2`, [
    merchantId,
    new Date(asOf),
  ]);

export const productRatingAt = (
  sql: Reader,
  merchantId: string,
  productId: string,
  asOf: number,
): Promise<RatingRow[]> =>
  sql.query('ratings.product-at', `${AGGREGATE} where merchant_id = $1 and product_id = $2 and occurred_at <= $3`, [
    merchantId,
    productId,
    new Date(asOf),
  ]);
