import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import { isMarketplace, type Actor } from '../access/actor.ts';

export const QUALIFICATION_STATUSES = ['VALID', 'MISSING', 'NOT_REQUIRED'] as const;
export type QualificationStatus = (typeof QUALIFICATION_STATUSES)[number];

/** What the platform says of a paper that a merchant or a product needs, such as a food licence. The next word on the same one replaces it. */
export const Qualification = defineEntity({
  name: 'Qualification',
  tableName: 'qualification',
  filters: { visible: { name: 'visible', default: true, cond: ({ actor }: { actor: Actor }) => visibleTo(actor) } },
  properties: {
    subjectId: p.uuid().primary(),
    id: p.uuid().primary(), // that of the condition that it leaves, where it leaves one
    ownerId: p.uuid(), // the merchant: itself, or the product's
    key: p.text(),
    status: p.text().$type<QualificationStatus>(),
    expiresAt: p.datetime().nullable(), // of a valid one
    note: p.text(),
    statedBy: p.text(),
    statedAt: p.datetime(),
    replacedAt: p.datetime().nullable(), // null: it is the last word
  },
});
export type Qualification = InferEntity<typeof Qualification>;

const visibleTo = (actor: Actor) =>
  isMarketplace(actor) ? {} : { ownerId: actor.subject?.kind === 'MERCHANT' ? actor.subject.id : null };
