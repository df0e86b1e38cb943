import { each, eachOfConnection, isModerator, isStaff, open, type Permissions } from '../access/rules.ts';

const found = open('A suspicion is found by staff alone.');

export const suspicionPermissions = {
  Query: { suspicions: isStaff, evidencePrecision: isStaff, integritySettings: isStaff },
  Mutation: {
    claimSuspicion: isModerator,
    releaseClaim: isModerator,
    confirmSuspicion: isModerator,
    dismissSuspicion: isModerator,
    releaseReview: isModerator,
  },
  Suspicion: {
    ...each(['id', 'kind', 'status', 'probability', 'merchant', 'reviews', 'orders', 'evidence', 'ring'], found),
    ...each(['openedAt', 'updatedAt', 'claimedBy', 'claimedUntil', 'decidedAt', 'decidedBy', 'decisionNote'], found),
  },
  ...eachOfConnection('Suspicion', found),
  EvidenceRow: each(['family', 'code', 'text', 'observed', 'expected', 'logLikelihoodRatio', 'facts'], found),
  CollusionRing: each(['members', 'targets', 'density'], found),
  EvidencePrecision: each(
    ['code', 'family', 'confirmed', 'dismissed', 'precision', 'logLikelihoodRatio', 'proposedLogLikelihoodRatio'],
    isStaff,
  ),
  IntegritySettings: each(['version', 'document', 'note', 'setBy', 'setAt'], isStaff),
  ClaimSuspicionPayload: each(['suspicion', 'userErrors'], isModerator),
  ReleaseClaimPayload: each(['suspicion', 'userErrors'], isModerator),
  ConfirmSuspicionPayload: each(['suspicion', 'userErrors'], isModerator),
  DismissSuspicionPayload: each(['suspicion', 'userErrors'], isModerator),
  ReleaseReviewPayload: each(['review', 'receipt', 'userErrors'], isModerator),
} satisfies Permissions;
