import type { Feature } from '../feature.ts';
import { productByExternalId, productById } from './products.loaders.ts';
import { productPermissions } from './products.permissions.ts';
import { ProductsResolver } from './products.resolver.ts';

export const productsFeature: Feature = {
  name: 'products',
  resolvers: [ProductsResolver],
  steady: { Product: { id: {}, kind: {}, externalId: {}, name: {}, category: {} } },
  permissions: productPermissions,
  nodes: { Product: (call, [id]) => productById(call, id) },
  named: { Product: productByExternalId },
};
