import { columns } from '../db/columns.ts';
import type { Reader, Tx } from '../db/tx.ts';
import type { Level } from '../scoring/levels.ts';
import type { Condition } from '../scoring/policy.ts';
import type { Payee } from './rules.ts';

const ms = (column: string): string => `(extract(epoch from ${column}) * 1000)::float8`;

export interface KeptRow {
  readonly subjectId: string;
  readonly key: string;
  readonly since: number;
  readonly until: number | null;
}

export const keptPrivileges = (on: Reader, subjectIds: readonly string[]): Promise<KeptRow[]> =>
  on.query(
    'privileges.kept',
    `select subject_id as "subjectId", key, ${ms('since')} as since, ${ms('until')} as until from privilege
      where subject_id = any($1::uuid[])`,
    [subjectIds],
  );

export const savePrivileges = (tx: Tx, rows: readonly KeptRow[]): Promise<unknown> =>
  tx.query(
    'privileges.save',
    `insert into privilege (subject_id, key, since, until)
     select * from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::timestamptz[])
     on conflict (subject_id, key) do update set since = excluded.since, until = excluded.until`,
    columns(
      rows,
      (each) => each.subjectId,
      (each) => each.key,
      (each) => new Date(each.since),
      (each) => (each.until === null ? null : new Date(each.until)),
    ),
  );

export const removePrivileges = (
  tx: Tx,
  rows: readonly { readonly subjectId: string; readonly key: string }[],
): Promise<unknown> =>
  tx.query(
    'privileges.remove',
    `delete from privilege p using unnest($1::uuid[], $2::text[]) as gone (subject_id, key)
      where p.subject_id = gone.subject_id and p.key = gone.key`,
    columns(
      rows,
      (each) => each.subjectId,
      (each) => each.key,
    ),
  );

/** What privileges are given by, as it is written down. */
export interface StandingRow {
  readonly subjectId: string;
  readonly level: Level;
  readonly balance: number;
  readonly conditions: readonly Condition[];
}

export const standingsOf = (
  on: Reader,
  subjectIds: readonly string[],
  policyIds: readonly string[],
  now: Date,
): Promise<StandingRow[]> =>
  on.query(
    'privileges.standings',
    `select asked.id as "subjectId", coalesce(s.level, 'NOT_RATED') as level, coalesce(a.balance, 0)::bigint as balance,
            coalesce(held.codes, '{}') as conditions
       from unnest($1::uuid[]) as asked (id)
       left join standing s on s.subject_id = asked.id and s.policy_id = any($2::uuid[])
       left join points_account a on a.subject_id = asked.id
       left join (select subject_id, array_agg(code) as codes from condition
                   where subject_id = any($1::uuid[]) and recorded_at <= $3 and starts_at <= $3
                     and (ends_at is null or ends_at > $3) and (lifted_at is null or lifted_at > $3)
                     and (annulled_at is null or annulled_at > $3)
                   group by subject_id) as held on held.subject_id = asked.id`,
    [subjectIds, policyIds, now],
  );

/** How far the worker has come. */
export interface SweepRow {
  readonly gradesSeen: number; // changes of grades up to then are done
  readonly day: number; // of the sweep, in UTC days since 1970
  readonly subjectKind: Payee;
  readonly after: string | null;
  readonly isDone: boolean;
}

/** Held until the transaction ends: one at a time moves privileges. The first time it begins as `first` says. */
export async function lockPrivilegeSweep(tx: Tx, first: SweepRow): Promise<SweepRow> {
  await tx.query(
    'privileges.begin-sweep',
    `insert into privilege_sweep (id, grades_seen, day, subject_kind, after, is_done) values (1, $1, $2, $3, $4, $5)
     on conflict do nothing`,
    [new Date(first.gradesSeen), first.day, first.subjectKind, first.after, first.isDone],
  );
  const [row] = await tx.query<SweepRow>(
    'privileges.lock-sweep',
    `select ${ms('grades_seen')} as "gradesSeen", day, subject_kind as "subjectKind", after, is_done as "isDone"
       from privilege_sweep where id = 1 for update`,
  );
  return row!;
}

export const savePrivilegeSweep = (tx: Tx, row: SweepRow): Promise<unknown> =>
  tx.query(
    'privileges.save-sweep',
    'update privilege_sweep set grades_seen = $1, day = $2, subject_kind = $3, after = $4, is_done = $5 where id = 1',
    [new Date(row.gradesSeen), row.day, row.subjectKind, row.after, row.isDone],
  );

export interface ChangedGrade {
  readonly subjectId: string;
  readonly subjectKind: string;
  readonly at: number;
  readonly id: string;
}

/** Changed grades that were noted after an instant, and after a place among those of the same instant; the first of them. */
export const gradesChangedAfter = (
  on: Reader,
  after: { readonly at: number; readonly id: string },
  until: Date,
  most: number,
): Promise<ChangedGrade[]> =>
  on.query(
    'privileges.changed-grades',
    `select subject_id as "subjectId", payload->>'subjectKind' as "subjectKind", ${ms('created_at')} as at, id from note
      where kind = 'grade.changed' and (created_at, id) > ($1, $2::uuid) and created_at <= $3 order by created_at, id limit $4`,
    [new Date(after.at), after.id, until, most],
  );

const NEXT = {
  MERCHANT: 'select id from merchant where id > $1 order by id limit $2',
  BUYER: 'select id from buyer where id > $1 order by id limit $2',
};

export const nextHolders = async (on: Reader, kind: Payee, after: string, most: number): Promise<string[]> =>
  (await on.query<{ id: string }>(`privileges.next.${kind}`, NEXT[kind], [after, most])).map(({ id }) => id);
