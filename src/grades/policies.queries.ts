import type { Reader } from '../db/tx.ts';
import type { SubjectKind } from '../kernel/subject.ts';

/** A version of a policy without its document. */
export interface PolicyHeader {
  readonly id: string;
  readonly key: string;
  readonly version: number;
  readonly subjectKind: SubjectKind;
  readonly activeFrom: Date | null; // null: a draft
  readonly activeUntil: Date | null;
}

const HEADER = `id, key, version, subject_kind as "subjectKind", active_from as "activeFrom", active_until as "activeUntil"`;

/** The versions that are in force or will be: those under which standings are kept. */
export const activeHeaders = (db: Reader, now: number): Promise<PolicyHeader[]> =>
  db.query(
    'active_policies',
    `select ${HEADER} from policy_version
     where active_from is not null and (active_until is null or active_until > $1)
     order by subject_kind, key, active_from`,
    [new Date(now)],
  );

/** Every version, drafts too, for the command line. */
export const allHeaders = (db: Reader): Promise<PolicyHeader[]> =>
  db.query('all_policies', `select ${HEADER} from policy_version order by subject_kind, key, version`);

export const documentsOf = (db: Reader, ids: readonly string[]): Promise<{ id: string; document: unknown }[]> =>
  db.query('policy_documents', 'select id, document from policy_version where id = any($1::uuid[])', [ids]);

export interface NewPolicyVersion {
  readonly id: string;
  readonly key: string;
  readonly version: number;
  readonly subjectKind: SubjectKind;
  readonly document: unknown;
  readonly activeFrom: Date | null;
  readonly note: string;
  readonly recordedAt: Date;
}

/** Adds the version unless it is there, or another one of its key is active; true if it was added. */
export async function addVersion(db: Reader, version: NewPolicyVersion): Promise<boolean> {
  const added = await db.query(
    'add_policy_version',
    `insert into policy_version (id, key, version, subject_kind, document, active_from, note, recorded_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing returning id`,
    [
      version.id,
      version.key,
      version.version,
      version.subjectKind,
      JSON.stringify(version.document),
      version.activeFrom,
      version.note,
      version.recordedAt,
    ],
  );
  return added.length > 0;
}
