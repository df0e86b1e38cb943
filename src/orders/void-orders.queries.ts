import { columns, keyColumns } from '../db/columns.ts';
import type { Reader, Tx } from '../db/tx.ts';

/** An order's merchant, and its own id. */
export interface OrderKey {
  readonly merchantId: string;
  readonly id: string;
}
/** As whoever takes events in does it, and in the same order: who holds the key of an order may change it. */
export const lockOrderKeys = (tx: Tx, externalIds: readonly string[]): Promise<unknown> =>
  tx.query(
    'orders.lock_keys',
    `select from fact_key k where k.kind = 'order' and k.external_id = any($1::text[])
      order by k.kind, k.external_id for update of k`,
    [externalIds],
  );

/** Since when they do not count; null: they do. Rules of platforms count orders that mean nothing else, too. */
export function markVoided(tx: Tx, keys: readonly OrderKey[], at: Date | null): Promise<unknown> {
  tx.moved(keys.map(({ merchantId }) => merchantId));
  return tx.query(
    'orders.mark_voided',
    `update "order" o set voided_at = $3 from unnest($1::uuid[], $2::uuid[]) as asked (merchant_id, id)
      where o.merchant_id = asked.merchant_id and o.id = asked.id`,
    [...keyColumns(keys), at],
  );
}

export const insertOrderVoids = (
  tx: Tx,
  orders: readonly (OrderKey & { readonly isDetected: boolean })[],
  why: { ground: string; statement: string; voidedBy: string; voidedAt: Date; receiptId: string },
): Promise<unknown> =>
  tx.query(
    'orders.insert_voids',
    `insert into order_void (merchant_id, order_id, is_detected, ground, statement, voided_by, voided_at, receipt_id)
     select merchant_id, id, is_detected, $4, $5, $6, $7, $8
       from unnest($1::uuid[], $2::uuid[], $3::boolean[]) as new (merchant_id, id, is_detected)`,
    [
      ...columns(
        orders,
        (each) => each.merchantId,
        (each) => each.id,
        (each) => each.isDetected,
      ),
      why.ground,
      why.statement,
      why.voidedBy,
      why.voidedAt,
      why.receiptId,
    ],
  );

/** The grounds are lifted, and stay on record. */
export const liftOrderVoids = (
  tx: Tx,
  keys: readonly OrderKey[],
  lift: { readonly by: string; readonly at: Date; readonly receiptId: string },
): Promise<unknown> =>
  tx.query(
    'orders.lift_voids',
    `update order_void v set lifted_by = $3, lifted_at = $4, lift_receipt_id = $5
       from unnest($1::uuid[], $2::uuid[]) as asked (merchant_id, order_id)
      where v.merchant_id = asked.merchant_id and v.order_id = asked.order_id and v.lifted_at is null`,
    [...keyColumns(keys), lift.by, lift.at, lift.receiptId],
  );

/** Why an order does not count. */
export interface OrderVoidRow {
  readonly merchantId: string;
  readonly orderId: string;
  readonly ground: string;
  readonly statement: string;
  readonly at: Date;
  readonly decisionId: string; // the receipt's id, too
  readonly isDetected: boolean; // it was under suspicion before anyone looked at it
  readonly isAutomatic: boolean; // no person decided it
}

/** The grounds that are in force; orders without one are left out. The callers found the orders through the `visible` filter. */
export const orderVoidsOf = (on: Reader, keys: readonly OrderKey[]): Promise<OrderVoidRow[]> =>
  on.query(
    'orders.voids',
    `select v.merchant_id as "merchantId", v.order_id as "orderId", v.ground, v.statement, v.voided_at as at, v.receipt_id as "decisionId",
            v.is_detected as "isDetected", v.voided_by = 'SCAN' as "isAutomatic"
       from unnest($1::uuid[], $2::uuid[]) as asked (merchant_id, order_id)
       join order_void v using (merchant_id, order_id) where v.lifted_at is null`,
    keyColumns(keys),
  );
