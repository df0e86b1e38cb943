import type { Reader } from '../db/tx.ts';
import type { SubjectKind } from '../kernel/subject.ts';

/** A subject with what is known of it. Numbers come as texts with commas between them, which are read in a tenth of the time of arrays. */
export interface ExportRow {
  readonly id: string;
  readonly externalId: string;
  readonly counts: string | null; // null: nothing was ever entered
  readonly terms: string | null; // null: no standing under the policy
  readonly counterparties: number | null;
  readonly firstDay: number | null;
  readonly lastDay: number | null;
}

const TABLES: Partial<Readonly<Record<SubjectKind, string>>> = {
  MERCHANT: 'merchant',
  BUYER: 'buyer',
  PRODUCT: 'product',
};

/** The next subjects in id order, of those that were known by then; by keyset: each page costs the same. */
export const nextSubjects = (
  on: Reader,
  { subjectKind, policyId, knownAt }: { subjectKind: SubjectKind; policyId: string; knownAt: Date },
  afterId: string,
  limit: number,
): Promise<ExportRow[]> =>
  on.query(
    '',
    `select p.id, p.external_id as "externalId", array_to_string(t.counts, ',') as counts,
            array_to_string(s.terms::float8[], ',') as terms, t.counterparties, t.first_day as "firstDay", t.last_day as "lastDay"
       from (select id, external_id from ${TABLES[subjectKind]} where id > $2 and recorded_at <= $4 order by id limit $3) as p
       left join tally t on t.subject_id = p.id
       left join standing s on s.subject_id = p.id and s.policy_id = $1
      order by p.id`,
    [policyId, afterId, limit, knownAt],
  );

export const countSubjects = async (on: Reader, kind: SubjectKind, knownAt: Date): Promise<number> =>
  (
    await on.query<{ count: number }>('', `select count(*) as count from ${TABLES[kind]} where recorded_at <= $1`, [
      knownAt,
    ])
  )[0]!.count;

/** Of whom something was recorded after a moment, or is said to happen only after it: at most so many. */
export const movedSince = async (on: Reader, instant: Date, limit: number): Promise<string[]> =>
  (
    await on.query<{ id: string }>(
      '',
      'select distinct subject_id as id from posting where recorded_at > $1 limit $2',
      [instant, limit],
    )
  ).map(({ id }) => id);

/** The transactions of this database that have written something and are not over. */
export const writersAtWork = async (on: Reader): Promise<string[]> =>
  (
    await on.query<{ writer: string }>(
      'exports.writers',
      `select pid || ' ' || backend_xid as writer from pg_stat_activity
        where datname = current_database() and backend_xid is not null and pid <> pg_backend_pid()`,
    )
  ).map(({ writer }) => writer);
