import { columns } from '../db/columns.ts';
import type { Reader, Tx } from '../db/tx.ts';
import { ms, stamp } from './instants.ts';
import type { Debt, Part, Pending } from './open-account.ts';
import type { EntryId } from './transfers.queries.ts';

type Of<Row> = Row & { readonly subjectId: string };
export type Lot = Of<Part>;

/** The open lots of each subject after an expiry, the first to expire first, so many of each. */
export const openLots = (
  sql: Reader,
  asked: readonly { readonly subjectId: string; readonly after: number | null }[],
  mostOfEach: number,
): Promise<Lot[]> =>
  sql.query(
    'points.open-lots',
    `select asked.subject_id as "subjectId", ${ms('lot.expires_at')} as "expiresAt", lot.remaining as points
       from unnest($1::uuid[], $2::timestamptz[]) as asked (subject_id, after)
      cross join lateral (
        select expires_at, remaining from points_lot l
         where l.subject_id = asked.subject_id and l.expires_at > coalesce(asked.after, '-infinity')
         order by expires_at limit $3) lot`,
    [
      ...columns(
        asked,
        ({ subjectId }) => subjectId,
        ({ after }) => (after === null ? null : stamp(after)),
      ),
      mostOfEach,
    ],
  );

export const lotsBy = (sql: Reader, lots: readonly Omit<Lot, 'points'>[]): Promise<Lot[]> =>
  sql.query(
    'points.lots',
    `select l.subject_id as "subjectId", ${ms('l.expires_at')} as "expiresAt", l.remaining as points
       from unnest($1::uuid[], $2::timestamptz[]) as asked (subject_id, expires_at)
       join points_lot l on l.subject_id = asked.subject_id and l.expires_at = asked.expires_at`,
    columns(
      lots,
      ({ subjectId }) => subjectId,
      ({ expiresAt }) => stamp(expiresAt),
    ),
  );

export const dueLots = (sql: Reader, subjectIds: readonly string[], now: number): Promise<Lot[]> =>
  sql.query(
    'points.due-lots',
    `select subject_id as "subjectId", ${ms('expires_at')} as "expiresAt", remaining as points from points_lot
      where subject_id = any($1::uuid[]) and expires_at <= $2 order by subject_id, expires_at`,
    [subjectIds, new Date(now)],
  );

/** Adds to lots, or takes from them; an empty one goes. */
export const moveLots = (tx: Tx, lots: readonly Lot[]): Promise<unknown> =>
  tx.query(
    'points.move-lots',
    `merge into points_lot l using unnest($1::uuid[], $2::timestamptz[], $3::bigint[]) as moved (subject_id, expires_at, points)
        on l.subject_id = moved.subject_id and l.expires_at = moved.expires_at
      when matched and l.remaining + moved.points = 0 then delete
      when matched then update set remaining = l.remaining + moved.points
      when not matched then insert (subject_id, expires_at, remaining) values (moved.subject_id, moved.expires_at, moved.points)`,
    columns(
      lots,
      ({ subjectId }) => subjectId,
      ({ expiresAt }) => stamp(expiresAt),
      ({ points }) => points,
    ),
  );

export type Take = Of<Part> & { readonly transferId: string };

export const addTakes = (tx: Tx, takes: readonly Take[]): Promise<unknown> =>
  tx.query(
    'points.add-takes',
    `insert into points_take as t (subject_id, transfer_id, expires_at, points)
     select * from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::bigint[])
     on conflict (subject_id, transfer_id, expires_at) do update set points = t.points + excluded.points`,
    columns(
      takes,
      ({ subjectId }) => subjectId,
      ({ transferId }) => transferId,
      ({ expiresAt }) => stamp(expiresAt),
      ({ points }) => points,
    ),
  );

/** What these debits have taken and not given back. */
export const takesOf = (sql: Reader, ids: readonly EntryId[]): Promise<Take[]> =>
  sql.query(
    'points.takes',
    `select t.subject_id as "subjectId", t.transfer_id as "transferId", ${ms('t.expires_at')} as "expiresAt", t.points
       from unnest($1::uuid[], $2::uuid[]) as asked (subject_id, id)
       join points_take t on t.subject_id = asked.subject_id and t.transfer_id = asked.id
      where t.returned_by is null order by t.subject_id, t.transfer_id, t.expires_at`,
    columns(
      ids,
      ({ subjectId }) => subjectId,
      ({ id }) => id,
    ),
  );

/** What these reversals gave back; `transferId` is the reversal. */
export const returnedBy = (sql: Reader, ids: readonly EntryId[]): Promise<Take[]> =>
  sql.query(
    'points.returned-by',
    `select t.subject_id as "subjectId", t.returned_by as "transferId", ${ms('t.expires_at')} as "expiresAt", t.points
       from unnest($1::uuid[], $2::uuid[]) as asked (subject_id, id)
       join points_take t on t.subject_id = asked.subject_id and t.returned_by = asked.id
      order by t.subject_id, t.expires_at`,
    columns(
      ids,
      ({ subjectId }) => subjectId,
      ({ id }) => id,
    ),
  );

