import type { Call } from '../access/call.ts';
import { groupLoader, loader } from '../access/loader.ts';
import { connectionOf, pageOf, type Connection, type PageArguments } from '../kernel/page.ts';
import { Refusal } from '../kernel/refusal.ts';
import { allowedNow, type Allowed } from '../partners/allowed-now.ts';
import { messagesOf, type MessageRow } from './deliveries.queries.ts';
import { shownSecrets, type ShownSecret } from './secrets.queries.ts';
import { WebhookDelivery, type DeliveryStatus } from './webhook-delivery.ts';
import { WebhookEndpoint } from './webhook-endpoint.ts';

/** Null for those who may not see it. */
export const endpointById = (call: Call, [id]: readonly [id: string]) => byId(call, id);

const byId = loader(
  async ({ em }, ids: readonly string[]) =>
    (await em.find(WebhookEndpoint, { id: [...ids] })).map((each) =>
      Object.assign(each, { __typename: 'WebhookEndpoint' as const }),
    ),
  ({ id }) => id,
);

/** Those that the caller may see, the last one first. */
export async function endpointsByPage({ em }: Call, args: PageArguments): Promise<Connection<WebhookEndpoint>> {
  const page = pageOf(args, ['uuid']);
  const after = page.after?.[0] as string | undefined;
  const found = await em.find(WebhookEndpoint, after ? { id: { $lt: after } } : {}, {
    orderBy: { id: 'desc' },
    limit: page.size + 1,
  });
  return connectionOf(found, page, ({ id }) => [id]);
}

/** Null for those who may not see its endpoint. */
export async function deliveryById(call: Call, [endpointId, id]: readonly [endpointId: string, id: string]) {
  if (!(await endpointById(call, [endpointId]))) return null;
  return deliveryByKey(call, `${endpointId}/${id}`);
}

const deliveryByKey = loader(
  async ({ em }, keys: readonly string[]) => {
    const asked = keys.map((key) => ({ endpointId: key.slice(0, 36), id: key.slice(37) }));
    const found = await em.find(WebhookDelivery, { $or: asked });
    return found.map((each) => Object.assign(each, { __typename: 'WebhookDelivery' as const }));
  },
  ({ endpointId, id }) => `${endpointId}/${id}`,
);

/** Of an endpoint that was found, the last one first. */
export async function deliveriesByPage(
  { em }: Call,
  endpointId: string,
  status: DeliveryStatus | null,
  args: PageArguments,
): Promise<Connection<WebhookDelivery>> {
  const page = pageOf(args, ['number']);
  const after = page.after?.[0] as number | undefined;
  if (after !== undefined && !Number.isSafeInteger(after))
    throw new Refusal(
      'INVALID',
      'CURSOR_INVALID',
      '`after` is no cursor of this list. Take cursors from its answers.',
      ['after'],
    );
  const found = await em.find(
    WebhookDelivery,
    { endpointId, ...(status && { status }), ...(after !== undefined && { place: { $lt: after } }) },
    { orderBy: { place: 'desc' }, limit: page.size + 1 },
  );
  return connectionOf(found, page, ({ place }) => [place]);
}

/** Those that sign at the moment of the call, the newest first. */
export const secretsOf: (call: Call, endpointId: string) => Promise<readonly ShownSecret[]> = groupLoader(
  ({ sql, now }, ids: readonly string[]) => shownSecrets(sql, ids, new Date(now)),
  ({ endpointId }) => endpointId,
);

/** What a partner may be told at the moment of the call, by its id. */
export const allowedToday: (call: Call, partnerId: string) => Promise<Allowed | null> = loader(
  async ({ sql, now }, ids: readonly string[]) =>
    [...(await allowedNow(sql, ids, now))].map(([partnerId, allowed]) => ({ partnerId, ...allowed })),
  ({ partnerId }) => partnerId,
);

export const messageById: (call: Call, id: string) => Promise<MessageRow | null> = loader(
  ({ sql }, ids: readonly string[]) => messagesOf(sql, ids),
  ({ id }) => id,
);
