import type { Feature } from '../feature.ts';
import { FreezesResolver } from './freezes.resolver.ts';
import { apiKeyById } from './keys.loaders.ts';
import { ApiKeysResolver } from './keys.resolver.ts';
import { partnerById } from './partners.loaders.ts';
import { partnerPermissions } from './partners.permissions.ts';
import { PartnersResolver } from './partners.resolver.ts';

export const partnersFeature: Feature = {
  name: 'partners',
  resolvers: [PartnersResolver, ApiKeysResolver, FreezesResolver],
  permissions: partnerPermissions,
  nodes: { Partner: partnerById, ApiKey: apiKeyById },
};
