import { each, isBuyer, isHouse, open, or, type Permissions } from '../access/rules.ts';

export const buyerPermissions = {
  Query: { buyer: or(isBuyer, isHouse) },
  Buyer: each(['id', 'kind', 'externalId', 'name'], open('A buyer is found only by itself and by the house.')),
} satisfies Permissions;
