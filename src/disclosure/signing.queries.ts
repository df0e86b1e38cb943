import type { Reader } from '../db/tx.ts';
import type { PublicKey } from '../signing-keys.ts';

/** What the key signed may be valid until then: it is published at least as long. */
export const promiseKey = (sql: Reader, key: PublicKey, now: Date, until: Date): Promise<unknown> =>
  sql.query(
    'signing.promise',
    `insert into signing_key (kid, jwk, first_used_at, signs_until) values ($1, $2, $3, $4)
     on conflict (kid) do update set signs_until = greatest(signing_key.signs_until, excluded.signs_until)`,
    [key.kid, JSON.stringify(key), now, until],
  );

/** The keys by which something may be signed that is valid still, the newest first. */
export const keysInUse = async (sql: Reader, now: Date): Promise<PublicKey[]> =>
  (
    await sql.query<{ jwk: PublicKey }>(
      'signing.in-use',
      'select jwk from signing_key where signs_until > $1 order by first_used_at desc limit 100',
      [now],
    )
  ).map(({ jwk }) => jwk);
