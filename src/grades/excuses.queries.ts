import type { Reader, Tx } from '../db/tx.ts';
import type { ExcuseGround } from './excuse.ts';

/** A period that is excused, as presets read it; days are UTC days since 1970. */
export interface ExcuseRow {
  readonly ground: ExcuseGround;
  readonly from: number;
  readonly to: number;
  readonly merchantIds: readonly string[] | null; // null: all
}

/** What is excused between two days for any of these merchants, as it was known at an instant. The table is small: it is read whole. */
export const excusesBetween = (
  sql: Reader,
  merchantIds: readonly string[],
  from: number,
  to: number,
  knownAt: Date,
): Promise<ExcuseRow[]> =>
  sql.query(
    'excuses.between',
    `select ground, from_day as "from", to_day as "to", merchant_ids as "merchantIds" from excuse
      where from_day <= $3 and to_day >= $2 and recorded_at <= $4 and (revoked_at is null or revoked_at > $4)
        and (merchant_ids is null or merchant_ids && $1::uuid[])`,
    [merchantIds, from, to, knownAt],
  );

export interface NewExcuse extends ExcuseRow {
  readonly id: string;
  readonly note: string;
  readonly excusedBy: string;
  readonly recordedAt: Date;
}

export const addExcuse = (tx: Tx, excuse: NewExcuse): Promise<unknown> =>
  tx.query(
    'excuses.add',
    `insert into excuse (id, ground, from_day, to_day, merchant_ids, note, excused_by, recorded_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      excuse.id,
      excuse.ground,
      excuse.from,
      excuse.to,
      excuse.merchantIds,
      excuse.note,
      excuse.excusedBy,
      excuse.recordedAt,
    ],
  );

/** True if it was in force until now. */
export async function endExcuse(
  tx: Tx,
  id: string,
  why: { readonly at: Date; readonly by: string; readonly note: string },
): Promise<boolean> {
  const ended = await tx.query(
    'excuses.end',
    `update excuse set revoked_at = $2, revoked_by = $3, revoke_note = $4 where id = $1 and revoked_at is null returning id`,
    [id, why.at, why.by, why.note],
  );
  return ended.length > 0;
}
