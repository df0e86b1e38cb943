import type { Feature } from '../feature.ts';
import { inspectionById } from './inspections.loaders.ts';
import { inspectionPermissions } from './inspections.permissions.ts';
import { InspectionsResolver, MerchantInspectionsResolver } from './inspections.resolver.ts';

export const inspectionsFeature: Feature = {
  name: 'inspections',
  resolvers: [InspectionsResolver, MerchantInspectionsResolver],
  permissions: inspectionPermissions,
  nodes: { Inspection: inspectionById },
};
