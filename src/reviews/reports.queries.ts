import { columns } from '../db/columns.ts';
import type { Reader, Tx } from '../db/tx.ts';
import type { VoidGround } from './review.ts';
import type { ReviewKey } from './reviews.queries.ts';

export interface ReportRow extends ReviewKey {
  readonly id: string;
  readonly reporter: string;
  readonly ground: VoidGround;
  readonly explanation: string;
  readonly reportedAt: Date;
  readonly answer: string | null;
  readonly answeredBy: string | null;
  readonly answeredAt: Date | null;
}
const COLUMNS = `f.merchant_id as "merchantId", f.review_id as "reviewId", f.id, f.reporter, f.ground, f.explanation,
  f.reported_at as "reportedAt", f.answer, f.answered_by as "answeredBy", f.answered_at as "answeredAt"`;

/** How many reports of one review are shown at most. */
const MOST_OF_A_REVIEW = 100;

/** Of these reviews, the oldest first; by one reporter alone, or null: by all. */
export const reportsOf = (on: Reader, keys: readonly ReviewKey[], reporter: string | null): Promise<ReportRow[]> =>
  on.query(
    'reports.of',
    `select ${COLUMNS} from unnest($1::uuid[], $2::uuid[]) as asked (merchant_id, review_id)
      cross join lateral (
        select * from review_report r
         where r.merchant_id = asked.merchant_id and r.review_id = asked.review_id and ($3::text is null or r.reporter = $3)
         order by r.reported_at, r.id limit ${MOST_OF_A_REVIEW}) as f
      order by f.reported_at, f.id`,
    [
      ...columns(
        keys,
        (key) => key.merchantId,
        (key) => key.reviewId,
      ),
      reporter,
    ],
  );

/** Reports that nobody has answered, of reviews that are there still and not voided: the oldest first. */
export const openReports = (
  on: Reader,
  after: readonly [at: Date, id: string] | null,
  most: number,
): Promise<ReportRow[]> =>
  on.query(
    'reports.open',
    `select ${COLUMNS} from review_report f join review r on r.merchant_id = f.merchant_id and r.id = f.review_id
      where f.answered_at is null and r.status <> 'VOIDED' and r.retracted_at is null
        and ($1::timestamptz is null or (f.reported_at, f.id) > ($1, $2::uuid))
      order by f.reported_at, f.id limit $3`,
    [after?.[0] ?? null, after?.[1] ?? null, most],
  );

export interface Answer {
  readonly by: string;
  readonly note: string;
  readonly at: Date;
}
/** How many there were to answer. */
export async function answerOpen(tx: Tx, { merchantId, reviewId }: ReviewKey, answer: Answer): Promise<number> {
  const answered = await tx.query(
    'reports.answer',
    `update review_report set answer = $3, answered_by = $4, answered_at = $5
      where merchant_id = $1 and review_id = $2 and answered_at is null returning id`,
    [merchantId, reviewId, answer.note, answer.by, answer.at],
  );
  return answered.length;
}

/** A review that a decision voided. */
export interface Noticed extends ReviewKey {
  readonly decisionId: string;
}
const MOST_OF_A_DECISION = 1_000;

/**
 * What these decisions voided while a report of it waited for an answer. What staff report they have found themselves, and what was
 * answered before was looked at and left.
 */
export const voidedUponNotice = (on: Reader, decisionIds: readonly string[]): Promise<Noticed[]> =>
  on.query(
    'reports.voided-upon-notice',
    `select v.receipt_id as "decisionId", v.merchant_id as "merchantId", v.review_id as "reviewId" from review_void v
      where v.receipt_id = any($1::uuid[]) and exists (
        select 1 from review_report f
         where f.merchant_id = v.merchant_id and f.review_id = v.review_id and f.reported_at <= v.voided_at
           and (f.answered_at is null or f.answered_at >= v.voided_at)
           and split_part(f.reporter, ':', 1) not in ('MODERATOR', 'ADMIN', 'AUDITOR'))
      order by v.merchant_id, v.review_id limit $2`,
    [decisionIds, decisionIds.length * MOST_OF_A_DECISION],
  );
