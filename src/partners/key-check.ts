import type { Actor } from '../access/actor.ts';
import { isWithin } from '../addresses.ts';
import type { Reader } from '../db/tx.ts';
import { Refusal } from '../kernel/refusal.ts';
import { isSecret, publicIdIn } from './key-text.ts';
import { findSecret, noteUse, type SecretRow } from './keys.queries.ts';

/** How old the time of last use may be: it is not worth a write for each call. */
const USE_MS = 300_000;

/**
 * Whose the key is. The database is asked at every call, so that a key which is revoked in one process is refused by all the
 * others at once. What a key lacks is told only to those who hold all of its secret.
 */
export async function readApiKey(sql: Reader, text: string, address: string, now: number): Promise<Actor> {
  const publicId = publicIdIn(text);
  if (publicId === null) throw invalid();
  const [found] = await findSecret(sql, publicId);
  if (!isSecret(text, found?.hash) || !found) throw invalid();
  checkGood(found, address, now);
  const { id, role, partnerId, terms, scopes, lastUsedAt } = found;
  if (lastUsedAt === null || now - lastUsedAt.getTime() >= USE_MS)
    await noteUse(sql, id, new Date(now), new Date(now - USE_MS + 1));
  return { role, name: `${role}#${id}`, subject: null, scopes, ...(partnerId !== null && { partnerId, terms }) };
}

function checkGood({ revokedAt, expiresAt, allowedAddresses }: SecretRow, address: string, now: number): void {
  if (revokedAt) throw new Refusal('UNAUTHENTICATED', 'API_KEY_REVOKED', 'This API key has been revoked.');
  if (expiresAt.getTime() <= now)
    throw new Refusal('UNAUTHENTICATED', 'API_KEY_EXPIRED', 'This API key has expired. Ask for a new one.');
  if (allowedAddresses.length > 0 && !isWithin(allowedAddresses, address))
    throw new Refusal('FORBIDDEN', 'ADDRESS_NOT_ALLOWED', `This API key is not to be used from ${address}.`);
}

const invalid = () => new Refusal('UNAUTHENTICATED', 'API_KEY_INVALID', 'This is not an API key that is valid here.');
