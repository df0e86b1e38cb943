import { each, eachOfConnection, isHouse, isOwn, open, or, type Permissions } from '../access/rules.ts';

const ofParties = open('An order is found only by its two parties and by the house.');

export const orderPermissions = {
  Buyer: { orders: or(isOwn('BUYER'), isHouse) },
  Order: each(
    [
      'id',
      'externalId',
      'merchant',
      'buyer',
      'lines',
      'amount',
      'currency',
      'placedAt',
      'paidAt',
      'shippedAt',
      'deliveredAt',
      'completedAt',
      'cancelledAt',
    ],
    ofParties,
  ),
  OrderLine: each(['product', 'quantity', 'unitPrice'], ofParties),
  ...eachOfConnection('Order', ofParties),
} satisfies Permissions;
