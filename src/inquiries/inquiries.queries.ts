import type { Reader } from '../db/tx.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import type { GradeInquiry, Taken } from './inquiry.ts';
import { metered, meterValues } from './meter.queries.ts';
import type { Agreement } from './terms.ts';

export interface NewInquiry {
  readonly subjectId: string;
  readonly id: string;
  readonly subjectKind: SubjectKind;
  readonly operation: string;
  readonly taken: readonly Taken[];
  readonly asOf: Date;
  readonly knownAt: Date;
  readonly policy: string | null;
}

/**
 * Writes them down if the quota holds those that are not there yet: all of them, or none. What is asked of a row that is there is added
 * to it, and costs nothing.
 */
export async function enterInquiries(
  sql: Reader,
  agreement: Agreement,
  rows: readonly NewInquiry[],
  now: Date,
): Promise<boolean> {
  const [told] = await sql.query<{ isWithin: boolean }>(
    'inquiries.enter',
    `with asked as (
       select * from unnest($7::uuid[], $8::uuid[], $9::text[], $10::text[], $11::text[], $12::timestamptz[], $13::timestamptz[], $14::text[])
         as a (subject_id, id, subject_kind, operation, taken, as_of, known_at, policy)),
     counted as (select count(*) as pulls from asked a
                  where not exists (select from grade_inquiry g where g.subject_id = a.subject_id and g.id = a.id)),
     ${metered('AT_ONCE')},
     verdict as (select pulls = 0 or exists (select from metered) as "isWithin" from counted),
     entered as (
       insert into grade_inquiry as g (subject_id, id, subject_kind, partner_id, purpose, operation, taken, at, as_of, known_at, policy)
       select a.subject_id, a.id, a.subject_kind, $1, $6, a.operation, string_to_array(a.taken, ','), $5, a.as_of, a.known_at, a.policy
         from asked a, verdict where verdict."isWithin"
       on conflict (subject_id, id) do update
         set policy = coalesce(g.policy, excluded.policy),
             taken = g.taken || array(select each from unnest(excluded.taken) as each where each <> all (g.taken)))
     select "isWithin" from verdict`,
    [
      ...meterValues(agreement, now),
      agreement.purpose,
      rows.map(({ subjectId }) => subjectId),
      rows.map(({ id }) => id),
      rows.map(({ subjectKind }) => subjectKind),
      rows.map(({ operation }) => operation),
      rows.map(({ taken }) => taken.join(',')),
      rows.map(({ asOf }) => asOf),
      rows.map(({ knownAt }) => knownAt),
      rows.map(({ policy }) => policy),
    ],
  );
  return told!.isWithin;
}

/** What an export is, for which partner, and at which coordinates. */
export interface ExportInquiry {
  readonly id: string;
  readonly subjectKind: SubjectKind;
  readonly asOf: Date;
  readonly knownAt: Date;
  readonly policy: string;
}

/**
 * The same for a page of an export, a row for each subject and export: one that was written down before, and then the process ended, is
 * neither written nor counted again. An export takes what it takes over minutes, so that it has the day's quota and no other.
 */
export async function enterExported(
  sql: Reader,
  agreement: Agreement,
  { id, subjectKind, asOf, knownAt, policy }: ExportInquiry,
  subjectIds: readonly string[],
  now: Date,
): Promise<boolean> {
  const [told] = await sql.query<{ isWithin: boolean }>(
    'inquiries.enter-exported',
    `with fresh as (select s.id from unnest($7::uuid[]) as s (id)
                     where not exists (select from grade_inquiry g where g.subject_id = s.id and g.id = $8)),
          counted as (select count(*) as pulls from fresh), ${metered('OVER_THE_DAY')},
          entered as (
            insert into grade_inquiry (subject_id, id, subject_kind, partner_id, purpose, operation, taken, at, as_of, known_at, policy)
            select fresh.id, $8, $9, $1, $6, 'startBulkExport', '{EXPORT}', $5, $10, $11, $12 from fresh where exists (select from metered))
     select pulls = 0 or exists (select from metered) as "isWithin" from counted`,
    [...meterValues(agreement, now), agreement.purpose, subjectIds, id, subjectKind, asOf, knownAt, policy],
  );
  return told!.isWithin;
}

const COLUMNS = `subject_id as "subjectId", id, subject_kind as "subjectKind", partner_id as "partnerId", purpose, operation, taken, at,
  as_of as "asOf", known_at as "knownAt", policy`;

/** That the partner took out the reasons, too. */
export const addReasons = (sql: Reader, subjectId: string, id: string): Promise<unknown> =>
  sql.query(
    'inquiries.add-reasons',
    `update grade_inquiry set taken = taken || '{REASONS}' where subject_id = $1 and id = $2 and 'REASONS' <> all (taken)`,
    [subjectId, id],
  );

/** About a subject that the caller found, the last first: all, or those of one partner. */
export const inquiriesAbout = (
  sql: Reader,
  subjectId: string,
  partnerId: string | null,
  beforeId: string | null,
  limit: number,
): Promise<GradeInquiry[]> =>
  sql.query(
    'inquiries.about',
    `select ${COLUMNS} from grade_inquiry
      where subject_id = $1 and ($2::uuid is null or partner_id = $2) and ($3::uuid is null or id < $3)
      order by id desc limit $4`,
    [subjectId, partnerId, beforeId, limit],
  );

/** Forgets some of those from before an instant; how many. */
export const forgetSome = async (sql: Reader, before: Date, limit: number): Promise<number> =>
  (
    await sql.query(
      'inquiries.forget',
      `delete from grade_inquiry where (subject_id, id) in (
         select subject_id, id from grade_inquiry where at < $1 limit $2) returning id`,
      [before, limit],
    )
  ).length;
