import { each, isHouse, isOwn, open, or, type Permissions } from '../access/rules.ts';

const inPublic = open(
  'By these a shopper decides whom to trust. Buyers are found only by themselves and by the house.',
);
const theRules = open('By the rules one is judged by, one must be able to look them up.');
/** What explains a grade could be used against its subject: it is for the merchant itself, or the buyer, and for the house. */
const itself = or(isOwn('MERCHANT', 'merchantId'), isOwn('BUYER', 'buyerId'), isHouse);
const found = open('It is found only through the grade of which it is a part.');

export const gradePermissions = {
  Query: { policies: theRules, merchantDirectory: inPublic },
  Merchant: each(['grade', 'gradeHistory', 'rating'], inPublic),
  Product: each(['grade', 'gradeHistory', 'rating'], inPublic),
  Buyer: each(['grade', 'gradeHistory'], inPublic),
  CreditGrade: {
    ...each(['level', 'score', 'interval', 'evidence', 'policy', 'asOf', 'knownAt'], inPublic),
    ...each(['factors', 'exactScore', 'baseScore', 'reasons', 'next'], itself),
  },
  ScoreInterval: each(['low', 'high'], found),
  EvidenceSummary: each(['postings', 'goodMass', 'badMass', 'distinctCounterparties', 'since'], found),
  GradeFactor: each(['kind', 'label', 'points', 'count'], found),
  GradeReason: each(['code', 'text', 'points'], found),
  GradeGap: each(['level', 'points', 'suggestion'], found),
  GradePoint: each(['date', 'level', 'score'], found),
  Rating: each(
    ['average', 'count', 'distribution', 'verifiedCount', 'excludedCount', 'dimensions', 'jsonLd'],
    inPublic,
  ),
  RatingDimension: each(['key', 'average', 'count'], inPublic),
  Policy: each(['key', 'subjectKind', 'active', 'versions', 'document'], theRules),
  PolicyVersion: each(['key', 'version', 'subjectKind', 'activeFrom'], theRules),
} satisfies Permissions;
