import type { Feature } from '../feature.ts';
import { buyerById } from './buyers.loaders.ts';
import { buyerPermissions } from './buyers.permissions.ts';
import { BuyersResolver } from './buyers.resolver.ts';

export const buyersFeature: Feature = {
  name: 'buyers',
  resolvers: [BuyersResolver],
  permissions: buyerPermissions,
  nodes: { Buyer: (call, [id]) => buyerById(call, id) },
};
