import type { Feature } from '../feature.ts';
import { DeliveriesResolver } from './deliveries.resolver.ts';
import { EndpointsResolver } from './endpoints.resolver.ts';
import { deliveryById, endpointById } from './webhooks.loaders.ts';
import { webhookPermissions } from './webhooks.permissions.ts';

export const webhooksFeature: Feature = {
  name: 'webhooks',
  resolvers: [EndpointsResolver, DeliveriesResolver],
  permissions: webhookPermissions,
  nodes: { WebhookEndpoint: endpointById, WebhookDelivery: deliveryById },
};
