import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import { isHouse, ownId, type Actor } from '../access/actor.ts';
import type { Refund } from './order-state.ts';

/** A purchase and what became of it. Seen by its two parties and by the house. */
export const Order = defineEntity({
  name: 'Order',
  tableName: 'order',
  filters: { visible: { name: 'visible', default: true, cond: ({ actor }: { actor: Actor }) => visibleTo(actor) } },
  indexes: [{ name: 'order_buyer_index', properties: ['buyerId', 'id'] }],
  checks: [
    { name: 'order_currency_check', expression: "currency ~ '^[A-Z]{3}$'" },
    { name: 'order_amount_check', expression: 'amount >= 0' },
  ],
  properties: {
    merchantId: p.uuid().primary(),
    id: p.uuid().primary(),
    externalId: p.text(),
    buyerId: p.uuid(),
    productIds: p.type('uuid[]').$type<string[]>(),
    lines: p.json<{ product: string | null; quantity: number; unitPrice: number }[]>(),
    currency: p.text(),
    amount: p.bigint('number'), // minor units
    placedAt: p.datetime(),
    shipBy: p.datetime().nullable(),
    deliverBy: p.datetime().nullable(),
    paidAt: p.datetime().nullable(),
    paymentFailedAt: p.datetime().nullable(),
    shippedAt: p.datetime().nullable(),
    carrier: p.text().nullable(),
    tracking: p.text().nullable(),
    deliveredAt: p.datetime().nullable(),
    completedAt: p.datetime().nullable(), // kept: the return window is over
    cancelledAt: p.datetime().nullable(),
    cancelledBy: p.text().nullable(),
    cancelCause: p.text().nullable(),
    refunds: p.json<Refund[]>(),
    disputeClosedAt: p.datetime().nullable(),
    disputeLostBy: p.text().nullable(),
    chargebackAt: p.datetime().nullable(),
    chargebackLostBy: p.text().nullable(),
    recordedAt: p.datetime(),
    voidedAt: p.datetime().nullable(),
  },
});
export type Order = InferEntity<typeof Order>;

const visibleTo = (actor: Actor) => {
  if (isHouse(actor)) return {};
  return actor.role === 'MERCHANT' ? { merchantId: ownId(actor, 'MERCHANT') } : { buyerId: ownId(actor, 'BUYER') };
};
