import {
  and,
  each,
  eachOfConnection,
  isAdmin,
  isFresh,
  isHouse,
  isModerator,
  isOwn,
  isStaff,
  open,
  or,
  type Permissions,
} from '../access/rules.ts';

const found = open('A sanction is found only by those who may know of it.');
const itself = or(isOwn('MERCHANT', 'subjectId'), isOwn('BUYER', 'subjectId'), isHouse);
const throughIt = open('It is found only through what it is a part of.');

export const sanctionPermissions = {
  Query: { nextSanction: isStaff, conductPolicy: open('Rules by which one is judged are public.') },
  Mutation: { ...each(['imposeSanction', 'liftSanction'], isModerator), saveConductPolicy: and(isAdmin, isFresh) },
  Merchant: { sanctions: open('Which of them are found is up to each.') },
  Buyer: { sanctions: or(isOwn('BUYER'), isHouse) },
  Sanction: {
    ...each(['id', 'subject', 'kind', 'ground', 'imposedAt', 'endsAt', 'liftedAt', 'active'], found),
    ...each(['points', 'strikes', 'strikesUntil', 'annulledAt'], itself),
    statement: open('Whom it does not concern is told the ground alone, but of a public notice.'),
    statementOfReasons: open('For all whom it does not concern it is null, but of a public notice.'),
    ...each(['note', 'imposedBy', 'approvedBy', 'liftedBy', 'liftNote'], isHouse),
  },
  ...eachOfConnection('Sanction', throughIt),
  StatementOfReasons: {
    ...each(['ground', 'basis', 'groundText', 'conductVersion', 'facts', 'origin'], throughIt),
    ...each(['automatedDetection', 'automatedDecision'], throughIt),
    ...each(['restricts', 'effect', 'territory', 'startsAt', 'endsAt', 'redress'], throughIt),
  },
  Redress: each(['appealUntil', 'text'], throughIt),
  LadderStep: each(['kind', 'strikes', 'total', 'endsAt', 'points', 'publicNotice'], isStaff),
  ConductPolicy: each(['version', 'document'], open('Rules by which one is judged are public.')),
  SaveConductPolicyPayload: each(['policy', 'proposal', 'userErrors'], isAdmin),
  ImposeSanctionPayload: each(['sanction', 'proposal', 'userErrors'], isModerator),
  LiftSanctionPayload: each(['sanction', 'userErrors'], isModerator),
} satisfies Permissions;
