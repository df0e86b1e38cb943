import type { Feature } from '../feature.ts';
import { proposalById } from './approval.loaders.ts';
import { approvalPermissions } from './approval.permissions.ts';
import { ProposalsResolver } from './approval.resolver.ts';

export const approvalFeature: Feature = {
  name: 'approval',
  resolvers: [ProposalsResolver],
  permissions: approvalPermissions,
  nodes: { Proposal: (call, [id]) => proposalById(call, id) },
};
