import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

export const DELIVERY_STATUSES = ['PENDING', 'DELIVERED', 'WITHHELD'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** A message that an endpoint gets, and how far that has come. */
export const WebhookDelivery = defineEntity({
  name: 'WebhookDelivery',
  tableName: 'webhook_delivery',
  filters: { visible: { name: 'visible', default: true, cond: () => ({}) } }, // read only through an endpoint that was found
  properties: {
    endpointId: p.uuid().primary(),
    place: p.bigint('number').primary(), // grows with time; those of one subject are sent in this order
    id: p.uuid(),
    messageId: p.uuid(),
    subjectId: p.uuid(),
    status: p.text().$type<DeliveryStatus>(),
    isReplay: p.boolean(),
    attempts: p.integer(),
    createdAt: p.datetime(),
    firstAttemptAt: p.datetime().nullable(),
    lastAttemptAt: p.datetime().nullable(),
    nextAttemptAt: p.datetime().nullable(),
    endedAt: p.datetime().nullable(),
    responseStatus: p.integer().nullable(),
    latencyMs: p.integer().nullable(),
    error: p.text().nullable(),
  },
});
export type WebhookDelivery = InferEntity<typeof WebhookDelivery>;
