import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { KeyRole } from '../access/scopes.ts';
import { graphqlEnum } from '../schema/enum.ts';
import { NodeView } from '../schema/node.ts';
import { connectionType } from '../schema/page.ts';
import { DateTimeScalar } from '../schema/scalars.ts';
import { RefusalView, UserErrorView } from '../schema/user-error.ts';
import type { ApiKey } from './api-key.ts';
import type { KeyWithSecret } from './keys.commands.ts';
import { IDEMPOTENCY_KEY, NOTE, WHY_NOT } from './partners.schema.ts';

export const ApiKeyRoleEnum = graphqlEnum<KeyRole>('ApiKeyRole', 'Whose machine a key is for.', {
  PLATFORM: "The marketplace's back end.",
  PARTNER: 'A partner.',
});

@ObjectType('ApiKeySecret', {
  simpleResolvers: true,
  description: 'A secret that a key has or had. What it is was shown to whoever made it, once, and is not kept.',
})
export class ApiKeySecretView {
  @Field(() => String, { description: 'How the key begins, which is no secret: crd_live_ and 16 digits.' })
  prefix!: string;

  @Field(() => String, { description: 'Why it was made.' })
  note!: string;

  @Field(() => String, { description: 'Who made it.' })
  madeBy!: string;

  @Field(() => DateTimeScalar, { description: 'When it was made.' })
  madeAt!: Date;

  @Field(() => DateTimeScalar, { description: 'It is good before this instant, unless the key is revoked.' })
  expiresAt!: Date;
}

@ObjectType('ApiKey', {
  implements: NodeView,
  simpleResolvers: true,
  description: 'How a machine proves who it is: `Authorization: Bearer crd_live_…`, or `X-Api-Key: crd_live_…`.',
})
export class ApiKeyView extends NodeView {
  @Field(() => ApiKeyRoleEnum, { description: 'Whose machine it is for.' })
  role!: KeyRole;

  @Field(() => String, { description: 'What it is called here.' })
  name!: string;

  @Field(() => [String], { description: 'What it is good for, such as events:write.' })
  scopes!: string[];

  @Field(() => [String], {
    description: 'From where it may be used: addresses and ranges (CIDR). Empty: from anywhere.',
  })
  allowedAddresses!: string[];

  @Field(() => Int, { description: 'How long each of its secrets is good, in days: 1 to 730.' })
  lifetimeDays!: number;

  @Field(() => String, { description: 'Why it was made.' })
  note!: string;

  @Field(() => String, { description: 'Who made it.' })
  createdBy!: string;

  @Field(() => DateTimeScalar, { description: 'When it was made.' })
  createdAt!: Date;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When it was last used, give or take 5 minutes; null while it never was.',
  })
  lastUsedAt?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was revoked; null while it was not.' })
  revokedAt?: Date | null;

  @Field(() => String, { nullable: true, description: 'Who revoked it; null while nobody did.' })
  revokedBy?: string | null;

  @Field(() => String, { nullable: true, description: 'Why it was revoked; null while it was not.' })
  revokeNote?: string | null;
}

export const ApiKeyConnection = connectionType<ApiKey>('ApiKey', () => ApiKeyView);

@InputType({ description: 'Who gets a key, and what for.' })
export class CreateApiKeyInput {
  @Field(() => ApiKeyRoleEnum, { description: 'Whose machine it is for.' })
  role!: KeyRole;

  @Field(() => ID, { nullable: true, description: "The partner, which a PARTNER's key needs and no other may have." })
  partnerId?: string | null;

  @Field(() => String, { description: 'What to call it: 1 to 200 characters.' })
  name!: string;

  @Field(() => [String], {
    description:
      'What it is good for, at least one: of a PLATFORM alone events:write (what happened, inspections and qualifications), points:write, consents:write and house:read (what only the marketplace and its staff may read); of both grades:read, grades:history, ratings:read, reviews:read, points:read, webhooks:write.',
  })
  scopes!: string[];

  @Field(() => [String], {
    nullable: true,
    description: 'From where it may be used: at most 50 addresses or ranges (CIDR). If not given: from anywhere.',
  })
  allowedAddresses?: string[] | null;

  @Field(() => Int, {
    nullable: true,
    defaultValue: 365,
    description: 'How long each of its secrets is good, in days: 1 to 730.',
  })
  lifetimeDays?: number | null;

  @Field(() => String, NOTE)
  note!: string;

  @Field(() => String, IDEMPOTENCY_KEY)
  idempotencyKey!: string;
}

@InputType({ description: 'Which key gets a new secret.' })
export class RotateApiKeyInput {
  @Field(() => ID, { description: 'The key.' })
  apiKeyId!: string;

  @Field(() => Int, {
    nullable: true,
    defaultValue: 24,
    description: 'How long the secret before it stays good, in hours: 0 to 720. Older ones end at once.',
  })
  overlapHours?: number | null;

  @Field(() => String, NOTE)
  note!: string;

  @Field(() => String, IDEMPOTENCY_KEY)
  idempotencyKey!: string;
}

@InputType({ description: 'Which key ends, and why.' })
export class RevokeApiKeyInput {
  @Field(() => ID, { description: 'The key.' })
  apiKeyId!: string;

  @Field(() => String, NOTE)
  note!: string;

  @Field(() => String, IDEMPOTENCY_KEY)
  idempotencyKey!: string;
}

const KEY = { nullable: true, description: 'The key; null when it was refused.' };
const SECRET = {
  nullable: true,
  description:
    'The whole key, to be sent with calls: now or never. It is not kept, so that a repeat of the call gets null here; whoever lost the first answer asks for a new secret by rotateApiKey. Null, too, when it was refused.',
};

@ObjectType('CreateApiKeyPayload', { simpleResolvers: true, description: 'A new key, with its secret.' })
export class CreateApiKeyPayload implements Partial<KeyWithSecret> {
  @Field(() => ApiKeyView, KEY)
  apiKey?: ApiKey;

  @Field(() => String, SECRET)
  secret?: string | null;

  @Field(() => [UserErrorView], WHY_NOT)
  userErrors!: RefusalView[];
}

@ObjectType('RotateApiKeyPayload', { simpleResolvers: true, description: 'A key, with its new secret.' })
export class RotateApiKeyPayload implements Partial<KeyWithSecret> {
  @Field(() => ApiKeyView, KEY)
  apiKey?: ApiKey;

  @Field(() => String, SECRET)
  secret?: string | null;

  @Field(() => [UserErrorView], WHY_NOT)
  userErrors!: RefusalView[];
}

@ObjectType('RevokeApiKeyPayload', { simpleResolvers: true, description: 'What became of a key.' })
export class RevokeApiKeyPayload {
  @Field(() => ApiKeyView, KEY)
  apiKey?: ApiKey;

  @Field(() => [UserErrorView], WHY_NOT)
  userErrors!: RefusalView[];
}
