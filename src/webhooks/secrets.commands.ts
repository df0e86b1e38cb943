import type { Call } from '../access/call.ts';
import { once } from '../db/once.ts';
import { inTransaction, type Tx } from '../db/tx.ts';
import { installationOf } from '../installation.ts';
import { checkedOverlap, checkedReason } from './endpoints.checks.ts';
import { findEndpoint, lockedEndpoint } from './find-endpoint.ts';
import { addSecret, endSecrets, nextPlace } from './secrets.queries.ts';
import { newSigningSecret, publicKeyOf, seal, sealOf, shownSecret } from './signing.ts';
import { WebhookEndpoint } from './webhook-endpoint.ts';

const HOUR_MS = 3_600_000;

/** An endpoint with the secret that signs for it. Null: the call is a repeat, and the first answer alone had it. */
export interface EndpointWithSecret {
  readonly endpoint: WebhookEndpoint;
  readonly secret: string | null;
}

export interface RotateWebhookSecret {
  readonly endpointId: string;
  readonly overlapHours: number;
  readonly note: string | null; // of staff
  readonly idempotencyKey: string;
}

/** A new secret; the one before signs beside it for the overlap, so that the receiver can change in its own time. */
export async function rotateWebhookSecret(call: Call, input: RotateWebhookSecret): Promise<EndpointWithSecret> {
  checkedReason(call.actor, input.note);
  const overlap = checkedOverlap(input.overlapHours) * HOUR_MS;
  const { id } = await findEndpoint(call, input.endpointId);
  return onceWithSecret(call, 'rotateWebhookSecret', input, async (tx) => {
    await lockedEndpoint(tx, id);
    await endSecrets(tx, id, new Date(call.now), new Date(call.now + overlap));
    return { id, secret: await makeSecret(tx, call, id) };
  });
}

/** As it is shown. The endpoint is new or locked. */
export async function makeSecret(tx: Tx, call: Call, endpointId: string): Promise<string> {
  const secret = newSigningSecret();
  const place = await nextPlace(tx, endpointId);
  await addSecret(tx, {
    endpointId,
    place,
    sealed: seal(installationOf(call).webhooks.sealKey, secret, sealOf(endpointId, place)),
    publicKey: publicKeyOf(secret),
    madeBy: call.actor.name,
    madeAt: new Date(call.now),
  });
  return shownSecret(secret);
}

/**
 * What `once` keeps for repeats is the endpoint's id and never its secret: that leaves the transaction beside the answer, and only with
 * the attempt that made it. A caller that lost the first answer rotates.
 */
export async function onceWithSecret(
  call: Call,
  operation: string,
  input: { readonly idempotencyKey: string },
  work: (tx: Tx) => Promise<{ readonly id: string; readonly secret: string }>,
): Promise<EndpointWithSecret> {
  let made: string | null = null;
  const id = await inTransaction(call.db.pool, (tx) => {
    made = null; // of an attempt that was undone
    return once(tx, call, operation, input, async () => {
      const done = await work(tx);
      made = done.secret;
      return done.id;
    });
  });
  return { endpoint: await call.em.findOneOrFail(WebhookEndpoint, { id }, { refresh: true }), secret: made };
}
