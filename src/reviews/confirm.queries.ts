import { columns, time } from '../db/columns.ts';
import type { Tx } from '../db/tx.ts';

/** A review that later ones bore out. */
export interface Confirmation {
  readonly merchantId: string;
  readonly id: string;
  readonly at: number; // ms: when they had
}

export const markConfirmed = (tx: Tx, confirmations: readonly Confirmation[]): Promise<unknown> =>
  tx.query(
    'reviews.mark_confirmed',
    `update review r set confirmed_at = new.at from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) as new (merchant_id, id, at)
      where r.merchant_id = new.merchant_id and r.id = new.id`,
    columns(
      confirmations,
      (each) => each.merchantId,
      (each) => each.id,
      (each) => time(each.at),
    ),
  );
