import { and, each, hasScope, isBuyer, isPlatform } from '../access/rules.ts';
import type { Feature } from '../feature.ts';
import { IntakeResolver } from './intake.resolver.ts';

export const intakeFeature: Feature = {
  name: 'intake',
  resolvers: [IntakeResolver],
  permissions: {
    Mutation: { ingestEvents: and(isPlatform, hasScope('events:write')), submitReview: isBuyer },
    IngestEventsPayload: each(['accepted', 'duplicates', 'rejected', 'userErrors'], isPlatform),
    RejectedEvent: each(['index', 'id', 'code', 'message'], isPlatform),
    SubmitReviewPayload: each(['review', 'userErrors'], isBuyer),
  },
};
