import type { Feature } from '../feature.ts';
import { ConductResolver } from './conduct.resolver.ts';
import { sanctionById } from './sanctions.loaders.ts';
import { sanctionPermissions } from './sanctions.permissions.ts';
import { BuyerSanctionsResolver, MerchantSanctionsResolver, SanctionsResolver } from './sanctions.resolver.ts';
import { RedressResolver, StatementsResolver } from './statement.resolver.ts';

export const sanctionsFeature: Feature = {
  name: 'sanctions',
  resolvers: [
    MerchantSanctionsResolver,
    BuyerSanctionsResolver,
    SanctionsResolver,
    ConductResolver,
    StatementsResolver,
    RedressResolver,
  ],
  permissions: sanctionPermissions,
  nodes: { Sanction: (call, [subjectId, id]) => sanctionById(call, subjectId, id) },
};
