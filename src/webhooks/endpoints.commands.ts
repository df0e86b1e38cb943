import type { Call } from '../access/call.ts';
import type { Purpose } from '../access/terms.ts';
import { once } from '../db/once.ts';
import { inTransaction, type Tx } from '../db/tx.ts';
import { installationOf } from '../installation.ts';
import { agreementOf } from '../inquiries/terms.ts';
import { idsOf } from '../kernel/global-id.ts';
import { newId } from '../kernel/ids.ts';
import { Refusal } from '../kernel/refusal.ts';
import { checkedDescription, checkedKinds, checkedReason, checkedTypes, mustBeTold } from './endpoints.checks.ts';
import * as queries from './endpoints.queries.ts';
import { findEndpoint, lockedEndpoint } from './find-endpoint.ts';
import type { ToldKind } from './event-types.ts';
import { reachOf } from './reach.ts';
import { keptSince } from './retention.ts';
import { makeSecret, onceWithSecret, type EndpointWithSecret } from './secrets.commands.ts';
import { checkedTarget } from './target.ts';
import { WebhookEndpoint } from './webhook-endpoint.ts';

const MOST_ENDPOINTS = 20;

export interface CreateWebhookEndpoint {
  readonly url: string;
  readonly description: string;
  readonly eventTypes: readonly string[];
  readonly subjectKinds: readonly string[];
  readonly note: string | null; // of staff
  readonly idempotencyKey: string;
}

/** From now on it is told what happens. */
export async function createWebhookEndpoint(call: Call, input: CreateWebhookEndpoint): Promise<EndpointWithSecret> {
  checkedReason(call.actor, input.note);
  const subjectKinds = checkedKinds(input.subjectKinds);
  const endpoint = {
    ...ownerOf(call, subjectKinds),
    subjectKinds,
    description: checkedDescription(input.description),
    eventTypes: checkedTypes(call.actor, input.eventTypes),
    url: await checkedTarget(input.url, reachOf(installationOf(call))),
  };
  await mustBeTold(call, endpoint.eventTypes);
  return onceWithSecret(call, 'createWebhookEndpoint', input, async (tx) => {
    await queries.lockHead(tx);
    if ((await queries.countEndpoints(tx, endpoint.partnerId)) >= MOST_ENDPOINTS)
      throw new Refusal('CONFLICT', 'TOO_MANY_ENDPOINTS', `There are ${MOST_ENDPOINTS} endpoints already.`);
    const id = newId(call.now);
    await queries.addEndpoint(tx, { ...endpoint, id, createdBy: call.actor.name, createdAt: new Date(call.now) });
    const secret = await makeSecret(tx, call, id);
    await queries.saveInterest(tx, keptSince(call.now));
    return { id, secret };
  });
}

/** Whose it is, and what for. A partner says so as with all that it takes out; the marketplace's own has no partner. */
function ownerOf(call: Call, kinds: readonly ToldKind[]): { partnerId: string | null; purpose: Purpose | null } {
  if (call.actor.role !== 'PARTNER') return { partnerId: null, purpose: null };
  const { partnerId, purpose } = agreementOf(call, kinds);
  return { partnerId, purpose };
}

export interface UpdateWebhookEndpoint {
  readonly endpointId: string;
  readonly url: string | null; // null, here and below: as it was
  readonly description: string | null;
  readonly eventTypes: readonly string[] | null;
  readonly subjectKinds: readonly string[] | null;
  readonly isEnabled: boolean | null;
  readonly note: string | null;
  readonly idempotencyKey: string;
}

export async function updateWebhookEndpoint(call: Call, input: UpdateWebhookEndpoint): Promise<WebhookEndpoint> {
  checkedReason(call.actor, input.note);
  const asked = {
    ...(input.description !== null && { description: checkedDescription(input.description) }),
    ...(input.eventTypes !== null && { eventTypes: checkedTypes(call.actor, input.eventTypes) }),
    ...(input.subjectKinds !== null && { subjectKinds: checkedKinds(input.subjectKinds) }),
  };
  const { id } = await findEndpoint(call, input.endpointId);
  if (asked.subjectKinds) ownerOf(call, asked.subjectKinds);
  if (asked.eventTypes) await mustBeTold(call, asked.eventTypes);
  const url = input.url === null ? {} : { url: await checkedTarget(input.url, reachOf(installationOf(call))) };
  await inTransaction(call.db.pool, (tx) =>
    once(tx, call, 'updateWebhookEndpoint', input, async () => {
      await queries.lockHead(tx);
      const held = await lockedEndpoint(tx, id);
      await queries.changeEndpoint(tx, { ...held, ...asked, ...url });
      if (input.isEnabled === false) await queries.disableEndpoint(tx, id, new Date(call.now), 'BY_OWNER');
      if (input.isEnabled === true && held.disabledAt !== null) await enable(tx, id);
      await queries.saveInterest(tx, keptSince(call.now));
      return id;
    }),
  );
  return call.em.findOneOrFail(WebhookEndpoint, { id }, { refresh: true });
}

async function enable(tx: Tx, id: string): Promise<void> {
  await queries.enableEndpoint(tx, id);
  await queries.resumeDeliveries(tx, id);
}

export interface CloseWebhookEndpoint {
  readonly endpointId: string;
  readonly note: string | null;
  readonly idempotencyKey: string;
}

/** It is told nothing more, and its secrets are gone; its deliveries go a little later. */
export async function closeWebhookEndpoint(call: Call, input: CloseWebhookEndpoint): Promise<string> {
  checkedReason(call.actor, input.note);
  const [id] = idsOf('WebhookEndpoint', input.endpointId, 'endpointId');
  await inTransaction(call.db.pool, (tx) =>
    once(tx, call, 'closeWebhookEndpoint', input, async () => {
      await findEndpoint(call, input.endpointId);
      await queries.lockHead(tx);
      await lockedEndpoint(tx, id);
      await queries.deleteEndpoint(tx, id, new Date(call.now));
      await queries.saveInterest(tx, keptSince(call.now));
    }),
  );
  return input.endpointId;
}
