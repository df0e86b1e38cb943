import {
  and,
  each,
  eachOfConnection,
  hasScope,
  isAdmin,
  isOwn,
  isPlatform,
  isStaff,
  open,
  or,
  type Permissions,
} from '../access/rules.ts';

const spends = and(isPlatform, hasScope('points:write'));
const holders = open('An account is found by its holder and by the house alone.');

export const pointsPermissions = {
  Merchant: { points: and(or(isOwn('MERCHANT'), isPlatform, isStaff), hasScope('points:read')) },
  Buyer: { points: and(or(isOwn('BUYER'), isPlatform, isStaff), hasScope('points:read')) },
  PointsAccount: each(
    ['balance', 'pending', 'held', 'available', 'expiring', 'entries', 'holds', 'statement'],
    holders,
  ),
  PointsEntry: {
    ...each(['id', 'amount', 'balance', 'kind', 'reason', 'bookedAt', 'recordedAt', 'expiresAt', 'reverses'], holders),
    bookedBy: isStaff,
  },
  ...eachOfConnection('PointsEntry', holders),
  PointsValue: each(['amount', 'currency'], holders),
  PointsHold: each(
    [
      'id',
      'points',
      'captured',
      'status',
      'purpose',
      'reference',
      'madeAt',
      'expiresAt',
      'endedAt',
      'value',
      'spent',
      'entry',
      'refund',
    ],
    holders,
  ),
  ...eachOfConnection('PointsHold', holders),
  Mutation: {
    ...each(['capturePoints', 'releasePoints', 'refundPoints'], spends),
    closePointsAccount: isAdmin,
  },
  CapturePointsPayload: each(['hold', 'account', 'userErrors'], isPlatform),
  ReleasePointsPayload: each(['hold', 'account', 'userErrors'], isPlatform),
  RefundPointsPayload: each(['hold', 'account', 'userErrors'], isPlatform),
  ClosePointsAccountPayload: each(['account', 'userErrors'], isAdmin),
} satisfies Permissions;
