import { columns } from '../db/columns.ts';
import type { Tx } from '../db/tx.ts';
import type { ReviewStatus } from './review.ts';
import type { FactKey } from './void.commands.ts';

/** Why these reviews do not count now, and what they were before. Those without a ground are left out. */
export const openVoids = (
  tx: Tx,
  keys: readonly FactKey[],
): Promise<{ reviewId: string; statusBefore: Exclude<ReviewStatus, 'VOIDED'>; decisionId: string }[]> =>
  tx.query(
    'reviews.open_voids',
    `select v.review_id as "reviewId", v.status_before as "statusBefore", v.receipt_id as "decisionId"
       from unnest($1::uuid[], $2::uuid[]) as asked (merchant_id, review_id)
       join review_void v using (merchant_id, review_id) where v.lifted_at is null`,
    columns(
      keys,
      (each) => each.merchantId,
      (each) => each.id,
    ),
  );

/** The grounds are lifted, and stay on record. */
export const liftVoids = (
  tx: Tx,
  keys: readonly FactKey[],
  lift: { readonly by: string; readonly at: Date; readonly receiptId: string },
): Promise<unknown> =>
  tx.query(
    'reviews.lift_voids',
    `update review_void v set lifted_by = $3, lifted_at = $4, lift_receipt_id = $5
       from unnest($1::uuid[], $2::uuid[]) as asked (merchant_id, review_id)
      where v.merchant_id = asked.merchant_id and v.review_id = asked.review_id and v.lifted_at is null`,
    [
      ...columns(
        keys,
        (each) => each.merchantId,
        (each) => each.id,
      ),
      lift.by,
      lift.at,
      lift.receiptId,
    ],
  );
