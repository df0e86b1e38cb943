import type { Feature } from '../feature.ts';
import { AdverseActionResolver } from './adverse-action.resolver.ts';
import { ChangesResolver } from './changes.resolver.ts';
import { CredentialsResolver } from './credentials.resolver.ts';
import { disclosurePermissions } from './disclosure.permissions.ts';
import { exportById } from './exports.loaders.ts';
import { ExportsResolver } from './exports.resolver.ts';
import { FollowResolver } from './follow.resolver.ts';
import { PortfolioResolver } from './portfolio.resolver.ts';
import { SignedGradesResolver, SubjectSignedGradesResolver } from './signed-grades.resolver.ts';

export const disclosureFeature: Feature = {
  name: 'disclosure',
  resolvers: [
    AdverseActionResolver,
    ChangesResolver,
    CredentialsResolver,
    ExportsResolver,
    FollowResolver,
    PortfolioResolver,
    SignedGradesResolver,
    SubjectSignedGradesResolver,
  ],
  permissions: disclosurePermissions,
  nodes: { BulkExport: exportById },
};
