import type { Feature } from '../feature.ts';
import { ChangesResolver } from './changes.resolver.ts';
import { CredentialsResolver } from './credentials.resolver.ts';
import { disclosurePermissions } from './disclosure.permissions.ts';
import { exportById } from './exports.loaders.ts';
import { ExportsResolver } from './exports.resolver.ts';
import { PortfolioResolver } from './portfolio.resolver.ts';

export const disclosureFeature: Feature = {
  name: 'disclosure',
  resolvers: [ChangesResolver, CredentialsResolver, ExportsResolver, PortfolioResolver],
  permissions: disclosurePermissions,
  nodes: { BulkExport: exportById },
};
