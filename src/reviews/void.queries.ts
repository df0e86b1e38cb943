import { columns } from '../db/columns.ts';
import type { Tx } from '../db/tx.ts';
import type { StandingChange } from '../evidence/receipt.ts';

/** Filed under every merchant whose reviews are in it, so that it is found beside each of them. */
export const insertReceipt = (
  tx: Tx,
  receipt: { id: string; merchantIds: readonly string[]; reversedPostings: number; changes: readonly StandingChange[] },
  madeAt: Date,
): Promise<unknown> =>
  tx.query(
    'insert_receipt',
    `insert into receipt (merchant_id, id, reversed_postings, changes, points_moved, made_at)
     select merchant_id, $2, $3, $4, 0, $5 from unnest($1::uuid[]) as filed (merchant_id)`,
    [receipt.merchantIds, receipt.id, receipt.reversedPostings, JSON.stringify(receipt.changes), madeAt],
  );

export const insertVoids = (
  tx: Tx,
  reviews: readonly { merchantId: string; id: string }[],
  why: { ground: string; statement: string; voidedBy: string; voidedAt: Date; receiptId: string },
): Promise<unknown> =>
  tx.query(
    'insert_voids',
    `insert into review_void (merchant_id, review_id, ground, statement, voided_by, voided_at, receipt_id)
     select merchant_id, id, $3, $4, $5, $6, $7 from unnest($1::uuid[], $2::uuid[]) as new (merchant_id, id)`,
    [
      ...columns(
        reviews,
        (each) => each.merchantId,
        (each) => each.id,
      ),
      why.ground,
      why.statement,
      why.voidedBy,
      why.voidedAt,
      why.receiptId,
    ],
  );
