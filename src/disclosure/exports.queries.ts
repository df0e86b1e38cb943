import type { Reader, Tx } from '../db/tx.ts';
import type { Agreement, Asking } from '../inquiries/terms.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import type { Level } from '../scoring/levels.ts';

export interface NewExport {
  readonly id: string;
  readonly owner: string;
  readonly subjectKind: SubjectKind;
  readonly policyId: string;
  readonly levels: readonly Level[] | null;
  readonly asOf: Date;
  readonly knownAt: Date;
  readonly isOfNow: boolean;
  readonly changesAfter: number;
  readonly requestedAt: Date;
  readonly asking: Asking | null; // of a partner alone
}

/**
 * In the first free one of the owner's slots; false where none is. False, too, where another one took that slot at the same moment: another
 * may be free still.
 */
export const addExport = async (tx: Tx, each: NewExport, slots: number): Promise<boolean> =>
  (
    await tx.query(
      'exports.add',
      `insert into bulk_export (id, owner, slot, status, subject_kind, policy_id, levels, as_of, known_at, is_of_now, changes_after, requested_at,
                                partner_id, purpose)
       select $1, $2, slot, 'QUEUED', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13 from generate_series(1, $3::int) as slot
        where not exists (select from bulk_export b where b.owner = $2 and b.slot = slot.slot and b.status in ('QUEUED', 'RUNNING'))
        order by slot limit 1
       on conflict do nothing returning id`,
      [
        each.id,
        each.owner,
        slots,
        each.subjectKind,
        each.policyId,
        each.levels,
        each.asOf,
        each.knownAt,
        each.isOfNow,
        each.changesAfter,
        each.requestedAt,
        each.asking?.partnerId ?? null,
        each.asking?.purpose ?? null,
      ],
    )
  ).length > 0;

/** False where it had ended already. */
export const cancelExport = async (tx: Tx, id: string, at: Date): Promise<boolean> =>
  (
    await tx.query(
      'exports.cancel',
      `update bulk_export set status = 'CANCELLED', ended_at = $2, lease_until = null
        where id = $1 and status in ('QUEUED', 'RUNNING') returning id`,
      [id, at],
    )
  ).length > 0;

/** An export as its writer needs it. */
export interface ExportJob {
  readonly id: string;
  readonly subjectKind: SubjectKind;
  readonly policyId: string;
  readonly levels: readonly Level[] | null;
  readonly asOf: Date;
  readonly knownAt: Date;
  readonly isOfNow: boolean;
  readonly seen: number;
  readonly written: number;
  readonly bytes: number;
  readonly afterId: string | null; // the last subject that is in the file
  readonly attempts: number;
  /** Under which it is taken out, if it is for a partner, as its terms are now. */
  readonly agreement: Agreement | null;
}

/** The oldest that waits, or whose writer is no more; it is ours until the lease ends. */
export const claimExport = async (sql: Reader, now: Date, leaseUntil: Date): Promise<ExportJob | null> =>
  (
    await sql.query<ExportJob>(
      'exports.claim',
      `update bulk_export set status = 'RUNNING', lease_until = $2, attempts = attempts + 1, started_at = coalesce(started_at, $1)
        where id = (select id from bulk_export
                     where status = 'QUEUED' or status = 'RUNNING' and lease_until <= $1
                     order by requested_at limit 1 for update skip locked)
       returning id, subject_kind as "subjectKind", policy_id as "policyId", levels, as_of as "asOf", known_at as "knownAt",
                 is_of_now as "isOfNow", seen, written, bytes, after_id as "afterId", attempts,
                 (select jsonb_build_object('partnerId', p.id, 'purpose', purpose, 'terms', jsonb_build_object(
                           'subjectKinds', p.subject_kinds, 'purposes', p.purposes, 'pullsPerDay', p.pulls_per_day, 'burst', p.burst))
                    from partner p where p.id = partner_id) as agreement`,
      [now, leaseUntil],
    )
  )[0] ?? null;

export interface Progress {
  readonly seen: number;
  readonly written: number;
  readonly bytes: number;
  readonly afterId: string | null;
}

/** False where it is not ours any more: it was cancelled, or somebody else goes on with it. */
export const saveProgress = async (
  sql: Reader,
  { id, attempts }: Pick<ExportJob, 'id' | 'attempts'>,
  { seen, written, bytes, afterId }: Progress,
  leaseUntil: Date,
): Promise<boolean> =>
  (
    await sql.query(
      'exports.progress',
      `update bulk_export set seen = $3, written = $4, bytes = $5, after_id = $6, lease_until = $7
        where id = $1 and attempts = $2 and status = 'RUNNING' returning id`,
      [id, attempts, seen, written, bytes, afterId, leaseUntil],
    )
  ).length > 0;

export const setSubjects = (sql: Reader, id: string, subjects: number): Promise<unknown> =>
  sql.query('exports.subjects', 'update bulk_export set subjects = $2 where id = $1', [id, subjects]);

export const finishExport = async (
  sql: Reader,
  { id, attempts }: Pick<ExportJob, 'id' | 'attempts'>,
  endedAt: Date,
  expiresAt: Date,
): Promise<boolean> =>
  (
    await sql.query(
      'exports.finish',
      `update bulk_export set status = 'DONE', ended_at = $3, expires_at = $4, lease_until = null, subjects = seen
        where id = $1 and attempts = $2 and status = 'RUNNING' returning id`,
      [id, attempts, endedAt, expiresAt],
    )
  ).length > 0;

/** Whoever comes next may go on with it at once. */
export const releaseExport = (
  sql: Reader,
  { id, attempts }: Pick<ExportJob, 'id' | 'attempts'>,
  now: Date,
): Promise<unknown> =>
  sql.query(
    'exports.release',
    `update bulk_export set lease_until = $3 where id = $1 and attempts = $2 and status = 'RUNNING'`,
    [id, attempts, now],
  );

export const failExport = (sql: Reader, id: string, code: string, at: Date): Promise<unknown> =>
  sql.query(
    'exports.fail',
    `update bulk_export set status = 'FAILED', error_code = $2, ended_at = $3, lease_until = null where id = $1 and status = 'RUNNING'`,
    [id, code, at],
  );

/** Whose file is due to go; it cannot be fetched from now on. */
export const expireExports = (sql: Reader, now: Date): Promise<{ id: string }[]> =>
  sql.query(
    'exports.expire',
    `update bulk_export set status = 'EXPIRED' where status = 'DONE' and expires_at <= $1 returning id`,
    [now],
  );

/** Of these exports, those whose file is of no more use, or that nobody knows. */
export const uselessFiles = (sql: Reader, ids: readonly string[]): Promise<{ id: string }[]> =>
  sql.query(
    'exports.useless',
    `select asked.id from unnest($1::uuid[]) as asked (id)
      where not exists (select from bulk_export b where b.id = asked.id and b.status in ('QUEUED', 'RUNNING', 'DONE'))`,
    [ids],
  );

export interface ExportFile {
  readonly status: string;
  readonly bytes: number;
  readonly subjectKind: SubjectKind;
}

/** For whoever has a link to it. */
export const fileOf = async (sql: Reader, id: string): Promise<ExportFile | null> =>
  (
    await sql.query<ExportFile>(
      'exports.file',
      'select status, bytes, subject_kind as "subjectKind" from bulk_export where id = $1',
      [id],
    )
  )[0] ?? null;
