import { and, each, isAdmin, isFresh, isStaff, open, type Permissions } from '../access/rules.ts';

const theRules = open(
  'By the rules one is judged by, one must be able to look them up. Drafts are found by staff only.',
);
export const policyPermissions = {
  Query: { policies: theRules },
  Mutation: {
    ...each(['savePolicyDraft', 'backtestPolicy', 'shadowPolicy'], isAdmin),
    activatePolicy: and(isAdmin, isFresh),
  },
  Policy: each(['key', 'subjectKind', 'active', 'versions', 'document'], theRules),
  PolicyVersion: {
    ...each(['key', 'version', 'subjectKind', 'state', 'activeFrom', 'activeUntil'], theRules),
    ...each(['document', 'changes', 'recordedAt'], theRules),
    ...each(['note', 'steps'], isStaff),
  },
  PolicyChange: each(['path', 'text'], theRules),
  PolicyStep: each(['kind', 'actor', 'note', 'activeFrom', 'at'], isStaff),
  SavePolicyDraftPayload: each(['version', 'userErrors'], isAdmin),
  ActivatePolicyPayload: each(['version', 'userErrors'], isAdmin),
  ShadowPolicyPayload: each(['version', 'userErrors'], isAdmin),
  BacktestPolicyPayload: each(['report', 'backtest', 'userErrors'], isAdmin),
  PolicyBacktest: {
    ...each(['subjectKind', 'changes', 'asOf', 'subjects', 'changed', 'transitions', 'crossings', 'segments'], isAdmin),
    ...each(['risers', 'fallers', 'foretoldFrom', 'foresightBefore', 'foresightAfter'], isAdmin),
  },
  LevelTransition: each(['from', 'to', 'count'], isAdmin),
  CutCrossing: each(['level', 'upwards', 'downwards', 'examples'], isAdmin),
  BacktestSegment: each(['by', 'name', 'subjects', 'ratedBefore', 'ratedAfter', 'up', 'down', 'meanPoints'], isAdmin),
  BacktestMove: each(['externalId', 'name', 'from', 'to', 'scoreBefore', 'scoreAfter', 'points', 'causes'], isAdmin),
  BacktestCause: each(['code', 'points', 'text'], isAdmin),
  Foresight: each(['deals', 'bad', 'auc', 'logLoss', 'calibrationError'], isAdmin),
} satisfies Permissions;
