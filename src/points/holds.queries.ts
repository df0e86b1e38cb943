import { columns } from '../db/columns.ts';
import type { Reader, Tx } from '../db/tx.ts';
import { ms, stamp } from './instants.ts';
import type { Part } from './open-account.ts';
import type { EntryId } from './transfers.queries.ts';

export type HoldStatus = 'HELD' | 'CAPTURED' | 'RELEASED' | 'EXPIRED';

export interface Hold {
  readonly subjectId: string;
  readonly id: string;
  readonly points: number;
  readonly lotExpiries: readonly number[]; // what it keeps of which lots
  readonly lotPoints: readonly number[];
  readonly purpose: string;
  readonly reference: string;
  readonly valueAmount: number | null; // when it was made; minor units
  readonly valueCurrency: string | null;
  readonly madeBy: string;
  readonly madeAt: number;
  readonly expiresAt: number;
  readonly status: HoldStatus;
  readonly captured: number;
  readonly transferId: string | null;
  readonly endedAt: number | null;
}

export const partsOf = ({ lotExpiries, lotPoints }: Hold): Part[] =>
  lotExpiries.map((expiresAt, i) => ({ expiresAt, points: lotPoints[i]! }));

const COLUMNS = `h.subject_id as "subjectId", h.id, h.points, h.lot_points as "lotPoints",
  array(select ${ms('each')} from unnest(h.lot_expiries) with ordinality as u (each, n) order by n) as "lotExpiries",
  h.purpose, h.reference, h.value_amount as "valueAmount", h.value_currency as "valueCurrency", h.made_by as "madeBy", ${ms('h.made_at')} as "madeAt", ${ms('h.expires_at')} as "expiresAt", h.status,
  h.captured, h.transfer_id as "transferId", ${ms('h.ended_at')} as "endedAt"`;

export const holdsBy = (sql: Reader, ids: readonly EntryId[]): Promise<Hold[]> =>
  sql.query(
    'points.holds',
    `select ${COLUMNS} from points_hold h
      where (h.subject_id, h.id) in (select * from unnest($1::uuid[], $2::uuid[]))`,
    columns(
      ids,
      ({ subjectId }) => subjectId,
      ({ id }) => id,
    ),
  );

/** An account's holds that were made before the one named, the last one first. */
export const holdsBefore = (
  sql: Reader,
  subjectId: string,
  {
    before,
    status,
    most,
  }: { readonly before: string | null; readonly status: HoldStatus | null; readonly most: number },
): Promise<Hold[]> =>
  sql.query(
    'points.holds-before',
    `select ${COLUMNS} from points_hold h
      where h.subject_id = $1 and ($2::uuid is null or h.id < $2) and ($3::text is null or h.status = $3) order by h.id desc limit $4`,
    [subjectId, before, status, most],
  );

/** Those that have timed out and are not ended yet. */
export const dueHolds = (sql: Reader, subjectIds: readonly string[], now: number): Promise<Hold[]> =>
  sql.query(
    'points.due-holds',
    `select ${COLUMNS} from points_hold h
      where h.subject_id = any($1::uuid[]) and h.status = 'HELD' and h.expires_at <= $2 order by h.subject_id, h.expires_at, h.id`,
    [subjectIds, new Date(now)],
  );

const listOf = (values: readonly (string | number)[]) => `{${values.join(',')}}`;

/** A hold as it is made, or as it ends. */
export const saveHolds = (tx: Tx, holds: readonly Hold[]): Promise<unknown> =>
  tx.query(
    'points.save-holds',
    `insert into points_hold as h (subject_id, id, points, lot_expiries, lot_points, purpose, reference, made_by, made_at, expires_at,
       status, captured, transfer_id, ended_at, value_amount, value_currency)
     select subject_id, id, points, lot_expiries::timestamptz[], lot_points::bigint[], purpose, reference, made_by, made_at, expires_at,
       status, captured, transfer_id, ended_at, value_amount, value_currency
       from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::timestamptz[],
         $10::timestamptz[], $11::text[], $12::bigint[], $13::uuid[], $14::timestamptz[], $15::bigint[], $16::text[])
         as new (subject_id, id, points, lot_expiries, lot_points, purpose, reference, made_by, made_at, expires_at, status, captured,
         transfer_id, ended_at, value_amount, value_currency)
     on conflict (subject_id, id) do update
        set status = excluded.status, captured = excluded.captured, transfer_id = excluded.transfer_id, ended_at = excluded.ended_at`,
    columns(
      holds,
      (each) => each.subjectId,
      (each) => each.id,
      (each) => each.points,
      (each) => listOf(each.lotExpiries.map(stamp)),
      (each) => listOf(each.lotPoints),
      (each) => each.purpose,
      (each) => each.reference,
      (each) => each.madeBy,
      (each) => stamp(each.madeAt),
      (each) => stamp(each.expiresAt),
      (each) => each.status,
      (each) => each.captured,
      (each) => each.transferId,
      (each) => (each.endedAt === null ? null : stamp(each.endedAt)),
      (each) => each.valueAmount,
      (each) => each.valueCurrency,
    ),
  );
