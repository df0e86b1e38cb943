import { Field, Int, ObjectType } from 'type-graphql';
import type { Purpose } from '../access/terms.ts';
import { PurposeEnum } from '../partners/terms.schema.ts';
import { graphqlEnum } from '../schema/enum.ts';
import { NodeView } from '../schema/node.ts';
import { connectionType } from '../schema/page.ts';
import { DateTimeScalar } from '../schema/scalars.ts';
import { SubjectKindEnum } from '../schema/subject.ts';
import type { ToldKind } from './event-types.ts';
import type { DeliveryStatus, WebhookDelivery } from './webhook-delivery.ts';
import type { DisabledReason, WebhookEndpoint } from './webhook-endpoint.ts';

export const DisabledReasonEnum = graphqlEnum<DisabledReason>(
  'WebhookDisabledReason',
  'Why an endpoint is sent nothing.',
  {
    BY_OWNER: 'Its owner, or staff, disabled it.',
    GONE: 'It answered 410 Gone.',
    FAILED_FOR_24_HOURS: 'A delivery was tried for 24 hours, in vain.',
    SECRET_UNREADABLE: 'What signs for it cannot be read any more. Rotate its secret, then enable it.',
  },
);

export const DeliveryStatusEnum = graphqlEnum<DeliveryStatus>('WebhookDeliveryStatus', 'How far a delivery has come.', {
  PENDING: 'It waits: for its turn, for the next attempt, or for the endpoint to be enabled.',
  DELIVERED: 'It was taken: answered by 2xx.',
  WITHHELD: 'It was not sent: whoever would have got it may not know it any more.',
});

@ObjectType('WebhookKey', {
  simpleResolvers: true,
  description: 'What signs webhooks. Only what anybody may know of it.',
})
export class WebhookKeyView {
  @Field(() => String, {
    description: 'Verifies the signatures `v1a` (Ed25519), as Standard Webhooks writes it: whpk_ and base64.',
  })
  publicKey!: string;

  @Field(() => String, { description: 'Who made it.' })
  madeBy!: string;

  @Field(() => DateTimeScalar, { description: 'Since when it signs.' })
  madeAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Until when it signs; null: until there is another.' })
  endsAt!: Date | null;
}

@ObjectType('WebhookEndpoint', {
  implements: NodeView,
  simpleResolvers: true,
  description:
    'Where somebody is told what happens, by Standard Webhooks 1.0: at least once, and in order for each subject. Tell repeats by the header `webhook-id`.',
})
export class WebhookEndpointView extends NodeView {
  @Field(() => String, { description: 'Where it is: https.' })
  url!: string;

  @Field(() => String, { description: 'What it is for, in the words of its owner; may be empty.' })
  description!: string;

  @Field(() => [String], { description: 'What it is told, such as grade.changed.' })
  eventTypes!: string[];

  @Field(() => [SubjectKindEnum], { description: 'Of which subjects.' })
  subjectKinds!: ToldKind[];

  @Field(() => PurposeEnum, {
    nullable: true,
    description: "What a partner wants it for; null for the marketplace's own.",
  })
  purpose?: Purpose | null;

  @Field(() => String, { description: 'Who made it.' })
  createdBy!: string;

  @Field(() => DateTimeScalar, { description: 'When it was made.' })
  createdAt!: Date;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'Since when it is sent nothing; null: it is enabled. For 30 days what happens is kept for it, and sent when it is enabled again.',
  })
  disabledAt?: Date | null;

  @Field(() => DisabledReasonEnum, { nullable: true, description: 'Why it is disabled; null while it is not.' })
  disabledReason?: DisabledReason | null;

  @Field(() => Int, { description: 'How often it has failed in a row; 0: the last attempt was taken.' })
  failures!: number;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Since when it fails; null while it does not.' })
  failingSince?: Date | null;
}

export const WebhookEndpointConnection = connectionType<WebhookEndpoint>('WebhookEndpoint', () => WebhookEndpointView);

@ObjectType('WebhookDelivery', {
  implements: NodeView,
  simpleResolvers: true,
  description: 'A message to an endpoint, and what became of it. It is kept for 30 days.',
})
export class WebhookDeliveryView extends NodeView {
  @Field(() => DeliveryStatusEnum, { description: 'How far it has come.' })
  status!: DeliveryStatus;

  @Field(() => Boolean, { description: 'It was asked for by `replayWebhookDeliveries`.' })
  isReplay!: boolean;

  @Field(() => Int, { description: 'How often it was tried.' })
  attempts!: number;

  @Field(() => DateTimeScalar, { description: 'When it was queued.' })
  createdAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was last tried; null while it never was.' })
  lastAttemptAt?: Date | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Not before then it is tried again; null when it is over, or was never tried.',
  })
  nextAttemptAt?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was taken or withheld; null while it waits.' })
  endedAt?: Date | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How the last attempt was answered (HTTP status); null: not at all, or never tried.',
  })
  responseStatus?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How long the last attempt took until its answer began, in ms; null while it was never tried.',
  })
  latencyMs?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why it is not taken yet, such as HTTP 500, ECONNREFUSED or TIMEOUT; null where nothing went wrong.',
  })
  error?: string | null;
}

export const WebhookDeliveryConnection = connectionType<WebhookDelivery>('WebhookDelivery', () => WebhookDeliveryView);
