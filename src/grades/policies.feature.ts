import type { Feature } from '../feature.ts';
import { policyPermissions } from './policies.permissions.ts';
import { PoliciesResolver, PolicyVersionsResolver } from './policies.resolver.ts';
import { BacktestCausesResolver, PolicyChangesResolver, PolicyChangeTextResolver } from './policy-changes.resolver.ts';

/** The other half of the room: the rules themselves. */
export const policiesFeature: Feature = {
  name: 'policies',
  resolvers: [
    PoliciesResolver,
    PolicyVersionsResolver,
    PolicyChangesResolver,
    PolicyChangeTextResolver,
    BacktestCausesResolver,
  ],
  permissions: policyPermissions,
};
