import { each, eachOfConnection, isHouse, isOwn, open, or, type Permissions } from '../access/rules.ts';

const ofParties = open('An order is found only by its two parties and by the house.');

export const orderPermissions = {
  Buyer: { orders: or(isOwn('BUYER'), isHouse) },
  Merchant: { orders: or(isOwn('MERCHANT'), isHouse) },
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
      'shipBy',
      'deliverBy',
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
