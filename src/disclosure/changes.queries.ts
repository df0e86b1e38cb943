import type { Reader, Tx } from '../db/tx.ts';
import type { GradeCause, Shown } from '../evidence/grade-notes.ts';
import type { Agreement } from '../inquiries/terms.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import type { Level } from '../scoring/levels.ts';

/** One row: the last place that was given, and the first that is still kept. */
export interface Head {
  readonly last: number;
  readonly keptFrom: number;
}

const HEAD = `select last, kept_from as "keptFrom" from grade_change_head where id = 1`;

/** Held until the transaction ends: one at a time gives places. What it reads afterwards it reads anew. */
export async function lockHead(tx: Tx): Promise<Head> {
  await tx.query(
    'changes.begin',
    'insert into grade_change_head (id, last, kept_from) values (1, 0, 1) on conflict do nothing',
  );
  const [head] = await tx.query<Head>('changes.lock', `${HEAD} for update`);
  return head!;
}

export const headOf = async (sql: Reader): Promise<Head> =>
  (await sql.query<Head>('changes.head', HEAD))[0] ?? { last: 0, keptFrom: 1 };

export const isAnythingUntold = async (sql: Reader): Promise<boolean> =>
  (await sql.query('changes.untold', `select from note where kind = 'grade.changed' and not is_told limit 1`)).length >
  0;

/** Gives the next notes their places, in the order in which they were entered; how many. */
export const tellNext = async (tx: Tx, limit: number): Promise<number> =>
  (
    await tx.query<{ told: number }>(
      'changes.tell',
      `with next as (
         select subject_id, id, payload, created_at, row_number() over (order by entered) as nth
           from note where kind = 'grade.changed' and not is_told order by entered limit $1),
       told as (
         update note n set is_told = true from next where n.subject_id = next.subject_id and n.id = next.id),
       added as (
         insert into grade_change (place, subject_id, subject_kind, policy_id, level_before, score_before, level_after,
                                   score_after, cause, changed_at, shown_before, shown_after, reasons)
         select head.last + nth, subject_id, payload ->> 'subjectKind', (payload ->> 'policyId')::uuid,
                payload -> 'before' ->> 'level', (payload -> 'before' ->> 'score')::int,
                payload -> 'after' ->> 'level', (payload -> 'after' ->> 'score')::int, payload ->> 'cause', created_at,
                payload -> 'shown' -> 'before', payload -> 'shown' -> 'after', payload -> 'reasons'
           from next, grade_change_head as head where head.id = 1),
       counted as (select count(*)::int as told from next)
       update grade_change_head set last = last + counted.told from counted where id = 1 returning counted.told`,
      [limit],
    )
  )[0]!.told;

/** Those who follow are told, when it is committed, that there is something new. */
export const CHANNEL = 'grade_change';
export const notifyFollowers = (tx: Tx): Promise<unknown> =>
  tx.query('changes.notify', `select pg_notify('${CHANNEL}', '')`);

/** Whoever follows holds it shared: if we can have it for ourselves, nobody does. Two who ask at once may think that somebody does. */
export const FOLLOWERS_LOCK = 7_203_902;
export const isFollowed = async (sql: Reader): Promise<boolean> =>
  (
    await sql.query<{ followed: boolean }>(
      'changes.is-followed',
      `select case when pg_try_advisory_lock($1) then not pg_advisory_unlock($1) else true end as followed`,
      [FOLLOWERS_LOCK],
    )
  )[0]!.followed;

export interface ChangeRow {
  readonly place: number;
  readonly subjectId: string;
  readonly subjectKind: SubjectKind;
  readonly policyId: string;
  readonly before: { readonly level: Level; readonly score: number | null };
  readonly after: { readonly level: Level; readonly score: number | null };
  readonly cause: GradeCause;
  readonly at: Date;
  /** Not for everybody; null for changes from before it was kept. */
  readonly shown: { readonly before: Shown; readonly after: Shown } | null;
  /** Codes, for the subject itself and for the house; null for changes from before they were kept. */
  readonly reasons: readonly string[] | null;
}

const COLUMNS = `place, subject_id as "subjectId", subject_kind as "subjectKind", policy_id as "policyId", cause, changed_at as at, reasons,
  jsonb_build_object('level', level_before, 'score', score_before) as before,
  jsonb_build_object('level', level_after, 'score', score_after) as after,
  case when shown_after is null then null else jsonb_build_object('before', shown_before, 'after', shown_after) end as shown`;

export const changesAfter = (sql: Reader, place: number, limit: number): Promise<ChangeRow[]> =>
  sql.query('changes.after', `select ${COLUMNS} from grade_change where place > $1 order by place limit $2`, [
    place,
    limit,
  ]);

/** Those of some kinds, none of which are buyers; there is an index of all such. */
export const openChangesAfter = (
  sql: Reader,
  place: number,
  kinds: readonly SubjectKind[],
  limit: number,
): Promise<ChangeRow[]> =>
  sql.query(
    'changes.open-after',
    `select ${COLUMNS} from grade_change where place > $1 and subject_kind <> 'BUYER' and subject_kind = any($2::text[])
      order by place limit $3`,
    [place, kinds, limit],
  );

/** Those that a partner may follow: of the kinds in its terms, and of buyers who consent now. */
export const pulledChangesAfter = (
  sql: Reader,
  place: number,
  { partnerId, purpose, terms }: Agreement,
  now: Date,
  limit: number,
): Promise<ChangeRow[]> =>
  sql.query(
    'changes.pulled-after',
    `select ${COLUMNS} from grade_change g
      where place > $1 and subject_kind = any($2::text[]) and (subject_kind <> 'BUYER' or exists (
              select from consent c where c.subject_id = g.subject_id and c.partner_id = $3 and c.purpose = $4
                and c.ended_at is null and c.until > $5))
      order by place limit $6`,
    [place, terms.subjectKinds, partnerId, purpose, now, limit],
  );

/** The last change that is older; null: none. */
export const lastBefore = async (tx: Tx, instant: Date, keptFrom: number, limit: number): Promise<number | null> =>
  (
    await tx.query<{ place: number | null }>(
      'changes.last-before',
      `select max(place) filter (where changed_at < $1) as place
         from (select place, changed_at from grade_change where place >= $2 order by place limit $3) as oldest`,
      [instant, keptFrom, limit],
    )
  )[0]!.place;

export const forgetUpTo = async (tx: Tx, place: number): Promise<void> => {
  await tx.query('changes.forget', 'delete from grade_change where place <= $1', [place]);
};

export const moveKeptFrom = (tx: Tx, place: number): Promise<unknown> =>
  tx.query('changes.kept-from', 'update grade_change_head set kept_from = $1 where id = 1', [place]);

/** Where a reader of our own stands, locked; null: it has not begun. */
export const lockReader = async (tx: Tx, name: string): Promise<number | null> =>
  (
    await tx.query<{ place: number }>(
      'changes.lock-reader',
      'select place from grade_change_reader where name = $1 for update',
      [name],
    )
  )[0]?.place ?? null;

export const moveReader = (tx: Tx, name: string, place: number): Promise<unknown> =>
  tx.query(
    'changes.move-reader',
    `insert into grade_change_reader (name, place) values ($1, $2) on conflict (name) do update set place = excluded.place`,
    [name, place],
  );
