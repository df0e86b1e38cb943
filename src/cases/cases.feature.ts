import type { Feature } from '../feature.ts';
import { appealById } from './appeals.loaders.ts';
import { AppealsResolver, SanctionAppealsResolver } from './appeals.resolver.ts';
import { BrushingResolver, SanctionOrdersResolver } from './brushing.resolver.ts';
import { casePermissions } from './cases.permissions.ts';
import { penaltyById } from './penalties.loaders.ts';
import { PenaltyReviewsResolver, SanctionReviewsResolver } from './decided-reviews.resolver.ts';
import { SetIntegritySettingsResolver } from './integrity-settings.resolver.ts';
import { OrderVoidCasesResolver, OrderVoidsResolver } from './order-voids.resolver.ts';
import { PenaltiesResolver } from './penalties.resolver.ts';
import { ReportResolver } from './report.resolver.ts';
import { ReviewVoidCasesResolver } from './voids.resolver.ts';

export const casesFeature: Feature = {
  name: 'cases',
  resolvers: [
    PenaltiesResolver,
    PenaltyReviewsResolver,
    SanctionReviewsResolver,
    AppealsResolver,
    SanctionAppealsResolver,
    ReviewVoidCasesResolver,
    BrushingResolver,
    SanctionOrdersResolver,
    OrderVoidsResolver,
    OrderVoidCasesResolver,
    ReportResolver,
    SetIntegritySettingsResolver,
  ],
  permissions: casePermissions,
  nodes: { Penalty: (call, [id]) => penaltyById(call, id), Appeal: (call, [id]) => appealById(call, id) },
};
