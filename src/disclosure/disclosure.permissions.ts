import {
  and,
  each,
  eachOfConnection,
  hasScope,
  isHouse,
  isModerator,
  isNotFrozen,
  isOwn,
  isPartner,
  isPlatform,
  isSignedIn,
  isStaff,
  open,
  or,
  type Permissions,
} from '../access/rules.ts';

/** Partners, and the marketplace itself. */
const outside = or(isPartner, isPlatform, isStaff);
const reading = and(outside, hasScope('grades:read'));
const following = and(outside, hasScope('grades:history'));

/** Whom the grade is about may carry it elsewhere. */
const signed = (own: ReturnType<typeof isOwn>) => and(or(own, outside), hasScope('grades:read'));

const found = open('It is found only by whoever may ask for it.');

export const disclosurePermissions = {
  Query: { grades: reading, gradeChanges: following, ...each(['bulkExport', 'bulkExports'], reading) },
  Subscription: { gradeChanged: and(isSignedIn, isNotFrozen, hasScope('grades:history')) },
  Mutation: { startBulkExport: reading, cancelBulkExport: reading, revokeGradeCredential: isModerator },
  Merchant: { gradeCredential: signed(isOwn('MERCHANT')), signedGrades: isStaff },
  Product: { gradeCredential: signed(isOwn('MERCHANT', 'merchantId')), signedGrades: isStaff },
  Buyer: { gradeCredential: signed(isOwn('BUYER')), signedGrades: isStaff },
  SignedGrade: {
    ...each(['credentialId', 'level', 'policy', 'holder', 'partner', 'issuedAt', 'validUntil', 'state'], isStaff),
    ...each(['revokedAt', 'revokedBy', 'revokeNote'], isStaff),
  },
  ...eachOfConnection('SignedGrade', isStaff),
  GradeInquiry: { adverseActionNote: found },
  AdverseActionNote: each(
    ['partnerName', 'level', 'score', 'range', 'cuts', 'reasons', 'complaint', 'statement'],
    found,
  ),
  AdverseReason: each(['code', 'text'], found),
  LevelCut: each(['level', 'score'], found),
  ScoreRange: each(['lowest', 'highest'], found),
  GradeCredential: each(['id', 'jwt', 'validFrom', 'validUntil'], found),
  RevokeGradeCredentialPayload: each(['credentialId', 'revokedAt', 'userErrors'], isModerator),
  GradeMove: {
    ...each(['subjectKind', 'subject', 'before', 'after', 'cause', 'at', 'policy'], found),
    reasons: isHouse, // as those of a grade
  },
  GradeStep: each(['level', 'score'], found),
  ...eachOfConnection('GradeMove', found),
  BulkExport: {
    ...each(
      ['id', 'status', 'subjectKind', 'policy', 'levels', 'asOf', 'knownAt', 'subjects', 'seen', 'written'],
      found,
    ),
    ...each(['bytes', 'progress', 'errorCode', 'requestedAt', 'startedAt', 'endedAt', 'expiresAt', 'link'], found),
    ...each(['changesCursor', 'owner', 'partner'], found),
  },
  ...eachOfConnection('BulkExport', found),
  BulkExportLink: each(['url', 'endsAt'], found),
  BulkExportPayload: each(['export', 'userErrors'], found),
} satisfies Permissions;
