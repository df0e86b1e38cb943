import {
  and,
  each,
  hasScope,
  isAdmin,
  isHouse,
  isOwn,
  isPlatform,
  open,
  or,
  type Permissions,
} from '../access/rules.ts';

const found = open('It is found by the merchant itself and by the house alone.');
const states = or(isPlatform, isAdmin);

export const qualificationPermissions = {
  Mutation: { stateQualification: and(states, hasScope('events:write')) },
  Merchant: { qualifications: or(isOwn('MERCHANT'), isHouse) },
  Product: { qualifications: or(isOwn('MERCHANT', 'merchantId'), isHouse) },
  Qualification: { ...each(['key', 'status', 'expiresAt', 'statedAt'], found), ...each(['statedBy', 'note'], isHouse) },
  StateQualificationPayload: each(['qualification', 'userErrors'], states),
} satisfies Permissions;
