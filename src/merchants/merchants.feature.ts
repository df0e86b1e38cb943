import type { Feature } from '../feature.ts';
import { merchantByExternalId, merchantById } from './merchants.loaders.ts';
import { merchantPermissions } from './merchants.permissions.ts';
import { merchantsOf, MerchantsResolver } from './merchants.resolver.ts';

export const merchantsFeature: Feature = {
  name: 'merchants',
  resolvers: [MerchantsResolver],
  plain: { Query: { merchants: (_, { externalIds }, call) => merchantsOf(call, externalIds) } },
  steady: { Merchant: { id: {}, kind: {}, externalId: {}, name: {}, registeredAt: {} } },
  permissions: merchantPermissions,
  nodes: { Merchant: (call, [id]) => merchantById(call, id) },
  named: { Merchant: merchantByExternalId },
};
