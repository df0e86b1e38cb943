import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { Actor } from '../access/actor.ts';
import type { KeyRole, Scope } from '../access/scopes.ts';

/**
 * How a machine proves who it is. Its secret is changed from time to time while the key goes on; secrets are rows of their own,
 * which only hand-written statements read.
 */
export const ApiKey = defineEntity({
  name: 'ApiKey',
  tableName: 'api_key',
  filters: { visible: { name: 'visible', default: true, cond: ({ actor }: { actor: Actor }) => visibleTo(actor) } },
  properties: {
    id: p.uuid().primary(),
    role: p.text().$type<KeyRole>(),
    partnerId: p.uuid().nullable(), // of a PARTNER's key alone
    name: p.text(),
    scopes: p.type('text[]').$type<Scope[]>(),
    allowedAddresses: p.type('text[]').$type<string[]>(), // CIDR; empty: any
    lifetimeDays: p.integer(), // of each secret
    note: p.text(),
    createdBy: p.text(),
    createdAt: p.datetime(),
    lastUsedAt: p.datetime().nullable(), // up to 5 minutes old
    revokedAt: p.datetime().nullable(),
    revokedBy: p.text().nullable(),
    revokeNote: p.text().nullable(),
  },
});
export type ApiKey = InferEntity<typeof ApiKey>;

const visibleTo = ({ role }: Actor) => (role === 'ADMIN' ? {} : { id: null });
