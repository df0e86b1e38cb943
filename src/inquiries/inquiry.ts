import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import { isHouse, type Actor } from '../access/actor.ts';
import type { Purpose } from '../access/terms.ts';
import type { SubjectKind } from '../kernel/subject.ts';

/** What was handed out of a subject. */
export const TAKEN = ['GRADE', 'HISTORY', 'RATING', 'CREDENTIAL', 'CHANGE', 'EXPORT', 'REASONS'] as const;
export type Taken = (typeof TAKEN)[number];

/** That a partner took out what is said of a subject: when, what for, and at which coordinates. */
export const GradeInquiry = defineEntity({
  name: 'GradeInquiry',
  tableName: 'grade_inquiry',
  filters: { visible: { name: 'visible', default: true, cond: ({ actor }: { actor: Actor }) => visibleTo(actor) } },
  properties: {
    subjectId: p.uuid().primary(),
    id: p.uuid().primary(), // of an export, the export's
    subjectKind: p.text().$type<SubjectKind>(),
    partnerId: p.uuid(),
    purpose: p.text().$type<Purpose>(),
    operation: p.text(),
    taken: p.type('text[]').$type<Taken[]>(),
    at: p.datetime(),
    asOf: p.datetime(),
    knownAt: p.datetime(),
    policy: p.text().nullable(), // KEY@VERSION; null: no grade was worked out for it
  },
});
export type GradeInquiry = InferEntity<typeof GradeInquiry>;

/** Whom it is about, who asked, and the house. */
const visibleTo = (actor: Actor) => {
  if (isHouse(actor)) return {};
  return actor.role === 'PARTNER' ? { partnerId: actor.partnerId ?? null } : { subjectId: actor.subject?.id ?? null };
};
