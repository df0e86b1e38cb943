import {
  each,
  eachOfConnection,
  isHouse,
  isMerchant,
  isModerator,
  isOwn,
  isSignedIn,
  isStaff,
  open,
  openWith,
  or,
  type Permissions,
} from '../access/rules.ts';

const WHY = 'Reviews are published. Which of them a caller finds is up to their `visible` filter.';
const inPublic = open(WHY);
const read = openWith('reviews:read', WHY);
const reported = open('A report is found by the house, and by whoever made it.');
const withCause = open('That a review stopped counting, and why, is published with it.');

/** Who may ask what. Which rows they then find is up to the entities' `visible` filters. */
export const reviewPermissions = {
  Query: { review: read, openReviewReports: isStaff },
  Mutation: { replyToReview: isMerchant, reportReview: isSignedIn, answerReports: isModerator },
  Merchant: { reviews: read },
  Product: { reviews: read },
  Buyer: { reviews: or(isOwn('BUYER'), isHouse) },
  Review: {
    ...each(['id', 'externalId', 'merchant', 'product', 'stars', 'occurredAt', 'status', 'verification'], inPublic),
    ...each(['channel', 'incentivized', 'reply', 'retractedAt'], inPublic),
    author: open('Who wrote it is told to itself and to the house; for all others this is null.'),
    text: open('What a voided review said is told only to those concerned; for all others it is null.'),
    void: withCause,
    reports: open('For the house; others find what they reported themselves.'),
  },
  ReviewReply: each(['text', 'repliedAt'], open('A reply is public.')),
  ReviewVoid: each(['ground', 'statement', 'at', 'receipt'], withCause),
  ReversalReceipt: each(['id', 'reversedPostings', 'changes', 'pointsMoved', 'logIndex'], withCause),
  GradeChange: each(
    ['subject', 'before', 'after', 'reasons'],
    open('Of buyers only those are in it that the caller may see. Reasons are null for those who may not see them.'),
  ),
  GradeSnapshot: each(
    ['level', 'exactScore', 'ratingAverage', 'ratingCount'],
    open('A receipt proves what a reversal changed; it is found through what was reversed.'),
  ),
  ReplyToReviewPayload: each(['review', 'userErrors'], isMerchant),
  ReportReviewPayload: each(['review', 'userErrors'], isSignedIn),
  AnswerReportsPayload: each(['review', 'userErrors'], isModerator),
  ReviewReport: {
    ...each(['review', 'reporter', 'ground', 'explanation', 'reportedAt', 'answer', 'answeredAt'], reported),
    answeredBy: open('Who answered is told to the house; for all others this is null.'),
  },
  ...eachOfConnection('ReviewReport', isStaff),
  ...eachOfConnection('Review', inPublic),
} satisfies Permissions;
