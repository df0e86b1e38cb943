import { columns } from '../db/columns.ts';
import type { Tx } from '../db/tx.ts';
import type { StandingChange } from '../evidence/receipt.ts';

/** Filed under every merchant whose reviews are in it, so that it is found beside each of them. */
export const insertReceipt = (
  tx: Tx,
  receipt: {
    id: string;
    merchantIds: readonly string[];
    reversedPostings: number;
    changes: readonly StandingChange[];
    pointsMoved: number;
  },
  madeAt: Date,
): Promise<unknown> =>
  tx.query(
    'insert_receipt',
    `insert into receipt (merchant_id, id, reversed_postings, changes, points_moved, made_at)
     select merchant_id, $2, $3, $4, $5, $6 from unnest($1::uuid[]) as filed (merchant_id)`,
    [
      receipt.merchantIds,
      receipt.id,
      receipt.reversedPostings,
      JSON.stringify(receipt.changes),
      receipt.pointsMoved,
      madeAt,
    ],
  );

export const insertVoids = (
  tx: Tx,
  reviews: readonly { merchantId: string; id: string; status: string; isDetected: boolean }[], // the status that they had
  why: { ground: string; statement: string; voidedBy: string; voidedAt: Date; receiptId: string },
): Promise<unknown> =>
  tx.query(
    'insert_voids',
    `insert into review_void (merchant_id, review_id, status_before, is_detected, ground, statement, voided_by, voided_at, receipt_id)
     select merchant_id, id, status, is_detected, $5, $6, $7, $8, $9
       from unnest($1::uuid[], $2::uuid[], $3::text[], $4::boolean[]) as new (merchant_id, id, status, is_detected)`,
    [
      ...columns(
        reviews,
        (each) => each.merchantId,
        (each) => each.id,
        (each) => each.status,
        (each) => each.isDetected,
      ),
      why.ground,
      why.statement,
      why.voidedBy,
      why.voidedAt,
      why.receiptId,
    ],
  );
