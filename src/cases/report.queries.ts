import type { Reader } from '../db/tx.ts';
import type { VoidGround } from '../reviews/review.ts';

/** Reviews of a period by their stars, and what was voided in it by ground and stars. */
export interface ReviewNumbers {
  readonly received: readonly { readonly stars: number; readonly reviews: number; readonly held: number }[];
  readonly voided: readonly {
    readonly ground: VoidGround;
    readonly stars: number;
    readonly reviews: number;
    readonly detected: number; // found by a detector before a person looked
    readonly automatic: number; // voided without a person
    readonly restored: number; // count again since
  }[];
}

export const reviewNumbers = async (on: Reader, from: Date, until: Date): Promise<ReviewNumbers> =>
  (
    await on.query<ReviewNumbers>(
      'report.reviews',
      `with received as (
         select stars, count(*)::int as reviews, (count(*) filter (where status = 'HELD'))::int as held
           from review where recorded_at >= $1 and recorded_at < $2 group by stars),
       voided as (
         select v.ground, r.stars, count(*)::int as reviews, (count(*) filter (where v.is_detected))::int as detected,
                (count(*) filter (where v.voided_by = 'SCAN'))::int as automatic,
                (count(*) filter (where v.lifted_at is not null))::int as restored
           from review_void v join review r on r.merchant_id = v.merchant_id and r.id = v.review_id
          where v.voided_at >= $1 and v.voided_at < $2 group by v.ground, r.stars)
       select (select coalesce(jsonb_agg(received), '[]') from received) as received,
              (select coalesce(jsonb_agg(voided order by ground, stars), '[]') from voided) as voided`,
      [from, until],
    )
  )[0]!;

/** Appeals that were filed in a period. */
export interface AppealNumbers {
  readonly filed: number;
  readonly upheld: number;
  readonly overturned: number;
  readonly overdue: number; // not answered, and to be by now
  readonly medianHours: number | null; // from filing to the answer; null while none is answered
}

export const appealNumbers = async (on: Reader, from: Date, until: Date, now: Date): Promise<AppealNumbers> =>
  (
    await on.query<AppealNumbers>(
      'report.appeals',
      `select count(*)::int as filed, (count(*) filter (where status = 'UPHELD'))::int as upheld,
              (count(*) filter (where status = 'OVERTURNED'))::int as overturned,
              (count(*) filter (where decided_at is null and due_at < $3))::int as overdue,
              percentile_cont(0.5) within group (order by extract(epoch from decided_at - filed_at)::float8 / 3600) as "medianHours"
         from appeal where filed_at >= $1 and filed_at < $2`,
      [from, until, now],
    )
  )[0]!;
