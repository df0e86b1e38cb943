import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import { isHouse, ownId, type Actor } from '../access/actor.ts';

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

const visibleTo = (actor: Actor) => (isHouse(actor) ? {} : { id: ownId(actor, 'BUYER') });
