import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { Actor } from '../access/actor.ts';

/** Someone outside who asks for grades under agreed terms. Its purposes, quotas and consents hang on this row. */
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
  },
});
export type Partner = InferEntity<typeof Partner>;

const visibleTo = ({ role }: Actor) => (role === 'ADMIN' ? {} : { id: null });
