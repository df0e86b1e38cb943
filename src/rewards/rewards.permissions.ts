import {
  and,
  each,
  hasScope,
  isAdmin,
  isBuyer,
  isFresh,
  isHouse,
  isMerchant,
  isOwn,
  isPlatform,
  open,
  or,
  type Permissions,
} from '../access/rules.ts';

const published = open('Rules by which one earns are public.');
const throughIt = open('It is found by whom it concerns and by the house alone.');
const redeems = or(isPlatform, isMerchant, isBuyer);

export const rewardsPermissions = {
  Query: { rewardsPolicy: published, hasPrivilege: isHouse },
  Mutation: { saveRewardsPolicy: and(isAdmin, isFresh), redeemPoints: and(redeems, hasScope('points:write')) },
  Merchant: { privileges: or(isOwn('MERCHANT'), isHouse) },
  Buyer: { privileges: or(isOwn('BUYER'), isHouse) },
  Privilege: each(['key', 'label', 'source', 'since', 'until'], throughIt),
  PrivilegeCheck: each(['granted', 'privilege'], isHouse),
  RewardsPolicy: each(['version', 'document'], published),
  SaveRewardsPolicyPayload: each(['policy', 'proposal', 'userErrors'], isAdmin),
  RedeemPointsPayload: each(['holdId', 'hold', 'value', 'account', 'userErrors'], redeems),
} satisfies Permissions;
