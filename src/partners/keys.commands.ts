import type { Call } from '../access/call.ts';
import type { KeyRole } from '../access/scopes.ts';
import { once } from '../db/once.ts';
import { inTransaction, type Tx } from '../db/tx.ts';
import { idsOf } from '../kernel/global-id.ts';
import { newId } from '../kernel/ids.ts';
import { checkedNote } from '../kernel/note.ts';
import { Refusal } from '../kernel/refusal.ts';
import { ApiKey } from './api-key.ts';
import { newSecret, type NewSecret } from './key-text.ts';
import { checkedDays, checkedName, checkedOverlap, checkedRanges, checkedScopes } from './keys.checks.ts';
import * as queries from './keys.queries.ts';
import { Partner } from './partner.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** A key with its secret. Null: the call is a repeat, and the first answer alone had it. */
export interface KeyWithSecret {
  readonly apiKey: ApiKey;
  readonly secret: string | null;
}

export interface CreateApiKey {
  readonly role: KeyRole;
  readonly partnerId: string | null; // as the API gave it; of a PARTNER's key alone
  readonly name: string;
  readonly scopes: readonly string[];
  readonly allowedAddresses: readonly string[];
  readonly lifetimeDays: number;
  readonly note: string;
  readonly idempotencyKey: string;
}

export async function createApiKey(call: Call, input: CreateApiKey): Promise<KeyWithSecret> {
  const key = {
    role: input.role,
    partnerId: await checkedPartner(call, input),
    name: checkedName(input.name),
    scopes: checkedScopes(input.role, input.scopes),
    allowedAddresses: checkedRanges(input.allowedAddresses),
    lifetimeDays: checkedDays(input.lifetimeDays),
    note: checkedNote(input.note),
  };
  return onceWithSecret(call, 'createApiKey', input, async (tx, secret) => {
    const id = newId(call.now);
    await queries.addKey(tx, { ...key, id, createdBy: call.actor.name, createdAt: new Date(call.now) });
    await queries.addSecret(tx, rowOf(call, id, secret, key));
    return id;
  });
}

export interface RotateApiKey {
  readonly apiKeyId: string;
  readonly overlapHours: number;
  readonly note: string;
  readonly idempotencyKey: string;
}

/** A new secret for the same key; the one before goes on for the overlap, so that no caller need stop. */
export async function rotateApiKey(call: Call, input: RotateApiKey): Promise<KeyWithSecret> {
  const overlap = checkedOverlap(input.overlapHours) * HOUR_MS;
  const note = checkedNote(input.note);
  const { id } = await findKey(call, input.apiKeyId);
  return onceWithSecret(call, 'rotateApiKey', input, async (tx, secret) => {
    const [key] = await queries.lockKey(tx, id);
    if (key!.revokedAt) throw revokedAlready();
    await queries.endSecrets(tx, id, new Date(call.now), new Date(call.now + overlap));
    await queries.addSecret(tx, rowOf(call, id, secret, { lifetimeDays: key!.lifetimeDays, note }));
    return id;
  });
}

export interface RevokeApiKey {
  readonly apiKeyId: string;
  readonly note: string;
  readonly idempotencyKey: string;
}

/** From the next call on none of its secrets is good, in any process. */
export async function revokeApiKey(call: Call, input: RevokeApiKey): Promise<ApiKey> {
  const note = checkedNote(input.note);
  const { id } = await findKey(call, input.apiKeyId);
  await inTransaction(call.db.pool, (tx) =>
    once(tx, call, 'revokeApiKey', input, async () => {
      if (!(await queries.revokeKey(tx, id, { at: new Date(call.now), by: call.actor.name, note })))
        throw revokedAlready();
    }),
  );
  return call.em.findOneOrFail(ApiKey, { id }, { refresh: true });
}

/**
 * What `once` keeps for repeats is the key's id and never its secret: that leaves the transaction beside the answer, and only
 * with the attempt that made it. A caller that lost the first answer rotates the key.
 */
async function onceWithSecret(
  call: Call,
  operation: string,
  input: { readonly idempotencyKey: string },
  work: (tx: Tx, secret: NewSecret) => Promise<string>,
): Promise<KeyWithSecret> {
  let made: NewSecret | null = null;
  const id = await inTransaction(call.db.pool, (tx) => {
    made = null; // of an attempt that was undone
    return once(tx, call, operation, input, async () => {
      const secret = newSecret();
      const keyId = await work(tx, secret);
      made = secret;
      return keyId;
    });
  });
  const apiKey = await call.em.findOneOrFail(ApiKey, { id }, { refresh: true });
  return { apiKey, secret: (made as NewSecret | null)?.text ?? null };
}

const rowOf = (
  { actor, now }: Call,
  keyId: string,
  { publicId, hash }: NewSecret,
  { note, lifetimeDays }: { readonly note: string; readonly lifetimeDays: number },
): queries.NewSecretRow => ({
  publicId,
  keyId,
  hash,
  note,
  madeBy: actor.name,
  madeAt: new Date(now),
  expiresAt: new Date(now + lifetimeDays * DAY_MS),
});

async function checkedPartner({ em }: Call, { role, partnerId }: CreateApiKey): Promise<string | null> {
  if (role === 'PARTNER' && partnerId === null)
    throw new Refusal('INVALID', 'PARTNER_MISSING', 'A PARTNER key belongs to a partner: say which.', ['partnerId']);
  if (partnerId === null) return null;
  if (role !== 'PARTNER')
    throw new Refusal('INVALID', 'PARTNER_UNEXPECTED', `A ${role} key belongs to no partner.`, ['partnerId']);
  const [id] = idsOf('Partner', partnerId, 'partnerId');
  if (await em.findOne(Partner, { id })) return id;
  throw new Refusal('NOT_FOUND', 'PARTNER_NOT_FOUND', 'There is no such partner.', ['partnerId']);
}

async function findKey({ em }: Call, text: string): Promise<ApiKey> {
  const [id] = idsOf('ApiKey', text, 'apiKeyId');
  const found = await em.findOne(ApiKey, { id });
  if (found) return found;
  throw new Refusal('NOT_FOUND', 'API_KEY_NOT_FOUND', 'There is no such API key.', ['apiKeyId']);
}

const revokedAlready = () => new Refusal('CONFLICT', 'API_KEY_REVOKED', 'This API key has been revoked.', ['apiKeyId']);
