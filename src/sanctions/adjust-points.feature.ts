import { each, isModerator } from '../access/rules.ts';
import type { Feature } from '../feature.ts';
import { AdjustPointsResolver } from './adjust-points.resolver.ts';

export const adjustPointsFeature: Feature = {
  name: 'adjust-points',
  resolvers: [AdjustPointsResolver],
  permissions: {
    Mutation: { adjustPoints: isModerator },
    AdjustPointsPayload: each(['account', 'proposal', 'userErrors'], isModerator),
  },
};
