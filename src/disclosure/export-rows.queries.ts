import type { Reader } from '../db/tx.ts';
import type { Agreement } from '../inquiries/terms.ts';
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

/** Whose grades are asked for, and for whom. */
export interface Subjects {
  readonly subjectKind: SubjectKind;
  readonly knownAt: Date;
  readonly agreement: Agreement | null; // of a partner alone
}

/** The subjects of an export, by the values $1 to $4; for a partner, of buyers those who consent. */
const fromOf = ({ subjectKind, agreement }: Subjects): string =>
  agreement && subjectKind === 'BUYER'
    ? `consent c join buyer b on b.id = c.subject_id
        where b.recorded_at <= $1 and c.partner_id = $2 and c.purpose = $3 and c.ended_at is null and c.until > $4`
    : `${TABLES[subjectKind]} b where b.recorded_at <= $1 and $2::uuid is null and $3::text is null and $4::timestamptz is not null`;

const valuesOf = ({ subjectKind, knownAt, agreement }: Subjects, now: Date): readonly unknown[] => {
  const asking = subjectKind === 'BUYER' ? agreement : null;
  return [knownAt, asking?.partnerId ?? null, asking?.purpose ?? null, now];
};

/** The next subjects in id order, of those that were known by then; by keyset: each page costs the same. */
export const nextSubjects = (
  on: Reader,
  of: Subjects & { readonly policyId: string },
  afterId: string,
  limit: number,
  now: Date,
): Promise<ExportRow[]> =>
  on.query(
    '',
    `select p.id, p.external_id as "externalId", array_to_string(t.counts, ',') as counts,
            array_to_string(s.terms::float8[], ',') as terms, t.counterparties, t.first_day as "firstDay", t.last_day as "lastDay"
       from (select b.id, b.external_id from ${fromOf(of)} and b.id > $6 order by b.id limit $7) as p
       left join tally t on t.subject_id = p.id
       left join standing s on s.subject_id = p.id and s.policy_id = $5
      order by p.id`,
    [...valuesOf(of, now), of.policyId, afterId, limit],
  );

export const countSubjects = async (on: Reader, of: Subjects, now: Date): Promise<number> =>
  (await on.query<{ count: number }>('', `select count(*) as count from ${fromOf(of)}`, valuesOf(of, now)))[0]!.count;

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
