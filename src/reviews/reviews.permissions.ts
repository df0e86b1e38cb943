import {
  each,
  eachOfConnection,
  isHouse,
  isMerchant,
  isOwn,
  isSignedIn,
  open,
  openWith,
  or,
  type Permissions,
} from '../access/rules.ts';

const WHY = 'Reviews are published. Which of them a caller finds is up to their `visible` filter.';
const inPublic = open(WHY);
const read = openWith('reviews:read', WHY);
const withCause = open('That a review stopped counting, and why, is published with it.');

/** Who may ask what. Which rows they then find is up to the entities' `visible` filters. */
export const reviewPermissions = {
  Query: { review: read },
  Mutation: { replyToReview: isMerchant, reportReview: isSignedIn },
  Merchant: { reviews: read },
  Product: { reviews: read },
  Buyer: { reviews: or(isOwn('BUYER'), isHouse) },
  Review: {
    ...each(['id', 'externalId', 'merchant', 'product', 'stars', 'occurredAt', 'status', 'verification'], inPublic),
    ...each(['channel', 'incentivized', 'reply'], inPublic),
    author: open('Who wrote it is told to itself and to the house; for all others this is null.'),
    text: open('What a voided review said is told only to those concerned; for all others it is null.'),
    void: withCause,
  },
  ReviewReply: each(['text', 'repliedAt'], open('A reply is public.')),
  ReviewVoid: each(['ground', 'statement', 'at', 'receipt'], withCause),
  ReversalReceipt: each(['id', 'reversedPostings', 'changes', 'pointsMoved', 'logIndex'], withCause),
  GradeChange: each(['subject', 'before', 'after'], open('Of buyers only those are in it that the caller may see.')),
  GradeSnapshot: each(
    ['level', 'exactScore', 'ratingAverage', 'ratingCount'],
    open('A receipt proves what a reversal changed; it is found through what was reversed.'),
  ),
  ReplyToReviewPayload: each(['review', 'userErrors'], isMerchant),
  ReportReviewPayload: each(['review', 'userErrors'], isSignedIn),
  ...eachOfConnection('Review', inPublic),
} satisfies Permissions;
