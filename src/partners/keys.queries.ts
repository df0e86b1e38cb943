import type { KeyRole, Scope } from '../access/scopes.ts';
import type { Terms } from '../access/terms.ts';
import type { Reader, Tx } from '../db/tx.ts';

/** A secret with the key that it is of, as a call is checked against it. */
export interface SecretRow {
  readonly hash: Buffer;
  readonly expiresAt: Date;
  readonly id: string; // of the key
  readonly role: KeyRole;
  readonly partnerId: string | null;
  readonly terms: Terms; // of the partner, where there is one
  readonly scopes: readonly Scope[];
  readonly allowedAddresses: readonly string[];
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

export const findSecret = (sql: Reader, publicId: string): Promise<SecretRow[]> =>
  sql.query(
    'keys.find-secret',
    `select s.hash, s.expires_at as "expiresAt", k.id, k.role, k.partner_id as "partnerId", k.scopes, k.allowed_addresses as "allowedAddresses",
            k.last_used_at as "lastUsedAt", k.revoked_at as "revokedAt",
            jsonb_build_object('subjectKinds', p.subject_kinds, 'purposes', p.purposes, 'pullsPerDay', p.pulls_per_day, 'burst', p.burst) as terms
       from api_key_secret s join api_key k on k.id = s.api_key_id left join partner p on p.id = k.partner_id where s.public_id = $1`,
    [publicId],
  );

/** Of calls at the same moment one writes. */
export const noteUse = (sql: Reader, id: string, now: Date, ifBefore: Date): Promise<unknown> =>
  sql.query(
    'keys.note-use',
    'update api_key set last_used_at = $2 where id = $1 and (last_used_at is null or last_used_at < $3)',
    [id, now, ifBefore],
  );

export interface NewKey {
  readonly id: string;
  readonly role: KeyRole;
  readonly partnerId: string | null;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly allowedAddresses: readonly string[];
  readonly lifetimeDays: number;
  readonly note: string;
  readonly createdBy: string;
  readonly createdAt: Date;
}

export const addKey = (tx: Tx, key: NewKey): Promise<unknown> =>
  tx.query(
    'keys.add',
    `insert into api_key (id, role, partner_id, name, scopes, allowed_addresses, lifetime_days, note, created_by, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      key.id,
      key.role,
      key.partnerId,
      key.name,
      key.scopes,
      key.allowedAddresses,
      key.lifetimeDays,
      key.note,
      key.createdBy,
      key.createdAt,
    ],
  );

export interface NewSecretRow {
  readonly publicId: string;
  readonly keyId: string;
  readonly hash: Buffer;
  readonly note: string;
  readonly madeBy: string;
  readonly madeAt: Date;
  readonly expiresAt: Date;
}

/** The next one of its key, which is new or locked. */
export const addSecret = (tx: Tx, secret: NewSecretRow): Promise<unknown> =>
  tx.query(
    'keys.add-secret',
    `insert into api_key_secret (public_id, api_key_id, hash, note, made_by, made_at, expires_at, place)
     select $1::text, $2::uuid, $3::bytea, $4::text, $5::text, $6::timestamptz, $7::timestamptz, coalesce(max(place), 0) + 1
       from api_key_secret where api_key_id = $2`,
    [secret.publicId, secret.keyId, secret.hash, secret.note, secret.madeBy, secret.madeAt, secret.expiresAt],
  );

/** Until the transaction ends nobody else changes the key. */
export const lockKey = (tx: Tx, id: string): Promise<{ lifetimeDays: number; revokedAt: Date | null }[]> =>
  tx.query(
    'keys.lock',
    'select lifetime_days as "lifetimeDays", revoked_at as "revokedAt" from api_key where id = $1 for update',
    [id],
  );

/** The newest secret is good until `until` at most, and those before it no longer: never more than two are good at once. */
export const endSecrets = (tx: Tx, keyId: string, now: Date, until: Date): Promise<unknown> =>
  tx.query(
    'keys.end-secrets',
    `update api_key_secret s
        set expires_at = least(s.expires_at, case when s.public_id = newest.public_id then $3::timestamptz else $2 end)
       from (select public_id from api_key_secret where api_key_id = $1 order by place desc limit 1) newest
      where s.api_key_id = $1 and s.expires_at > $2`,
    [keyId, now, until],
  );

/** True if it was good until now. */
export async function revokeKey(
  tx: Tx,
  id: string,
  why: { readonly at: Date; readonly by: string; readonly note: string },
): Promise<boolean> {
  const revoked = await tx.query(
    'keys.revoke',
    `update api_key set revoked_at = $2, revoked_by = $3, revoke_note = $4 where id = $1 and revoked_at is null returning id`,
    [id, why.at, why.by, why.note],
  );
  return revoked.length > 0;
}

export interface ShownSecret {
  readonly keyId: string;
  readonly publicId: string;
  readonly note: string;
  readonly madeBy: string;
  readonly madeAt: Date;
  readonly expiresAt: Date;
}

/** The last ten secrets of each key, the newest first. Ids are of keys that the caller has found. */
export const secretsOfKeys = (sql: Reader, keyIds: readonly string[]): Promise<ShownSecret[]> =>
  sql.query(
    'keys.secrets',
    `select s.* from unnest($1::uuid[]) as key(id), lateral (
       select api_key_id as "keyId", public_id as "publicId", note, made_by as "madeBy", made_at as "madeAt", expires_at as "expiresAt"
         from api_key_secret where api_key_id = key.id order by place desc limit 10) s`,
    [keyIds],
  );
