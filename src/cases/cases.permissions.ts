import {
  and,
  each,
  eachOfConnection,
  evenFrozen,
  isAdmin,
  isBuyer,
  isFresh,
  isHouse,
  isMerchant,
  isModerator,
  isOwn,
  isStaff,
  open,
  or,
  type Permissions,
} from '../access/rules.ts';

const concerned = or(isBuyer, isMerchant);
const found = open('An appeal is found by whoever filed it and by the house alone.');
const inPublic = open('How reviews are judged is published.');
const isOwnOrStaff = open('What is found of it is up to the appeal: its own appellant and the house find it.');

const ofParties = open('An order is found only by its two parties and by the house.');

/** Who may ask what. Which rows they then find is up to the entities' `visible` filters. */
export const casePermissions = {
  Query: { previewPenalty: isStaff, previewBrushingPenalty: isStaff, appeals: isStaff, integrityReport: inPublic },
  Mutation: {
    ...each(['penalizeFakeReviews', 'penalizeBrushing', 'takeAppeal', 'decideAppeal'], isModerator),
    fileAppeal: evenFrozen(concerned),
    setIntegritySettings: and(isAdmin, isFresh),
  },
  Penalty: {
    ...each(
      ['id', 'ground', 'statement', 'note', 'reviews', 'hasMeasures', 'receipt', 'sanctions', 'voidedReviews'],
      isStaff,
    ),
    ...each(['orders', 'voidedOrders'], isStaff),
    ...each(['isDetectedAutomatically', 'isDecidedAutomatically', 'decidedBy', 'approvedBy', 'decidedAt'], isStaff),
  },
  PenalizeFakeReviewsPayload: each(
    ['reviews', 'receipt', 'sanctions', 'penalty', 'proposal', 'userErrors'],
    isModerator,
  ),
  PenalizeBrushingPayload: each(
    ['orders', 'reviews', 'receipt', 'sanctions', 'penalty', 'proposal', 'userErrors'],
    isModerator,
  ),
  Order: { void: ofParties },
  OrderVoid: {
    ...each(['ground', 'statement', 'at', 'receipt', 'statementOfReasons'], ofParties),
    appeal: isOwnOrStaff,
    penalty: open('A penalty is found by staff alone; for all others this is null.'),
  },
  SetIntegritySettingsPayload: each(['settings', 'proposal', 'userErrors'], isAdmin),
  ReviewVoid: {
    text: open('That a review does not count, and why, is published with it.'),
    statementOfReasons: open('For all but its author, its merchant and the house it is null.'),
    appeal: isOwnOrStaff,
    penalty: open('A penalty is found by staff alone; for all others this is null.'),
  },
  Sanction: {
    appeal: isOwnOrStaff,
    ...each(['reviews', 'orders'], or(isOwn('MERCHANT', 'subjectId'), isOwn('BUYER', 'subjectId'), isHouse)),
  },
  Appeal: {
    ...each(['id', 'status', 'argument', 'filedAt', 'dueAt', 'decision', 'decidedAt', 'appellant'], found),
    ...each(['review', 'order', 'againstReceipt', 'sanction', 'receipt'], found),
    ...each(['takenBy', 'takenUntil', 'decidedBy'], isHouse),
  },
  ...eachOfConnection('Appeal', isStaff),
  FileAppealPayload: each(['appeal', 'userErrors'], concerned),
  TakeAppealPayload: each(['appeal', 'userErrors'], isModerator),
  DecideAppealPayload: each(['appeal', 'receipt', 'userErrors'], isModerator),
  IntegrityReport: {
    ...each(
      ['from', 'to', 'received', 'receivedByStars', 'held', 'voided', 'voidedByGround', 'voidedByStars'],
      inPublic,
    ),
    ...each(['ordersVoided', 'ordersRestored', 'ordersFoundAutomatically', 'ordersDecidedAutomatically'], inPublic),
    ...each(
      ['foundAutomatically', 'foundByPeople', 'decidedAutomatically', 'restored', 'medianHoursToDecision'],
      inPublic,
    ),
    ...each(['appealsFiled', 'appealsUpheld', 'appealsOverturned', 'appealsOpen', 'appealsOverdue'], inPublic),
  },
  GroundCount: each(['ground', 'count'], inPublic),
} satisfies Permissions;
