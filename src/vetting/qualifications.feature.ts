import type { Feature } from '../feature.ts';
import { qualificationPermissions } from './qualifications.permissions.ts';
import {
  MerchantQualificationsResolver,
  ProductQualificationsResolver,
  QualificationsResolver,
} from './qualifications.resolver.ts';

export const qualificationsFeature: Feature = {
  name: 'qualifications',
  resolvers: [QualificationsResolver, MerchantQualificationsResolver, ProductQualificationsResolver],
  permissions: qualificationPermissions,
};
