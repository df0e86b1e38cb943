import { columns } from '../db/columns.ts';
import type { Reader, Tx } from '../db/tx.ts';
import { ms, stamp } from './instants.ts';
import type { EntryRow } from './open-account.ts';

export interface EntryId {
  readonly subjectId: string;
  readonly id: string;
}

export const COLUMNS = `t.subject_id as "subjectId", t.id, t.revision, t.house, t.points, t.pending, t.balance_after as "balanceAfter",
  t.pending_after as "pendingAfter", t.may_owe as "mayOwe", t.kind, t.reason, t.fact_id as "factId", t.key, t.reverses,
  t.booked_by as "bookedBy",
  ${ms('t.booked_at')} as "bookedAt", ${ms('t.expires_at')} as "expiresAt", ${ms('t.recorded_at')} as "recordedAt"`;

export const addEntries = (tx: Tx, entries: readonly EntryRow[]): Promise<unknown> =>
  tx.query(
    'points.add-entries',
    `insert into points_transfer (subject_id, id, revision, house, points, pending, balance_before, balance_after, pending_before,
       pending_after, may_owe, kind, reason, fact_id, key, reverses, booked_at, expires_at, recorded_at, booked_by)
     select subject_id, id, revision, house, points, pending, balance_after - points, balance_after, pending_after - pending,
       pending_after, may_owe, kind, reason, fact_id, key, reverses, booked_at, expires_at, recorded_at, booked_by
       from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[],
         $9::boolean[], $10::text[], $11::text[], $12::uuid[], $13::text[], $14::uuid[], $15::timestamptz[], $16::timestamptz[],
         $17::timestamptz[], $18::text[]) as new (subject_id, id, revision, house, points, pending, balance_after, pending_after, may_owe, kind,
         reason, fact_id, key, reverses, booked_at, expires_at, recorded_at, booked_by)`,
    columns(
      entries,
      (each) => each.subjectId,
      (each) => each.id,
      (each) => each.revision,
      (each) => each.house,
      (each) => each.points,
      (each) => each.pending,
      (each) => each.balanceAfter,
      (each) => each.pendingAfter,
      (each) => each.mayOwe,
      (each) => each.kind,
      (each) => each.reason,
      (each) => each.factId,
      (each) => each.key,
      (each) => each.reverses,
      (each) => stamp(each.bookedAt),
      (each) => (each.expiresAt === null ? null : stamp(each.expiresAt)),
      (each) => stamp(each.recordedAt),
      (each) => each.bookedBy,
    ),
  );

export const entriesOf = (sql: Reader, ids: readonly EntryId[]): Promise<EntryRow[]> =>
  sql.query(
    'points.entries',
    `select ${COLUMNS} from unnest($1::uuid[], $2::uuid[]) as asked (subject_id, id)
       join points_transfer t on t.subject_id = asked.subject_id and t.id = asked.id`,
    columns(
      ids,
      ({ subjectId }) => subjectId,
      ({ id }) => id,
    ),
  );

/** Which of these transfers are reversed, and by which. */
export const reversalsOf = (sql: Reader, ids: readonly EntryId[]): Promise<(EntryId & { by: string })[]> =>
  sql.query(
    'points.reversals',
    `select t.subject_id as "subjectId", t.reverses as id, t.id as by from unnest($1::uuid[], $2::uuid[]) as asked (subject_id, id)
       join points_transfer t on t.subject_id = asked.subject_id and t.reverses = asked.id`,
    columns(
      ids,
      ({ subjectId }) => subjectId,
      ({ id }) => id,
    ),
  );

export const entriesByKey = (
  sql: Reader,
  keys: readonly { readonly subjectId: string; readonly key: string }[],
): Promise<EntryRow[]> =>
  sql.query(
    'points.entries-by-key',
    `select ${COLUMNS} from unnest($1::uuid[], $2::text[]) as asked (subject_id, key)
       join points_transfer t on t.subject_id = asked.subject_id and t.key = asked.key`,
    columns(
      keys,
      ({ subjectId }) => subjectId,
      ({ key }) => key,
    ),
  );

/** An account's entries before a revision, the last one first; those that only say that pending points count are left out. */
export const entriesBefore = (
  sql: Reader,
  subjectId: string,
  { before, kind, most }: { readonly before: number; readonly kind: string | null; readonly most: number },
): Promise<EntryRow[]> =>
  kind === null
    ? sql.query(
        'points.entries-before',
        `select ${COLUMNS} from points_transfer t where t.subject_id = $1 and t.revision < $2 and t.house is not null
          order by t.revision desc limit $3`,
        [subjectId, before, most],
      )
    : sql.query(
        'points.entries-of-kind-before',
        `select ${COLUMNS} from points_transfer t
          where t.subject_id = $1 and t.kind = $4 and t.revision < $2 and t.house is not null order by t.revision desc limit $3`,
        [subjectId, before, most, kind],
      );

/** What each account had at an instant; none for one that had no entry yet. */
export const balancesAt = (
  sql: Reader,
  asked: readonly { readonly subjectId: string; readonly at: number }[],
): Promise<{ readonly subjectId: string; readonly at: number; readonly balance: number; readonly pending: number }[]> =>
  sql.query(
    'points.balances-at',
    `select asked.subject_id as "subjectId", ${ms('asked.at')} as at, last.balance_after as balance, last.pending_after as pending
       from unnest($1::uuid[], $2::timestamptz[]) as asked (subject_id, at)
      cross join lateral (
        select balance_after, pending_after from points_transfer t
         where t.subject_id = asked.subject_id and t.recorded_at <= asked.at order by t.recorded_at desc, t.revision desc limit 1) last`,
    columns(
      asked,
      ({ subjectId }) => subjectId,
      ({ at }) => stamp(at),
    ),
  );

/** How many points staff have moved on an account since, up and down taken together. */
export const adjustedSince = (sql: Reader, subjectId: string, since: number): Promise<{ readonly points: number }[]> =>
  sql.query(
    'points.adjusted-since',
    `select coalesce(sum(abs(points)), 0)::bigint as points from points_transfer
      where subject_id = $1 and kind = 'ADJUSTED' and recorded_at > $2`,
    [subjectId, new Date(since)],
  );