export const returnTakes = (
  tx: Tx,
  returned: readonly Of<{ readonly transferId: string; readonly by: string }>[],
): Promise<unknown> =>
  tx.query(
    'points.return-takes',
    `update points_take t set returned_by = returned.by
       from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as returned (subject_id, transfer_id, by)
      where t.subject_id = returned.subject_id and t.transfer_id = returned.transfer_id and t.returned_by is null`,
    columns(
      returned,
      ({ subjectId }) => subjectId,
      ({ transferId }) => transferId,
      ({ by }) => by,
    ),
  );

export const openDebts = (sql: Reader, subjectIds: readonly string[]): Promise<Of<Debt>[]> =>
  sql.query(
    'points.open-debts',
    `select subject_id as "subjectId", transfer_id as "transferId", revision, owed from points_debt
      where subject_id = any($1::uuid[]) and owed > 0 order by subject_id, revision`,
    [subjectIds],
  );

export const saveDebts = (tx: Tx, debts: readonly Of<Debt>[]): Promise<unknown> =>
  tx.query(
    'points.save-debts',
    `insert into points_debt (subject_id, transfer_id, revision, owed)
     select * from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[])
     on conflict (subject_id, transfer_id) do update set owed = excluded.owed`,
    columns(
      debts,
      ({ subjectId }) => subjectId,
      ({ transferId }) => transferId,
      ({ revision }) => revision,
      ({ owed }) => owed,
    ),
  );

const PENDING = `subject_id as "subjectId", transfer_id as "transferId", points, ${ms('vests_at')} as "vestsAt",
  ${ms('expires_at')} as "expiresAt"`;

export const duePending = (sql: Reader, subjectIds: readonly string[], now: number): Promise<Of<Pending>[]> =>
  sql.query(
    'points.due-pending',
    `select ${PENDING} from points_pending where subject_id = any($1::uuid[]) and vests_at <= $2
      order by subject_id, vests_at, transfer_id`,
    [subjectIds, new Date(now)],
  );

export const pendingBy = (sql: Reader, ids: readonly EntryId[]): Promise<Of<Pending>[]> =>
  sql.query(
    'points.pending',
    `select ${PENDING} from points_pending
      where (subject_id, transfer_id) in (select * from unnest($1::uuid[], $2::uuid[]))`,
    columns(
      ids,
      ({ subjectId }) => subjectId,
      ({ id }) => id,
    ),
  );

export const addPending = (tx: Tx, pending: readonly Of<Pending>[]): Promise<unknown> =>
  tx.query(
    'points.add-pending',
    `insert into points_pending (subject_id, transfer_id, points, vests_at, expires_at)
     select * from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[])`,
    columns(
      pending,
      ({ subjectId }) => subjectId,
      ({ transferId }) => transferId,
      ({ points }) => points,
      ({ vestsAt }) => stamp(vestsAt),
      ({ expiresAt }) => stamp(expiresAt),
    ),
  );

export const endPending = (tx: Tx, ids: readonly EntryId[]): Promise<unknown> =>
  tx.query(
    'points.end-pending',
    `delete from points_pending p using unnest($1::uuid[], $2::uuid[]) as ended (subject_id, id)
      where p.subject_id = ended.subject_id and p.transfer_id = ended.id`,
    columns(
      ids,
      ({ subjectId }) => subjectId,
      ({ id }) => id,
    ),
  );

/** The first instant after `now` at which something of each subject vests, expires or times out. */
export const nextDue = (
  sql: Reader,
  subjectIds: readonly string[],
  now: number,
): Promise<{ readonly subjectId: string; readonly dueAt: number | null }[]> =>
  sql.query(
    'points.next-due',
    `select asked.holder as "subjectId", ${ms(`least(
        (select min(expires_at) from points_lot l where l.subject_id = asked.holder and l.expires_at > $2 and l.expires_at < 'infinity'),
        (select min(vests_at) from points_pending p where p.subject_id = asked.holder and p.vests_at > $2),
        (select min(expires_at) from points_hold h where h.subject_id = asked.holder and h.status = 'HELD' and h.expires_at > $2))`)} as "dueAt"
       from unnest($1::uuid[]) as asked (holder)`,
    [subjectIds, new Date(now)],
  );

export const expiringUntil = (
  sql: Reader,
  subjectId: string,
  now: number,
  until: number,
): Promise<{ readonly points: number }[]> =>
  sql.query(
    'points.expiring-until',
    `select coalesce(sum(remaining), 0)::bigint as points from points_lot
      where subject_id = $1 and expires_at > $2 and expires_at <= $3`,
    [subjectId, new Date(now), new Date(until)],
  );
