import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { globalId, idsOf } from '../kernel/global-id.ts';
import type { Connection } from '../kernel/page.ts';
import type { Partner } from '../partners/partner.ts';
import { partnerById } from '../partners/partners.loaders.ts';
import { PartnerView } from '../partners/partners.schema.ts';
import { NODE_ID } from '../schema/node.ts';
import { ForwardPageArgs } from '../schema/page.ts';
import { asUserErrors } from '../schema/user-error.ts';
import { withheldTypes } from './authority.ts';
import { createWebhookEndpoint, closeWebhookEndpoint, updateWebhookEndpoint } from './endpoints.commands.ts';
import { rotateWebhookSecret } from './secrets.commands.ts';
import type { WebhookDelivery } from './webhook-delivery.ts';
import type { WebhookEndpoint } from './webhook-endpoint.ts';
import * as inputs from './webhook-inputs.schema.ts';
import { allowedToday, deliveriesByPage, endpointById, endpointsByPage, secretsOf } from './webhooks.loaders.ts';
import * as views from './webhooks.schema.ts';
import type { DeliveryStatus } from './webhook-delivery.ts';

const DEFAULT_OVERLAP_HOURS = 24;

@Resolver(() => views.WebhookEndpointView)
export class EndpointsResolver {
  @Query(() => views.WebhookEndpointConnection, { description: 'Your endpoints, the last first; for staff, all.' })
  webhookEndpoints(
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() call: Call,
  ): Promise<Connection<WebhookEndpoint>> {
    return endpointsByPage(call, args);
  }

  @Query(() => views.WebhookEndpointView, {
    nullable: true,
    description: 'An endpoint of your own; null when there is none of this id.',
  })
  webhookEndpoint(
    @Arg('id', () => ID, { description: 'Its id.' }) id: string,
    @Ctx() call: Call,
  ): Promise<WebhookEndpoint | null> {
    return endpointById(call, idsOf('WebhookEndpoint', id));
  }

  @Mutation(() => inputs.WebhookSecretPayload, {
    description:
      'Names an address that is told what happens from now on. Its secret is shown in this answer and never again. A partner says what for, by the header `Credence-Purpose`.',
  })
  createWebhookEndpoint(
    @Arg('input', () => inputs.CreateWebhookEndpointInput, { description: 'Where, and what to tell.' })
    input: inputs.CreateWebhookEndpointInput,
    @Ctx() call: Call,
  ): Promise<inputs.WebhookSecretPayload> {
    const { description, note } = input;
    return asUserErrors(() =>
      createWebhookEndpoint(call, { ...input, description: description ?? '', note: note ?? null }),
    );
  }

  @Mutation(() => inputs.UpdateWebhookEndpointPayload, { description: 'Changes, disables or enables an endpoint.' })
  updateWebhookEndpoint(
    @Arg('input', () => inputs.UpdateWebhookEndpointInput, { description: 'Which, and what is to be other.' })
    input: inputs.UpdateWebhookEndpointInput,
    @Ctx() call: Call,
  ): Promise<inputs.UpdateWebhookEndpointPayload> {
    const asked = {
      endpointId: input.endpointId,
      url: input.url ?? null,
      description: input.description ?? null,
      eventTypes: input.eventTypes ?? null,
      subjectKinds: input.subjectKinds ?? null,
      isEnabled: input.isEnabled ?? null,
      note: input.note ?? null,
      idempotencyKey: input.idempotencyKey,
    };
    return asUserErrors(async () => ({ endpoint: await updateWebhookEndpoint(call, asked) }));
  }

  @Mutation(() => inputs.CloseWebhookEndpointPayload, { description: 'Ends an endpoint, with what waits for it.' })
  closeWebhookEndpoint(
    @Arg('input', () => inputs.CloseWebhookEndpointInput, { description: 'Which.' })
    input: inputs.CloseWebhookEndpointInput,
    @Ctx() call: Call,
  ): Promise<inputs.CloseWebhookEndpointPayload> {
    return asUserErrors(async () => ({
      endpointId: await closeWebhookEndpoint(call, { ...input, note: input.note ?? null }),
    }));
  }

  @Mutation(() => inputs.WebhookSecretPayload, {
    description: 'Gives an endpoint a new secret. Both sign for a while, so that nothing need stop.',
  })
  rotateWebhookSecret(
    @Arg('input', () => inputs.RotateWebhookSecretInput, { description: 'Which, and for how long both sign.' })
    input: inputs.RotateWebhookSecretInput,
    @Ctx() call: Call,
  ): Promise<inputs.WebhookSecretPayload> {
    const overlapHours = input.overlapHours ?? DEFAULT_OVERLAP_HOURS;
    return asUserErrors(() => rotateWebhookSecret(call, { ...input, overlapHours, note: input.note ?? null }));
  }

  @FieldResolver(() => ID, NODE_ID)
  id(@Root() { id }: WebhookEndpoint): string {
    return globalId('WebhookEndpoint', id);
  }

  @FieldResolver(() => PartnerView, { nullable: true, description: "Whose it is; null for the marketplace's own." })
  async partner(@Root() { partnerId }: WebhookEndpoint, @Ctx() call: Call): Promise<Partner | null> {
    return partnerId == null ? null : partnerById(call, [partnerId]);
  }

  @FieldResolver(() => [String], {
    description:
      'Those of `eventTypes` of which it is sent nothing at present: no good API key of its partner has the scope for them, or the terms do not reach so far. Empty when all are sent, and for the marketplace.',
  })
  async withheldEventTypes(@Root() endpoint: WebhookEndpoint, @Ctx() call: Call): Promise<string[]> {
    const { partnerId } = endpoint;
    return partnerId == null ? [] : withheldTypes(await allowedToday(call, partnerId), endpoint);
  }

  @FieldResolver(() => [views.WebhookKeyView], {
    description: 'What signs for it now, the newest first: one, or two while one takes the place of the other.',
  })
  keys(@Root() { id }: WebhookEndpoint, @Ctx() call: Call): Promise<readonly views.WebhookKeyView[]> {
    return secretsOf(call, id);
  }

  @FieldResolver(() => views.WebhookDeliveryConnection, {
    description: 'What was and will be sent to it in the last 30 days, the last first.',
  })
  deliveries(
    @Root() { id }: WebhookEndpoint,
    @Arg('status', () => views.DeliveryStatusEnum, { nullable: true, description: 'Only these; all, if not given.' })
    status: DeliveryStatus | null,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() call: Call,
  ): Promise<Connection<WebhookDelivery>> {
    return deliveriesByPage(call, id, status ?? null, args);
  }
}
