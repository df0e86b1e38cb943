import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import { isStaff } from '../access/actor.ts';
import type { Call } from '../access/call.ts';
import type { SubjectKind } from '../kernel/subject.ts';

/** Where a version stands on its way into force. What is in force, was or will be, is told by its dates. */
export type StoredState = 'DRAFT' | 'PROPOSED' | 'APPROVED' | 'BUILDING' | 'BUILT';

/** One version of the rules for one kind of subject. Its document never changes. */
export const PolicyVersion = defineEntity({
  name: 'PolicyVersion',
  tableName: 'policy_version',
  filters: {
    visible: {
      name: 'visible',
      default: true,
      cond: ({ actor }: Pick<Call, 'actor'>) => (isStaff(actor) ? {} : { activeFrom: { $ne: null } }), // rules in force are public
    },
  },
  uniques: [{ name: 'policy_version_subject_kind_key_version_unique', properties: ['subjectKind', 'key', 'version'] }],
  properties: {
    id: p.uuid().primary(),
    key: p.text(),
    version: p.integer(),
    subjectKind: p.text().$type<SubjectKind>(),
    document: p.json<unknown>(),
    state: p.text().$type<StoredState>(),
    isShadow: p.boolean(), // its standings are kept, and nobody is graded by it
    plannedFrom: p.datetime().nullable(), // when it comes into force, if it is built by then; null: as soon as it may
    activeFrom: p.datetime().nullable(),
    activeUntil: p.datetime().nullable(),
    note: p.text(),
    recordedAt: p.datetime(),
  },
});
export type PolicyVersion = InferEntity<typeof PolicyVersion>;

/** What becomes of a version, as it shows. */
export type PolicyState = 'DRAFT' | 'PROPOSED' | 'BUILDING' | 'SHADOW' | 'ANNOUNCED' | 'IN_FORCE' | 'RETIRED';

/** What its state is made of. */
export interface Validity {
  readonly state: StoredState;
  readonly isShadow: boolean;
  readonly activeFrom?: Date | null;
  readonly activeUntil?: Date | null;
}

export function stateAt({ state, isShadow, activeFrom, activeUntil }: Validity, now: number): PolicyState {
  if (activeFrom && (!activeUntil || activeUntil.getTime() > now))
    return activeFrom.getTime() > now ? 'ANNOUNCED' : 'IN_FORCE';
  if (state === 'APPROVED' || state === 'BUILDING') return 'BUILDING';
  if (state === 'PROPOSED') return 'PROPOSED';
  if (isShadow) return 'SHADOW';
  return activeFrom ? 'RETIRED' : 'DRAFT';
}
