import type { Role } from '../kernel/role.ts';

/** What an API key may be limited to. */
export const SCOPES = [
  'events:write',
  'grades:read',
  'grades:history',
  'ratings:read',
  'reviews:read',
  'points:read',
  'points:write',
  'consents:write',
  'webhooks:write',
  'house:read',
] as const;
export type Scope = (typeof SCOPES)[number];

/** Machines: people sign in instead. */
export type KeyRole = Extract<Role, 'PLATFORM' | 'PARTNER'>;

/** What only the marketplace's own machines do. house:read: to read what only it and its staff may. */
const OF_PLATFORM: readonly Scope[] = ['events:write', 'points:write', 'consents:write', 'house:read'];

/** What a key of the role may be given. Who is outside tells us nothing that we would count, and moves nothing of others. */
export const SCOPES_OF: Readonly<Record<KeyRole, readonly Scope[]>> = {
  PLATFORM: SCOPES,
  PARTNER: SCOPES.filter((scope) => !OF_PLATFORM.includes(scope)),
};
