import { and, each, eachOfConnection, hasScope, isBuyer, isPlatform, isStaff, open, or } from '../access/rules.ts';
import type { Feature } from '../feature.ts';
import { IntakeResolver } from './intake.resolver.ts';
import { WaitingResolver } from './waiting.resolver.ts';

const intake = new IntakeResolver();
const found = open('It is found only by whoever may ask for it.');

export const intakeFeature: Feature = {
  name: 'intake',
  resolvers: [IntakeResolver, WaitingResolver],
  plain: { Mutation: { ingestEvents: (_, { input }, call) => intake.ingestEvents(input, call) } },
  permissions: {
    Query: { waitingEvents: and(or(isPlatform, isStaff), hasScope('events:write')) },
    Mutation: { ingestEvents: and(isPlatform, hasScope('events:write')), submitReview: isBuyer },
    IngestEventsPayload: each(['accepted', 'waiting', 'duplicates', 'rejected', 'userErrors'], isPlatform),
    RejectedEvent: each(['index', 'id', 'code', 'message'], isPlatform),
    WaitingEvent: each(['source', 'id', 'type', 'order', 'review', 'receivedAt', 'waitsUntil', 'code'], found),
    ...eachOfConnection('WaitingEvent', found),
    SubmitReviewPayload: each(['review', 'userErrors'], isBuyer),
  },
};
