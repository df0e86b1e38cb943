import type { Reader, Tx } from '../db/tx.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import type { StoredState } from './policy-version.ts';

/** A version with what decides whether and when it may come into force. */
export interface CandidateRow {
  readonly id: string;
  readonly key: string;
  readonly version: number;
  readonly subjectKind: SubjectKind;
  readonly state: StoredState;
  readonly isShadow: boolean;
  readonly plannedFrom: Date | null;
  readonly proposedBy: string | null;
  readonly builtTo: string | null;
  readonly activeFrom: Date | null;
  readonly activeUntil: Date | null;
  readonly persons: number; // who must agree to what replaces it, or brings it in
  readonly noticeDays: number;
}

/** All versions of a policy, locked in id order until the transaction ends. */
export const lockVersions = (tx: Tx, subjectKind: SubjectKind, key: string): Promise<CandidateRow[]> =>
  tx.query(
    'lock_policy_versions',
    `select id, key, version, subject_kind as "subjectKind", state, is_shadow as "isShadow", planned_from as "plannedFrom",
            proposed_by as "proposedBy", built_to as "builtTo", active_from as "activeFrom", active_until as "activeUntil",
            coalesce((document->'approval'->>'persons')::int, 1) as persons,
            coalesce((document->>'noticeDays')::int, 0) as "noticeDays"
       from policy_version where subject_kind = $1 and key = $2 order by id for update`,
    [subjectKind, key],
  );

export const propose = (tx: Tx, id: string, by: string, from: Date | null): Promise<unknown> =>
  tx.query(
    'propose_policy',
    `update policy_version set state = 'PROPOSED', proposed_by = $2, approved_by = null, planned_from = $3 where id = $1`,
    [id, by, from],
  );

/** From here on the building is to be done, and then the switch. */
export const approve = (tx: Tx, id: string, by: string, from: Date | null): Promise<unknown> =>
  tx.query(
    'approve_policy',
    `update policy_version set state = 'APPROVED', is_shadow = false, approved_by = $2, planned_from = $3, built_to = null where id = $1`,
    [id, by, from],
  );

/** Built as above, but for nobody to be graded by. */
export const approveShadow = (tx: Tx, id: string, by: string): Promise<unknown> =>
  tx.query(
    'approve_shadow_policy',
    `update policy_version set state = 'APPROVED', is_shadow = true, approved_by = $2, planned_from = null, built_to = null where id = $1`,
    [id, by],
  );

/** As if it had never been proposed. A version that was in force before keeps the dates of that. */
export const takeBack = (tx: Tx, ids: readonly string[], now: Date): Promise<unknown> =>
  tx.query(
    'take_back_policies',
    `update policy_version
        set state = 'DRAFT', is_shadow = false, proposed_by = null, approved_by = null, planned_from = null, built_to = null,
            active_from = case when active_from > $2 then null else active_from end,
            active_until = case when active_from > $2 then null else active_until end
      where id = any($1::uuid[])`,
    [ids, now],
  );

/** Null: until further notice. */
export const setEnd = (tx: Tx, id: string, until: Date | null): Promise<unknown> =>
  tx.query('end_policy', 'update policy_version set active_until = $2 where id = $1', [id, until]);

export const setBuilt = (tx: Tx, id: string): Promise<unknown> =>
  tx.query('set_policy_built', `update policy_version set state = 'BUILT', built_to = null where id = $1`, [id]);

export const bringIn = (tx: Tx, id: string, from: Date): Promise<unknown> =>
  tx.query(
    'bring_policy_in',
    `update policy_version
        set state = 'BUILT', is_shadow = false, planned_from = null, built_to = null, active_from = $2, active_until = null
      where id = $1`,
    [id, from],
  );

/** What is approved and not built yet, the oldest first. */
export const toBeBuilt = (
  on: Reader,
): Promise<{ id: string; subjectKind: SubjectKind; key: string; state: StoredState }[]> =>
  on.query(
    'policies_to_be_built',
    `select id, subject_kind as "subjectKind", key, state from policy_version where state in ('APPROVED', 'BUILDING') order by id`,
  );

/**
 * Waits until every transaction that has read the list of policies in order to write standings is over, and keeps others from
 * beginning meanwhile; fails when that takes long. Reads of policies are not kept from anything.
 */
export async function waitForWriters(tx: Tx): Promise<void> {
  await tx.query('', `set local lock_timeout = '2s'`);
  await tx.query('', 'lock table policy_version in exclusive mode');
}

export const setBuilding = (tx: Tx, id: string): Promise<{ id: string }[]> =>
  tx.query(
    'set_policy_building',
    `update policy_version set state = 'BUILDING', built_to = null where id = $1 and state = 'APPROVED' returning id`,
    [id],
  );

export const moveBuiltTo = (tx: Tx, id: string, subjectId: string): Promise<unknown> =>
  tx.query('move_policy_built_to', 'update policy_version set built_to = $2 where id = $1', [id, subjectId]);

/** What is done to a version on its way. */
export const STEP_KINDS = ['SAVED', 'PROPOSED', 'APPROVED', 'SHADOWED', 'BUILT', 'BROUGHT_IN', 'TAKEN_BACK'] as const;
export type StepKind = (typeof STEP_KINDS)[number];

export interface Step {
  readonly policyId: string;
  readonly kind: StepKind;
  readonly actor: string;
  readonly note: string;
  readonly activeFrom: Date | null;
  readonly at: Date;
}
/** The next step of a version, whose row is locked, or new. */
export const addStep = (tx: Tx, step: Step): Promise<unknown> =>
  tx.query(
    'add_policy_step',
    `insert into policy_step (policy_id, place, kind, actor, note, active_from, at)
     select $1, coalesce(max(place), 0) + 1, $2, $3, $4, $5::timestamptz, $6::timestamptz from policy_step where policy_id = $1`,
    [step.policyId, step.kind, step.actor, step.note, step.activeFrom, step.at],
  );

export const stepsOf = (on: Reader, policyIds: readonly string[]): Promise<Step[]> =>
  on.query(
    'policy_steps',
    `select policy_id as "policyId", kind, actor, note, active_from as "activeFrom", at from policy_step
      where policy_id = any($1::uuid[]) order by policy_id, place`,
    [policyIds],
  );
