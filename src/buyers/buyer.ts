import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import { hasSome, isMarketplace, ownId, type Actor } from '../access/actor.ts';

/** A person who buys and reviews. Seen by itself and by the house only; partners with consent get its id and grade, and no row. */
export const Buyer = defineEntity({
  name: 'Buyer',
  tableName: 'buyer',
  filters: { visible: { name: 'visible', default: true, cond: ({ actor }: { actor: Actor }) => visibleTo(actor) } },
  properties: {
    id: p.uuid().primary(),
    externalId: p.text().unique(), // the platform's own id
    name: p.text().nullable(),
    registeredAt: p.datetime().nullable(),
    describedAt: p.datetime().nullable(), // when the name was last said
    recordedAt: p.datetime(),
  },
});
export type Buyer = InferEntity<typeof Buyer>;

/** Of the marketplace's keys those that deal with buyers find them; what of them may be read is up to the fields. */
const visibleTo = (actor: Actor) =>
  isMarketplace(actor) && hasSome(actor, 'house:read', ...WITH_BUYERS) ? {} : { id: ownId(actor, 'BUYER') };

const WITH_BUYERS = ['points:write', 'points:read', 'consents:write', 'grades:read', 'grades:history'] as const;
