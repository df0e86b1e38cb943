import type { Feature } from '../feature.ts';
import { DirectoryResolver } from './directory.resolver.ts';
import type { SubjectGrade } from './grade.ts';
import { gradePermissions } from './grades.permissions.ts';
import { GradeFactorsResolver, GradeGapsResolver, GradeReasonsResolver, GradesResolver } from './grades.resolver.ts';
import { BandsResolver, MetricsResolver } from './metrics.resolver.ts';
import type { Rating } from './rating.ts';
import { steadyOf } from './steady.ts';
import { MerchantRatingResolver, ProductRatingResolver } from './ratings.resolver.ts';

const grades = new GradesResolver();
const ratings = new MerchantRatingResolver();
const productRatings = new ProductRatingResolver();

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
  plain: {
    Merchant: {
      grade: (merchant, args, call) => grades.grade(merchant, args, call),
      rating: (merchant, args, call) => ratings.rating(merchant, args, call),
    },
    Product: {
      grade: (product, args, call) => grades.grade(product, args, call),
      rating: (product, args, call) => productRatings.rating(product, args, call),
    },
    // Promises: where a field has no resolver of its own, a compiled query takes what is there for the answer.
    CreditGrade: { evidence: (grade: SubjectGrade) => grade.evidence },
    Rating: {
      distribution: ({ distribution }: Rating) => distribution,
      dimensions: ({ dimensions }: Rating) => dimensions,
    },
  },
  steady: {
    Merchant: steadyOf('MERCHANT'),
    Product: steadyOf('PRODUCT'),
    CreditGrade: { level: {}, score: {} },
    Rating: { average: {}, count: {}, verifiedCount: {}, excludedCount: {}, distribution: {}, dimensions: {} },
    RatingDimension: { key: {}, average: {}, count: {} },
  },
  permissions: gradePermissions,
};
