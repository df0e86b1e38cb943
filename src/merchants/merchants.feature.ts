import type { Feature } from '../feature.ts';
import { merchantById } from './merchants.loaders.ts';
import { merchantPermissions } from './merchants.permissions.ts';
import { MerchantsResolver } from './merchants.resolver.ts';

export const merchantsFeature: Feature = {
  name: 'merchants',
  resolvers: [MerchantsResolver],
  permissions: merchantPermissions,
  nodes: { Merchant: (call, [id]) => merchantById(call, id) },
};
