import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/** A shop of the marketplace. Its row names it; what is known of its conduct stands in its postings. */
export const Merchant = defineEntity({
  name: 'Merchant',
  tableName: 'merchant',
  filters: { visible: { name: 'visible', default: true, cond: () => ({}) } }, // merchants are public
  properties: {
    id: p.uuid().primary(),
    externalId: p.text().unique(), // the platform's own id
    name: p.text().nullable(),
    registeredAt: p.datetime().nullable(),
    describedAt: p.datetime().nullable(), // when the name was last said
    recordedAt: p.datetime(),
  },
});
export type Merchant = InferEntity<typeof Merchant>;
