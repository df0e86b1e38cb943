import type { Feature } from '../feature.ts';
import { excuseById } from './excuses.loaders.ts';
import { excusePermissions } from './excuses.permissions.ts';
import { ExcusesResolver } from './excuses.resolver.ts';

export const excusesFeature: Feature = {
  name: 'excuses',
  resolvers: [ExcusesResolver],
  permissions: excusePermissions,
  nodes: { Excuse: excuseById },
};
