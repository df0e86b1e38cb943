import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { globalId } from '../kernel/global-id.ts';
import type { Connection } from '../kernel/page.ts';
import { NODE_ID } from '../schema/node.ts';
import { ForwardPageArgs } from '../schema/page.ts';
import { asUserErrors } from '../schema/user-error.ts';
import type { ApiKey } from './api-key.ts';
import { createApiKey, revokeApiKey, rotateApiKey } from './keys.commands.ts';
import { apiKeysByPage, secretsOf } from './keys.loaders.ts';
import {
  ApiKeyConnection,
  ApiKeySecretView,
  ApiKeyView,
  CreateApiKeyInput,
  CreateApiKeyPayload,
  RevokeApiKeyInput,
  RevokeApiKeyPayload,
  RotateApiKeyInput,
  RotateApiKeyPayload,
} from './keys.schema.ts';
import type { Partner } from './partner.ts';
import { partnerById } from './partners.loaders.ts';
import { PartnerView } from './partners.schema.ts';

const DEFAULT_DAYS = 365;
const DEFAULT_OVERLAP_HOURS = 24;

@Resolver(() => ApiKeyView)
export class ApiKeysResolver {
  @Query(() => ApiKeyConnection, {
    description: 'The keys of machines, the last first; those that ended are among them.',
  })
  apiKeys(@Args(() => ForwardPageArgs) args: ForwardPageArgs, @Ctx() call: Call): Promise<Connection<ApiKey>> {
    return apiKeysByPage(call, args);
  }

  @Mutation(() => CreateApiKeyPayload, {
    description: 'Makes a key for a machine. Its secret is shown in this answer and never again.',
  })
  createApiKey(
    @Arg('input', () => CreateApiKeyInput, { description: 'Who gets it, and what for.' }) input: CreateApiKeyInput,
    @Ctx() call: Call,
  ): Promise<CreateApiKeyPayload> {
    return asUserErrors(() =>
      createApiKey(call, {
        ...input,
        partnerId: input.partnerId ?? null,
        allowedAddresses: input.allowedAddresses ?? [],
        lifetimeDays: input.lifetimeDays ?? DEFAULT_DAYS,
      }),
    );
  }

  @Mutation(() => RotateApiKeyPayload, {
    description: 'Gives a key a new secret. The one before stays good for a while, so that nothing need stop.',
  })
  rotateApiKey(
    @Arg('input', () => RotateApiKeyInput, { description: 'Which, and for how long both are good.' })
    input: RotateApiKeyInput,
    @Ctx() call: Call,
  ): Promise<RotateApiKeyPayload> {
    const overlapHours = input.overlapHours ?? DEFAULT_OVERLAP_HOURS;
    return asUserErrors(() => rotateApiKey(call, { ...input, overlapHours }));
  }

  @Mutation(() => RevokeApiKeyPayload, { description: 'Ends a key at once, with all of its secrets, and for good.' })
  revokeApiKey(
    @Arg('input', () => RevokeApiKeyInput, { description: 'Which, and why.' }) input: RevokeApiKeyInput,
    @Ctx() call: Call,
  ): Promise<RevokeApiKeyPayload> {
    return asUserErrors(async () => ({ apiKey: await revokeApiKey(call, input) }));
  }

  @FieldResolver(() => ID, NODE_ID)
  id(@Root() { id }: ApiKey): string {
    return globalId('ApiKey', id);
  }

  @FieldResolver(() => PartnerView, { nullable: true, description: "The partner of a PARTNER's key; null for others." })
  async partner(@Root() { partnerId }: ApiKey, @Ctx() call: Call): Promise<Partner | null> {
    return partnerId == null ? null : partnerById(call, [partnerId]);
  }

  @FieldResolver(() => [ApiKeySecretView], {
    description: 'Its last ten secrets, the newest first. At most two of them are good.',
  })
  secrets(@Root() { id }: ApiKey, @Ctx() call: Call): Promise<readonly ApiKeySecretView[]> {
    return secretsOf(call, id);
  }
}
