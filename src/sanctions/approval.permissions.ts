import { each, eachOfConnection, isModerator, isStaff, open, type Permissions } from '../access/rules.ts';

const found = open('A proposal is found by staff alone.');

export const approvalPermissions = {
  Query: { proposals: isStaff },
  Mutation: each(['approveProposal', 'rejectProposal'], isModerator),
  Proposal: {
    ...each(['id', 'action', 'summary', 'input', 'note', 'proposedBy', 'proposedAt', 'state'], found),
    ...each(['decidedBy', 'decidedAt', 'decisionNote', 'results'], found),
  },
  ...eachOfConnection('Proposal', found),
  ApproveProposalPayload: each(['proposal', 'userErrors'], isModerator),
  RejectProposalPayload: each(['proposal', 'userErrors'], isModerator),
} satisfies Permissions;
