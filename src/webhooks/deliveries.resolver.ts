import { Arg, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { globalId } from '../kernel/global-id.ts';
import { NODE_ID } from '../schema/node.ts';
import { DateTimeScalar } from '../schema/scalars.ts';
import { asUserErrors } from '../schema/user-error.ts';
import { replayWebhookDeliveries, sendTestEvent } from './deliveries.commands.ts';
import type { WebhookDelivery } from './webhook-delivery.ts';
import * as inputs from './webhook-inputs.schema.ts';
import { messageById } from './webhooks.loaders.ts';
import { WebhookDeliveryView } from './webhooks.schema.ts';

@Resolver(() => WebhookDeliveryView)
export class DeliveriesResolver {
  @Mutation(() => inputs.ReplayWebhookDeliveriesPayload, {
    description:
      'Sends again what an endpoint was sent: the same messages under the same `webhook-id`, in their order, after what waits already.',
  })
  replayWebhookDeliveries(
    @Arg('input', () => inputs.ReplayWebhookDeliveriesInput, { description: 'Which.' })
    input: inputs.ReplayWebhookDeliveriesInput,
    @Ctx() call: Call,
  ): Promise<inputs.ReplayWebhookDeliveriesPayload> {
    const { from = null, to = null, afterDeliveryId = null, note = null } = input;
    return asUserErrors(async () => ({
      replayed: await replayWebhookDeliveries(call, { ...input, from, to, afterDeliveryId, note }),
    }));
  }

  @Mutation(() => inputs.SendTestEventPayload, { description: 'Sends a message that says nothing: webhook.test.' })
  sendTestEvent(
    @Arg('input', () => inputs.SendTestEventInput, { description: 'To which endpoint.' })
    input: inputs.SendTestEventInput,
    @Ctx() call: Call,
  ): Promise<inputs.SendTestEventPayload> {
    return asUserErrors(async () => ({ delivery: await sendTestEvent(call, { ...input, note: input.note ?? null }) }));
  }

  @FieldResolver(() => ID, NODE_ID)
  id(@Root() { endpointId, id }: WebhookDelivery): string {
    return globalId('WebhookDelivery', endpointId, id);
  }

  @FieldResolver(() => String, {
    description: 'As the header `webhook-id` says it: the same at each attempt and replay.',
  })
  webhookId(@Root() { messageId }: WebhookDelivery): string {
    return `msg_${messageId}`;
  }

  @FieldResolver(() => String, { description: 'What is told, such as grade.changed.' })
  async eventType(@Root() { messageId }: WebhookDelivery, @Ctx() call: Call): Promise<string> {
    return (await messageById(call, messageId))!.type;
  }

  @FieldResolver(() => DateTimeScalar, { description: 'When that happened.' })
  async occurredAt(@Root() { messageId }: WebhookDelivery, @Ctx() call: Call): Promise<Date> {
    return (await messageById(call, messageId))!.occurredAt;
  }
}
