import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { refreshed } from '../access/loader.ts';
import { allOf, andThen, type Awaitable } from '../kernel/awaitable.ts';
import { globalId } from '../kernel/global-id.ts';
import { Refusal } from '../kernel/refusal.ts';
import { LookupArgs, lookUp } from '../schema/lookup.ts';
import { NODE_ID } from '../schema/node.ts';
import { merchantByExternalId, merchantById, rememberedMerchant } from './merchants.loaders.ts';
import { MerchantView, type MerchantRow } from './merchants.schema.ts';

const MAX_BATCH = 100;

@Resolver(() => MerchantView)
export class MerchantsResolver {
  @Query(() => MerchantView, {
    nullable: true,
    description: "One merchant, by its id or by the platform's own; null when it is not known.",
  })
  merchant(@Args(() => LookupArgs) args: LookupArgs, @Ctx() call: Call): Promise<MerchantRow | null> {
    return lookUp(call, 'Merchant', args, merchantById, merchantByExternalId);
  }

  @Query(() => [MerchantView], {
    nullable: 'items',
    description:
      "A storefront's batch: the merchants of these external ids in the same order, null where one is not known.",
  })
  merchants(
    @Ctx() call: Call,
    @Arg('externalIds', () => [String], { nullable: true, description: "The platform's own ids, at most 100." })
    externalIds: readonly string[] | null | undefined,
  ): Awaitable<(MerchantRow | null)[]> {
    return merchantsOf(call, externalIds);
  }

  @FieldResolver(() => ID, NODE_ID)
  id(@Root() merchant: MerchantRow): string {
    return globalId('Merchant', merchant.id);
  }
}

/** The storefront's batch. */
export function merchantsOf(
  call: Call,
  externalIds: readonly string[] | null | undefined,
): Awaitable<(MerchantRow | null)[]> {
  if (!externalIds) throw refused('EXTERNAL_IDS_MISSING', 'Give `externalIds`: the merchants to look up.');
  if (externalIds.length > MAX_BATCH)
    throw refused(
      'TOO_MANY_IDS',
      `At most ${MAX_BATCH} \`externalIds\` go into one batch; these are ${externalIds.length}.`,
    );
  return andThen(refreshed(call), () => allOf(externalIds.map((externalId) => rememberedMerchant(call, externalId))));
}

const refused = (code: string, message: string) => new Refusal('INVALID', code, message, ['externalIds']);
