import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { SubjectKind } from '../kernel/subject.ts';

/** One version of the rules for one kind of subject. Immutable once it has been active. */
export const PolicyVersion = defineEntity({
  name: 'PolicyVersion',
  tableName: 'policy_version',
  filters: { visible: { name: 'visible', default: true, cond: () => ({ activeFrom: { $ne: null } }) } }, // rules in force are public
  uniques: [{ name: 'policy_version_subject_kind_key_version_unique', properties: ['subjectKind', 'key', 'version'] }],
  properties: {
    id: p.uuid().primary(),
    key: p.text(),
    version: p.integer(),
    subjectKind: p.text().$type<SubjectKind>(),
    document: p.json<unknown>(),
    activeFrom: p.datetime().nullable(),
    activeUntil: p.datetime().nullable(),
    note: p.text(),
    recordedAt: p.datetime(),
  },
});
export type PolicyVersion = InferEntity<typeof PolicyVersion>;
