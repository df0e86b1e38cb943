import type { Reader, Tx } from '../db/tx.ts';

export interface SecretRow {
  readonly endpointId: string;
  readonly place: number;
  readonly sealed: Buffer;
  readonly publicKey: string;
  readonly madeBy: string;
  readonly madeAt: Date;
}

/** The place of the next one of the endpoint, which is new or locked. */
export const nextPlace = async (tx: Tx, endpointId: string): Promise<number> =>
  (
    await tx.query<{ place: number }>(
      'webhooks.next-secret',
      'select coalesce(max(place), 0) + 1 as place from webhook_secret where endpoint_id = $1',
      [endpointId],
    )
  )[0]!.place;

export const addSecret = (tx: Tx, each: SecretRow): Promise<unknown> =>
  tx.query(
    'webhooks.add-secret',
    `insert into webhook_secret (endpoint_id, place, sealed, public_key, made_by, made_at) values ($1, $2, $3, $4, $5, $6)`,
    [each.endpointId, each.place, each.sealed, each.publicKey, each.madeBy, each.madeAt],
  );

/** The newest signs until `until` still, and those before it no longer: never more than two sign at once. Those long over are forgotten. */
export async function endSecrets(tx: Tx, endpointId: string, now: Date, until: Date): Promise<void> {
  await tx.query('webhooks.forget-secrets', 'delete from webhook_secret where endpoint_id = $1 and ends_at <= $2', [
    endpointId,
    now,
  ]);
  await tx.query(
    'webhooks.end-secrets',
    `update webhook_secret set ends_at = case when ends_at is null then $3::timestamptz else $2 end where endpoint_id = $1`,
    [endpointId, now, until],
  );
}

/** Those that sign now, the newest first. */
export const signingSecrets = (
  sql: Reader,
  endpointId: string,
  now: Date,
): Promise<{ place: number; sealed: Buffer }[]> =>
  sql.query(
    'webhooks.signing-secrets',
    `select place, sealed from webhook_secret where endpoint_id = $1 and (ends_at is null or ends_at > $2) order by place desc`,
    [endpointId, now],
  );

export interface ShownSecret {
  readonly endpointId: string;
  readonly publicKey: string;
  readonly madeBy: string;
  readonly madeAt: Date;
  readonly endsAt: Date | null;
}

/** Of endpoints that the caller has found: those that sign, the newest first; two each at most. */
export const shownSecrets = (sql: Reader, endpointIds: readonly string[], now: Date): Promise<ShownSecret[]> =>
  sql.query(
    'webhooks.shown-secrets',
    `select endpoint_id as "endpointId", public_key as "publicKey", made_by as "madeBy", made_at as "madeAt", ends_at as "endsAt"
       from webhook_secret where endpoint_id = any($1) and (ends_at is null or ends_at > $2) order by place desc`,
    [endpointIds, now],
  );
