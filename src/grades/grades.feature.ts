import type { Feature } from '../feature.ts';
import { DirectoryResolver } from './directory.resolver.ts';
import { gradePermissions } from './grades.permissions.ts';
import { GradeFactorsResolver, GradeGapsResolver, GradeReasonsResolver, GradesResolver } from './grades.resolver.ts';
import { BandsResolver, MetricsResolver } from './metrics.resolver.ts';
import { MerchantRatingResolver, ProductRatingResolver } from './ratings.resolver.ts';

export const gradesFeature: Feature = {
  name: 'grades',
  resolvers: [
    GradesResolver,
    GradeFactorsResolver,
    GradeReasonsResolver,
    GradeGapsResolver,
    MerchantRatingResolver,
    ProductRatingResolver,
    DirectoryResolver,
    MetricsResolver,
    BandsResolver,
  ],
  permissions: gradePermissions,
};
