import type { Call } from '../access/call.ts';
import type { Tx } from '../db/tx.ts';
import { idsOf } from '../kernel/global-id.ts';
import { Refusal } from '../kernel/refusal.ts';
import { lockEndpoint, type HeldEndpoint } from './endpoints.queries.ts';
import { WebhookEndpoint } from './webhook-endpoint.ts';

/** One that the caller may see. */
export async function findEndpoint({ em }: Call, text: string): Promise<WebhookEndpoint> {
  const [id] = idsOf('WebhookEndpoint', text, 'endpointId');
  const found = await em.findOne(WebhookEndpoint, { id });
  if (found) return found;
  throw notFound();
}

/** One that was found, until the transaction ends. */
export async function lockedEndpoint(tx: Tx, id: string): Promise<HeldEndpoint> {
  const held = await lockEndpoint(tx, id);
  if (held) return held;
  throw notFound();
}

const notFound = () =>
  new Refusal('NOT_FOUND', 'WEBHOOK_ENDPOINT_NOT_FOUND', 'There is no such endpoint.', ['endpointId']);
