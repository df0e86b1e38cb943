import {
  and,
  each,
  eachOfConnection,
  hasScope,
  isAdmin,
  isFresh,
  isStaff,
  isPartner,
  isPlatform,
  open,
  or,
  type Permissions,
} from '../access/rules.ts';

const reading = and(or(isPartner, isPlatform, isStaff), hasScope('webhooks:write'));
const changing = and(or(isPartner, isPlatform, isAdmin), hasScope('webhooks:write'));
/** Where what happens is told, and to whom, would do most harm in the wrong hands. */
const naming = and(or(isPartner, isPlatform, and(isAdmin, isFresh)), hasScope('webhooks:write'));

const found = open('It is found only by whose it is, and by staff.');

export const webhookPermissions = {
  Query: each(['webhookEndpoints', 'webhookEndpoint'], reading),
  Mutation: {
    ...each(['createWebhookEndpoint', 'updateWebhookEndpoint', 'rotateWebhookSecret'], naming),
    ...each(['closeWebhookEndpoint', 'replayWebhookDeliveries', 'sendTestEvent'], changing),
  },
  WebhookEndpoint: {
    ...each(
      ['id', 'url', 'description', 'eventTypes', 'subjectKinds', 'purpose', 'partner', 'createdBy', 'createdAt'],
      found,
    ),
    ...each(
      ['disabledAt', 'disabledReason', 'failures', 'failingSince', 'withheldEventTypes', 'keys', 'deliveries'],
      found,
    ),
  },
  WebhookKey: each(['publicKey', 'madeBy', 'madeAt', 'endsAt'], found),
  WebhookDelivery: {
    ...each(['id', 'webhookId', 'eventType', 'occurredAt', 'status', 'isReplay', 'attempts', 'createdAt'], found),
    ...each(['lastAttemptAt', 'nextAttemptAt', 'endedAt', 'responseStatus', 'latencyMs', 'error'], found),
  },
  ...eachOfConnection('WebhookEndpoint', found),
  ...eachOfConnection('WebhookDelivery', found),
  WebhookSecretPayload: each(['endpoint', 'secret', 'userErrors'], naming),
  UpdateWebhookEndpointPayload: each(['endpoint', 'userErrors'], naming),
  CloseWebhookEndpointPayload: each(['endpointId', 'userErrors'], changing),
  ReplayWebhookDeliveriesPayload: each(['replayed', 'userErrors'], changing),
  SendTestEventPayload: each(['delivery', 'userErrors'], changing),
} satisfies Permissions;
