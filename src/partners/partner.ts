import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { Actor } from '../access/actor.ts';
import type { Purpose } from '../access/terms.ts';
import type { SubjectKind } from '../kernel/subject.ts';

/** Someone outside who asks for grades under agreed terms. Keys, consents and what it took out hang on this row. */
export const Partner = defineEntity({
  name: 'Partner',
  tableName: 'partner',
  filters: { visible: { name: 'visible', default: true, cond: ({ actor }: { actor: Actor }) => visibleTo(actor) } },
  properties: {
    id: p.uuid().primary(),
    name: p.text().unique(),
    note: p.text(),
    createdBy: p.text(),
    createdAt: p.datetime(),
    subjectKinds: p.type('text[]').$type<SubjectKind[]>(),
    purposes: p.type('text[]').$type<Purpose[]>(),
    pullsPerDay: p.integer(),
    burst: p.integer(),
    termsSetBy: p.text().nullable(), // null: as it was let in
    termsSetAt: p.datetime().nullable(),
    termsNote: p.text().nullable(),
  },
});
export type Partner = InferEntity<typeof Partner>;

/** Whoever is asked for consent may know by whom. Partners know of no other. */
const visibleTo = ({ role, partnerId }: Actor) => {
  if (role === 'PARTNER') return { id: partnerId ?? null };
  return role === 'PUBLIC' ? { id: null } : {};
};
