import { each, eachOfConnection, open, type Permissions } from '../access/rules.ts';

const publicShop = open('Whoever may buy from a shop may know which shop it is.');

export const merchantPermissions = {
  Query: each(['merchant', 'merchants'], publicShop),
  Merchant: each(['id', 'kind', 'externalId', 'name', 'registeredAt'], publicShop),
  ...eachOfConnection('Merchant', open('Its merchants are public.')),
} satisfies Permissions;
