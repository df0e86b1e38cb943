import { each, isHouse, isOwn, open, openWith, or, type Permissions } from '../access/rules.ts';

const WHY =
  'By these a shopper decides whom to trust. Buyers are found only by themselves, by the house and by partners with consent.';
const inPublic = open(WHY);
const graded = openWith('grades:read', WHY);
const history = openWith('grades:history', WHY);
const rated = openWith('ratings:read', WHY);
/** What explains a grade could be used against its subject: it is for the merchant itself, or the buyer, and for the house. */
const itself = or(isOwn('MERCHANT', 'merchantId'), isOwn('BUYER', 'buyerId'), isHouse);
const found = open('It is found only through the grade of which it is a part.');

export const gradePermissions = {
  Query: { merchantDirectory: graded },
  Merchant: { grade: graded, gradeHistory: history, rating: rated },
  Product: { grade: graded, gradeHistory: history, rating: rated },
  Buyer: { grade: graded, gradeHistory: history },
  CreditGrade: {
    ...each(['level', 'score', 'interval', 'evidence', 'policy', 'asOf', 'knownAt', 'band', 'bandLabel'], inPublic),
    ...each(['factors', 'exactScore', 'baseScore', 'reasons', 'next', 'metrics'], itself),
  },
  ScoreInterval: each(['low', 'high'], found),
  EvidenceSummary: each(['postings', 'goodMass', 'badMass', 'distinctCounterparties', 'since'], found),
  GradeFactor: each(['kind', 'label', 'points', 'count'], found),
  GradeReason: each(['code', 'text', 'points', 'without'], found),
  CounterfactualGrade: each(['level', 'score'], found),
  GradeGap: each(['level', 'points', 'suggestion', 'band'], found),
  GradeMetric: {
    ...each(['key', 'label', 'value', 'numerator', 'denominator', 'distinctCounterparties', 'unit'], found),
    ...each(['target', 'condition', 'status', 'window', 'excluded'], found),
  },
  DateRange: each(['from', 'to'], found),
  ExcludedEvents: each(['value', 'numerator', 'denominator', 'grounds'], found),
  GradePoint: each(['date', 'level', 'score'], found),
  Rating: each(
    ['average', 'count', 'distribution', 'verifiedCount', 'excludedCount', 'dimensions', 'jsonLd'],
    inPublic,
  ),
  RatingDimension: each(['key', 'average', 'count'], inPublic),
} satisfies Permissions;
