import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { SubjectKind } from '../kernel/subject.ts';
import { DateTimeScalar } from '../schema/scalars.ts';
import { SubjectKindEnum } from '../schema/subject.ts';
import { RefusalView, UserErrorView } from '../schema/user-error.ts';
import type { WebhookDelivery } from './webhook-delivery.ts';
import type { WebhookEndpoint } from './webhook-endpoint.ts';
import { WebhookDeliveryView, WebhookEndpointView } from './webhooks.schema.ts';

const IDEMPOTENCY_KEY = {
  description: 'Any text of 1 to 255 characters, a new one for each new call; a repeat gets the first answer.',
};
const NOTE = { nullable: true, description: 'Why: 1 to 2,000 characters, of staff; others need not say.' };
const ENDPOINT_ID = { description: 'The endpoint.' };
const URL_RULE = 'https, on the public internet, without user and password; up to 2,000 characters.';
const TYPES =
  'What it is told: grade.changed, review.voided, review.restored, sanction.imposed, sanction.lifted, sanction.annulled; for the marketplace also review.reported, order.voided, order.restored, suspicion.opened, appeal.filed, appeal.decided and points.earned, deducted, adjusted, redeemed, expired, forfeited, reversed, vested. `points.*` stands for all that begin so.';
const KINDS = 'Of which subjects: MERCHANT, BUYER, PRODUCT. A partner is told of buyers with their consent alone.';

@InputType({ description: 'Where, and what to tell there.' })
export class CreateWebhookEndpointInput {
  @Field(() => String, { description: `Where: ${URL_RULE}` })
  url!: string;

  @Field(() => String, { nullable: true, description: 'What it is for: up to 200 characters.' })
  description?: string | null;

  @Field(() => [String], { description: TYPES })
  eventTypes!: string[];

  @Field(() => [SubjectKindEnum], { description: KINDS })
  subjectKinds!: SubjectKind[];

  @Field(() => String, NOTE)
  note?: string | null;

  @Field(() => String, IDEMPOTENCY_KEY)
  idempotencyKey!: string;
}

@InputType({ description: 'Which endpoint, and what is to be other than it was.' })
export class UpdateWebhookEndpointInput {
  @Field(() => ID, ENDPOINT_ID)
  endpointId!: string;

  @Field(() => String, { nullable: true, description: `Where: ${URL_RULE} As it was, if not given.` })
  url?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'What it is for: up to 200 characters. As it was, if not given.',
  })
  description?: string | null;

  @Field(() => [String], { nullable: true, description: `${TYPES} As it was, if not given.` })
  eventTypes?: string[] | null;

  @Field(() => [SubjectKindEnum], { nullable: true, description: `${KINDS} As it was, if not given.` })
  subjectKinds?: SubjectKind[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'false: it is sent nothing. true: it is sent what waits, each tried anew for 24 hours. As it was, if not given.',
  })
  isEnabled?: boolean | null;

  @Field(() => String, NOTE)
  note?: string | null;

  @Field(() => String, IDEMPOTENCY_KEY)
  idempotencyKey!: string;
}

@InputType({ description: 'Which endpoint goes.' })
export class CloseWebhookEndpointInput {
  @Field(() => ID, ENDPOINT_ID)
  endpointId!: string;

  @Field(() => String, NOTE)
  note?: string | null;

  @Field(() => String, IDEMPOTENCY_KEY)
  idempotencyKey!: string;
}

@InputType({ description: 'Which endpoint gets a new secret.' })
export class RotateWebhookSecretInput {
  @Field(() => ID, ENDPOINT_ID)
  endpointId!: string;

  @Field(() => Int, {
    nullable: true,
    defaultValue: 24,
    description: 'For how long the one before signs beside it, in hours: 0 to 720. Older ones end at once.',
  })
  overlapHours?: number | null;

  @Field(() => String, NOTE)
  note?: string | null;

  @Field(() => String, IDEMPOTENCY_KEY)
  idempotencyKey!: string;
}

@InputType({ description: 'What is sent again: say from when, or after which delivery.' })
export class ReplayWebhookDeliveriesInput {
  @Field(() => ID, ENDPOINT_ID)
  endpointId!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'What was queued then or later.' })
  from?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'And before then; up to now, if not given.' })
  to?: Date | null;

  @Field(() => ID, { nullable: true, description: 'What came after this delivery.' })
  afterDeliveryId?: string | null;

  @Field(() => String, NOTE)
  note?: string | null;

  @Field(() => String, IDEMPOTENCY_KEY)
  idempotencyKey!: string;
}

@InputType({ description: 'Which endpoint is tried.' })
export class SendTestEventInput {
  @Field(() => ID, ENDPOINT_ID)
  endpointId!: string;

  @Field(() => String, NOTE)
  note?: string | null;

  @Field(() => String, IDEMPOTENCY_KEY)
  idempotencyKey!: string;
}

const ENDPOINT = { nullable: true, description: 'The endpoint; null when it was refused.' };
const SECRET = {
  nullable: true,
  description:
    'Verifies the signatures `v1` (HMAC): now or never. It is kept sealed, and a repeat of the call gets null here; whoever lost the first answer asks for another by rotateWebhookSecret. Null, too, when it was refused.',
};
const WHY_NOT = { description: 'Why nothing was changed; empty when it was done.' };

@ObjectType('WebhookSecretPayload', { simpleResolvers: true, description: 'An endpoint, with its new secret.' })
export class WebhookSecretPayload {
  @Field(() => WebhookEndpointView, ENDPOINT)
  endpoint?: WebhookEndpoint | null;

  @Field(() => String, SECRET)
  secret?: string | null;

  @Field(() => [UserErrorView], WHY_NOT)
  userErrors!: RefusalView[];
}

@ObjectType('UpdateWebhookEndpointPayload', { simpleResolvers: true, description: 'What became of an endpoint.' })
export class UpdateWebhookEndpointPayload {
  @Field(() => WebhookEndpointView, ENDPOINT)
  endpoint?: WebhookEndpoint | null;

  @Field(() => [UserErrorView], WHY_NOT)
  userErrors!: RefusalView[];
}

@ObjectType('CloseWebhookEndpointPayload', { simpleResolvers: true, description: 'Which endpoint is no more.' })
export class CloseWebhookEndpointPayload {
  @Field(() => ID, { nullable: true, description: 'The endpoint; null when it was refused.' })
  endpointId?: string | null;

  @Field(() => [UserErrorView], WHY_NOT)
  userErrors!: RefusalView[];
}

@ObjectType('ReplayWebhookDeliveriesPayload', { simpleResolvers: true, description: 'What is sent again.' })
export class ReplayWebhookDeliveriesPayload {
  @Field(() => Int, {
    nullable: true,
    description:
      'How many deliveries: up to 10,000. Those that wait anyway are not among them. Null when it was refused.',
  })
  replayed?: number | null;

  @Field(() => [UserErrorView], WHY_NOT)
  userErrors!: RefusalView[];
}

@ObjectType('SendTestEventPayload', { simpleResolvers: true, description: 'A message that says nothing.' })
export class SendTestEventPayload {
  @Field(() => WebhookDeliveryView, { nullable: true, description: 'Its delivery; null when it was refused.' })
  delivery?: WebhookDelivery | null;

  @Field(() => [UserErrorView], WHY_NOT)
  userErrors!: RefusalView[];
}
