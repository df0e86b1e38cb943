import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import { isStaff, type Actor } from '../access/actor.ts';
import type { Purpose } from '../access/terms.ts';
import type { EventType, ToldKind } from './event-types.ts';

export const DISABLED_REASONS = ['BY_OWNER', 'GONE', 'FAILED_FOR_24_HOURS', 'SECRET_UNREADABLE'] as const;
export type DisabledReason = (typeof DISABLED_REASONS)[number];

/** Where somebody wants to be told what happens. Its secrets are rows of their own, which only hand-written statements read. */
export const WebhookEndpoint = defineEntity({
  name: 'WebhookEndpoint',
  tableName: 'webhook_endpoint',
  filters: { visible: { name: 'visible', default: true, cond: ({ actor }: { actor: Actor }) => visibleTo(actor) } },
  properties: {
    id: p.uuid().primary(),
    partnerId: p.uuid().nullable(), // null: the marketplace's own
    purpose: p.text().$type<Purpose>().nullable(), // what the partner wants it for
    url: p.text(),
    description: p.text(),
    eventTypes: p.type('text[]').$type<EventType[]>(),
    subjectKinds: p.type('text[]').$type<ToldKind[]>(),
    createdBy: p.text(),
    createdAt: p.datetime(),
    disabledAt: p.datetime().nullable(),
    disabledReason: p.text().$type<DisabledReason>().nullable(),
    failures: p.integer(), // in a row, of whatever deliveries
    failingSince: p.datetime().nullable(),
    restsUntil: p.datetime().nullable(), // it is left alone until then
    deletedAt: p.datetime().nullable(),
  },
});
export type WebhookEndpoint = InferEntity<typeof WebhookEndpoint>;

/** Of a partner, its own, whichever of its keys it uses; of the marketplace's back end, the marketplace's. Staff see all. */
export const visibleTo = (actor: Actor) => {
  if (isStaff(actor)) return { deletedAt: null };
  if (actor.role === 'PLATFORM') return { partnerId: null, deletedAt: null };
  return actor.role === 'PARTNER' && actor.partnerId !== undefined
    ? { partnerId: actor.partnerId, deletedAt: null }
    : { id: null };
};
