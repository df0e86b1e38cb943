import { loader } from '../access/loader.ts';
import { isStorable } from '../kernel/text.ts';
import { Buyer } from './buyer.ts';
import type { BuyerRow } from './buyers.schema.ts';

const rowOf = ({ id, externalId, name }: Buyer): BuyerRow => ({
  __typename: 'Buyer',
  kind: 'BUYER',
  id,
  externalId,
  name: name ?? null,
});

/** Null for a buyer that the caller may not see. */
export const buyerById = loader(
  async ({ em }, ids: readonly string[]) => (await em.find(Buyer, { id: [...ids] })).map(rowOf),
  ({ id }) => id,
);

/** Null for a buyer that the caller may not see. */
export const buyerByExternalId = loader(
  async ({ em }, externalIds: readonly string[]) =>
    (await em.find(Buyer, { externalId: externalIds.filter(isStorable) })).map(rowOf),
  ({ externalId }) => externalId,
);
