import { each, isBuyer, isHouse, isOwn, isPartner, open, or, type Permissions } from '../access/rules.ts';

const found = open('A buyer is found only by itself, by the house, and by partners to whom it consents.');
const itself = or(isOwn('BUYER'), isHouse);

export const buyerPermissions = {
  Query: { buyer: or(isBuyer, isPartner, isHouse) },
  Buyer: { ...each(['id', 'kind', 'externalId'], found), ...each(['name', 'consents'], itself) },
} satisfies Permissions;
