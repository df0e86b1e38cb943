import type { Feature } from '../feature.ts';
import { AccountResolver, BuyerPointsResolver, MerchantPointsResolver } from './account.resolver.ts';
import { EntriesResolver, HoldsResolver } from './entries.resolver.ts';
import { entryById, holdById } from './points.loaders.ts';
import { pointsPermissions } from './points.permissions.ts';
import { PointsResolver } from './points.resolver.ts';

export const pointsFeature: Feature = {
  name: 'points',
  resolvers: [
    MerchantPointsResolver,
    BuyerPointsResolver,
    AccountResolver,
    EntriesResolver,
    HoldsResolver,
    PointsResolver,
  ],
  permissions: pointsPermissions,
  nodes: {
    PointsEntry: (call, [subjectId, id]) => entryById(call, subjectId, id),
    PointsHold: (call, [subjectId, id]) => holdById(call, subjectId, id),
  },
};
