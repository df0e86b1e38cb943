import type { Feature } from '../feature.ts';
import { BuyerPrivilegesResolver, MerchantPrivilegesResolver, PrivilegesResolver } from './privileges.resolver.ts';
import { RedeemResolver } from './redeem.resolver.ts';
import { rewardsPermissions } from './rewards.permissions.ts';
import { RulesResolver } from './rules.resolver.ts';

export const rewardsFeature: Feature = {
  name: 'rewards',
  resolvers: [RulesResolver, RedeemResolver, PrivilegesResolver, MerchantPrivilegesResolver, BuyerPrivilegesResolver],
  permissions: rewardsPermissions,
};
