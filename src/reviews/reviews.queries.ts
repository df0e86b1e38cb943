import type { Reader, Tx } from '../db/tx.ts';
import type { StandingChange } from '../evidence/receipt.ts';
import type { VoidGround } from './review.ts';

/** A review's key: the merchant that it is about, then its own id. The callers found it through the `visible` filter. */
export interface ReviewKey {
  readonly merchantId: string;
  readonly reviewId: string;
}
const columnsOf = (keys: readonly ReviewKey[]) => [keys.map((key) => key.merchantId), keys.map((key) => key.reviewId)];

export interface ReplyRow extends ReviewKey {
  readonly text: string;
  readonly repliedAt: Date;
}
export const repliesTo = (sql: Reader, keys: readonly ReviewKey[]): Promise<ReplyRow[]> =>
  sql.query(
    'reviews.replies',
    `select merchant_id as "merchantId", review_id as "reviewId", text, replied_at as "repliedAt"
       from unnest($1::uuid[], $2::uuid[]) as asked (merchant_id, review_id)
       join review_reply using (merchant_id, review_id)`,
    columnsOf(keys),
  );

export interface ReceiptRow {
  readonly merchantId: string;
  readonly id: string;
  readonly reversedPostings: number;
  readonly changes: readonly StandingChange[];
  readonly pointsMoved: number;
}
const RECEIPT = `jsonb_build_object('merchantId', r.merchant_id, 'id', r.id, 'reversedPostings', r.reversed_postings,
  'changes', r.changes, 'pointsMoved', r.points_moved)`;

/** A receipt, and the reviews and orders that it was made for: it may be shown to whoever sees one of them. */
export const receiptsByKey = (
  sql: Reader,
  merchantId: string,
  id: string,
): Promise<{ receipt: ReceiptRow; reviewIds: string[]; orderIds: string[] }[]> =>
  sql.query(
    'reviews.receipt',
    `select ${RECEIPT} as receipt,
            array(select review_id from review_void v
                   where v.merchant_id = r.merchant_id and r.id in (v.receipt_id, v.lift_receipt_id)) as "reviewIds",
            array(select order_id from order_void v
                   where v.merchant_id = r.merchant_id and r.id in (v.receipt_id, v.lift_receipt_id)) as "orderIds"
       from receipt r where r.merchant_id = $1 and r.id = $2`,
    [merchantId, id],
  );

/** Receipts by where they are filed and their own ids. Whoever asks found what they were made for. */
export const receiptsByKeys = (
  sql: Reader,
  keys: readonly { merchantId: string; id: string }[],
): Promise<{ receipt: ReceiptRow }[]> =>
  sql.query(
    'reviews.receipts',
    `select ${RECEIPT} as receipt from unnest($1::uuid[], $2::uuid[]) as asked (merchant_id, id) join receipt r using (merchant_id, id)`,
    [keys.map(({ merchantId }) => merchantId), keys.map(({ id }) => id)],
  );

export interface VoidRow extends ReviewKey {
  readonly ground: VoidGround;
  readonly statement: string;
  readonly at: Date;
  readonly decisionId: string;
  readonly isDetected: boolean; // it was under suspicion before anyone looked at it
  readonly isAutomatic: boolean; // no person decided it
  readonly receipt: ReceiptRow;
}
export const voidsOf = (sql: Reader, keys: readonly ReviewKey[]): Promise<VoidRow[]> =>
  sql.query(
    'reviews.voids',
    `select v.merchant_id as "merchantId", v.review_id as "reviewId", v.ground, v.statement, v.voided_at as at,
            v.receipt_id as "decisionId", v.is_detected as "isDetected", v.voided_by = 'SCAN' as "isAutomatic",
            ${RECEIPT} as receipt
       from unnest($1::uuid[], $2::uuid[]) as asked (merchant_id, review_id)
       join review_void v on v.merchant_id = asked.merchant_id and v.review_id = asked.review_id and v.lifted_at is null
       join receipt r on r.merchant_id = v.merchant_id and r.id = v.receipt_id`,
    columnsOf(keys),
  );

/** Holds the review as it is until the transaction ends. */
export const holdReview = (tx: Tx, { merchantId, reviewId }: ReviewKey): Promise<{ status: string }[]> =>
  tx.query('reviews.hold', 'select status from review where merchant_id = $1 and id = $2 for share', [
    merchantId,
    reviewId,
  ]);

/** True if it was added: a review has one reply. */
export async function addReply(tx: Tx, reply: ReplyRow): Promise<boolean> {
  const added = await tx.query(
    'reviews.reply',
    `insert into review_reply (merchant_id, review_id, text, replied_at) values ($1, $2, $3, $4)
     on conflict do nothing returning review_id`,
    [reply.merchantId, reply.reviewId, reply.text, reply.repliedAt],
  );
  return added.length > 0;
}

export interface NewReport extends ReviewKey {
  readonly id: string;
  readonly reporter: string;
  readonly ground: VoidGround;
  readonly explanation: string;
  readonly reportedAt: Date;
}

/** True if it was added: a reporter reports a review once. */
export async function addReport(tx: Tx, report: NewReport): Promise<boolean> {
  const added = await tx.query(
    'reviews.report',
    `insert into review_report (merchant_id, review_id, id, reporter, ground, explanation, reported_at)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning id`,
    [
      report.merchantId,
      report.reviewId,
      report.id,
      report.reporter,
      report.ground,
      report.explanation,
      report.reportedAt,
    ],
  );
  return added.length > 0;
}
