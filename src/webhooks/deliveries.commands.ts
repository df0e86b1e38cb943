import type { Call } from '../access/call.ts';
import { once } from '../db/once.ts';
import { inTransaction } from '../db/tx.ts';
import { globalId, idsOf } from '../kernel/global-id.ts';
import { newId } from '../kernel/ids.ts';
import { Refusal } from '../kernel/refusal.ts';
import * as queries from './deliveries.queries.ts';
import { checkedReason } from './endpoints.checks.ts';
import { lockHead, moveHead } from './endpoints.queries.ts';
import { TEST_TYPE } from './event-types.ts';
import { addDeliveries, addMessages } from './fan-out.queries.ts';
import { findEndpoint, lockedEndpoint } from './find-endpoint.ts';
import { bodyOf } from './messages.ts';
import { WebhookDelivery } from './webhook-delivery.ts';

export const MOST_REPLAYED = 10_000;

export interface ReplayWebhookDeliveries {
  readonly endpointId: string;
  readonly from: Date | null;
  readonly to: Date | null;
  readonly afterDeliveryId: string | null;
  readonly note: string | null; // of staff
  readonly idempotencyKey: string;
}

/** Sends again what was sent, or withheld: whoever lost something asks for it by time, or from a delivery on. How many. */
export async function replayWebhookDeliveries(call: Call, input: ReplayWebhookDeliveries): Promise<number> {
  checkedReason(call.actor, input.note);
  const { from, to } = input;
  if (!from && input.afterDeliveryId === null)
    throw new Refusal('INVALID', 'REPLAY_WITHOUT_START', 'Say from when, or after which delivery.', ['from']);
  const { id } = await findEndpoint(call, input.endpointId);
  const asked = { ...input, from: from?.toISOString() ?? null, to: to?.toISOString() ?? null };
  return inTransaction(call.db.pool, (tx) =>
    once(tx, call, 'replayWebhookDeliveries', asked, async () => {
      const last = await lockHead(tx);
      await lockedEndpoint(tx, id);
      const span = { from, to, afterPlace: await placeAfter(input, (delivery) => queries.placeOf(tx, id, delivery)) };
      const count = await queries.countReplayable(tx, id, span, MOST_REPLAYED);
      if (count > MOST_REPLAYED)
        throw new Refusal(
          'INVALID',
          'REPLAY_TOO_LARGE',
          `More than ${MOST_REPLAYED} deliveries: say until when, too.`,
          ['to'],
        );
      const replayed = await queries.replay(tx, id, span, {
        last,
        now: new Date(call.now),
        ids: Array.from({ length: count }, () => newId(call.now)),
      });
      await moveHead(tx, last + replayed);
      return replayed;
    }),
  );
}

async function placeAfter(
  { endpointId, afterDeliveryId }: ReplayWebhookDeliveries,
  find: (deliveryId: string) => Promise<number | null>,
): Promise<number> {
  if (afterDeliveryId === null) return 0;
  const [of, id] = idsOf('WebhookDelivery', afterDeliveryId, 'afterDeliveryId');
  const place = globalId('WebhookEndpoint', of) === endpointId ? await find(id) : null;
  if (place !== null) return place;
  throw new Refusal('NOT_FOUND', 'WEBHOOK_DELIVERY_NOT_FOUND', 'This endpoint has no such delivery.', [
    'afterDeliveryId',
  ]);
}

export interface SendTestEvent {
  readonly endpointId: string;
  readonly note: string | null;
  readonly idempotencyKey: string;
}

/** Sends a message that says nothing, so that a receiver can be tried. */
export async function sendTestEvent(call: Call, input: SendTestEvent): Promise<WebhookDelivery> {
  checkedReason(call.actor, input.note);
  const { id: endpointId } = await findEndpoint(call, input.endpointId);
  const id = await inTransaction(call.db.pool, (tx) =>
    once(tx, call, 'sendTestEvent', input, async () => {
      const place = (await lockHead(tx)) + 1;
      if ((await lockedEndpoint(tx, endpointId)).disabledAt)
        throw new Refusal('CONFLICT', 'WEBHOOK_ENDPOINT_DISABLED', 'This endpoint is disabled. Enable it first.', [
          'endpointId',
        ]);
      const now = new Date(call.now);
      const [messageId, deliveryId] = [newId(call.now), newId(call.now)];
      const body = bodyOf(TEST_TYPE, now, { endpointId: input.endpointId });
      const message = {
        id: messageId,
        type: TEST_TYPE,
        subjectKind: null,
        subjectId: endpointId,
        isOpen: true,
        occurredAt: now,
        body,
        houseBody: null,
      };
      await addMessages(tx, [message], now);
      await addDeliveries(tx, [{ endpointId, place, id: deliveryId, messageId, subjectId: endpointId }], now);
      await moveHead(tx, place);
      return deliveryId;
    }),
  );
  return call.em.findOneOrFail(WebhookDelivery, { endpointId, id });
}
