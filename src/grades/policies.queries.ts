import type { Reader, Tx } from '../db/tx.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import type { StoredState } from './policy-version.ts';

/** A version of a policy without its document. */
export interface PolicyHeader {
  readonly id: string;
  readonly key: string;
  readonly version: number;
  readonly subjectKind: SubjectKind;
  readonly state: StoredState;
  readonly isShadow: boolean;
  readonly activeFrom: Date | null; // null: it never was in force and has not been announced
  readonly activeUntil: Date | null;
}

const HEADER = `id, key, version, subject_kind as "subjectKind", state, is_shadow as "isShadow", active_from as "activeFrom",
  active_until as "activeUntil"`;
const IS_KEPT = `(active_from is not null and (active_until is null or active_until > $1) or is_shadow and state = 'BUILT')`;

/** The versions that every subject has a standing under: in force, announced, or in the shadow. */
export const keptHeaders = (db: Reader, now: number): Promise<PolicyHeader[]> =>
  db.query(
    'kept_policies',
    `select ${HEADER} from policy_version where ${IS_KEPT} order by subject_kind, key, active_from, version`,
    [new Date(now)],
  );

/**
 * The same, and those that are being built: for whoever writes standings. The empty select takes a lock of the table that lasts as
 * long as the transaction, and is shared by all who write; `startBuilding` waits for it, so that nobody writes by an older list.
 */
export const foldedHeaders = (tx: Tx, now: number): Promise<PolicyHeader[]> =>
  tx.query(
    'folded_policies',
    `with held as (select from policy_version where false for key share)
     select ${HEADER} from policy_version where ${IS_KEPT} or state = 'BUILDING'
      order by subject_kind, key, active_from, version`,
    [new Date(now)],
  );

/** A version that is or once was in force, by its name. */
export const pastHeader = (
  db: Reader,
  subjectKind: SubjectKind,
  key: string,
  version: number,
  now: number,
): Promise<PolicyHeader[]> =>
  db.query(
    'past_policy',
    `select ${HEADER} from policy_version where subject_kind = $1 and key = $2 and version = $3 and active_from <= $4`,
    [subjectKind, key, version, new Date(now)],
  );

/** A version by its id. */
export const headerById = (db: Reader, id: string): Promise<PolicyHeader[]> =>
  db.query('policy_by_id', `select ${HEADER} from policy_version where id = $1`, [id]);

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
  readonly state: Extract<StoredState, 'DRAFT' | 'BUILT'>;
  readonly activeFrom: Date | null;
  readonly note: string;
  readonly recordedAt: Date;
}

/** Adds the version unless it is there, or another one of its key is active; true if it was added. */
export async function addVersion(db: Reader, version: NewPolicyVersion): Promise<boolean> {
  const added = await db.query(
    'add_policy_version',
    `insert into policy_version (id, key, version, subject_kind, document, state, active_from, note, recorded_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing returning id`,
    [
      version.id,
      version.key,
      version.version,
      version.subjectKind,
      JSON.stringify(version.document),
      version.state,
      version.activeFrom,
      version.note,
      version.recordedAt,
    ],
  );
  return added.length > 0;
}

export const lastVersion = async (db: Reader, subjectKind: SubjectKind, key: string): Promise<number> => {
  const [row] = await db.query<{ last: number }>(
    'last_policy_version',
    'select coalesce(max(version), 0) as last from policy_version where subject_kind = $1 and key = $2',
    [subjectKind, key],
  );
  return row!.last;
};

export const versionsNamed = (db: Reader, subjectKind: SubjectKind, key: string): Promise<PolicyHeader[]> =>
  db.query(
    'policy_versions_named',
    `select ${HEADER} from policy_version where subject_kind = $1 and key = $2 order by version`,
    [subjectKind, key],
  );
