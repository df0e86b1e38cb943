import {
  and,
  each,
  hasScope,
  isBuyer,
  isHouse,
  isOwn,
  isPartner,
  isPlatform,
  isStaff,
  open,
  or,
  type Permissions,
} from '../access/rules.ts';

const found = open('A buyer is found only by itself, by the house, and by partners to whom it consents.');
const itself = or(isOwn('BUYER'), isHouse);

export const buyerPermissions = {
  Query: { buyer: or(isBuyer, isPartner, isPlatform, isStaff) },
  Buyer: {
    ...each(['id', 'kind', 'externalId'], found),
    name: itself,
    consents: or(itself, and(isPlatform, hasScope('consents:write'))),
  },
} satisfies Permissions;
