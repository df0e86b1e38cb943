import type { Reader } from './tx.ts';

export interface Moves {
  /** What this statement saw, as `pg_snapshot` is written: xmin:xmax:xip. */
  readonly snapshot: string;
  /** When the database server was started: snapshots of another run, or another server, cannot be compared. */
  readonly server: string;
  /** Who was moved by transactions that it saw and `since` did not. Null: too many to be named. */
  readonly subjectIds: readonly string[] | null;
}

/**
 * Who has moved since a snapshot: exactly those of the transactions in between, in whatever order they were begun and committed. Those are
 * the ones that began after it and those that were at work then (`pg_visible_in_snapshot` would say the same of each row, but of all since
 * the oldest that was at work: many, while one takes its time). `since`: null for the first time, of which nobody has moved.
 */
export async function movesSince(sql: Reader, since: string | null): Promise<Moves> {
  const rows = await sql.query<
    Omit<Moves, 'subjectIds'> & { readonly named: string[] | null; readonly isAll: boolean | null }
  >(
    'moves.since',
    `select pg_current_snapshot()::text as snapshot, pg_postmaster_start_time()::text as server,
            array_remove(array_agg(id), null)::text[] as named, bool_or(is_all) as "isAll"
       from (select id, m.subject_ids is null as is_all from move m left join unnest(m.subject_ids) as id on true
              where m.xid >= pg_snapshot_xmax($1::pg_snapshot) or m.xid = any(array(select pg_snapshot_xip($1::pg_snapshot)))) as moved`,
    [since],
  );
  const [{ snapshot, server, named, isAll }] = rows as [(typeof rows)[0]];
  return { snapshot, server, subjectIds: isAll ? null : (named ?? []) };
}
