import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/** What a merchant offers. */
export const Product = defineEntity({
  name: 'Product',
  tableName: 'product',
  filters: { visible: { name: 'visible', default: true, cond: () => ({}) } }, // products are public
  properties: {
    id: p.uuid().primary(),
    externalId: p.text().unique(), // the platform's own id
    merchantId: p.uuid(),
    name: p.text().nullable(),
    category: p.text().nullable(),
    describedAt: p.datetime().nullable(), // when name and category were last said
    recordedAt: p.datetime(),
  },
});
export type Product = InferEntity<typeof Product>;
