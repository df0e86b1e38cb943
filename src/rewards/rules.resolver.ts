import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { asUserErrors } from '../schema/user-error.ts';
import { saveRewards } from './rules.commands.ts';
import { rewardsNow, rewardsOfVersion } from './rules.loaders.ts';
import { RewardsPolicyView, SaveRewardsPolicyInput, SaveRewardsPolicyPayload } from './rules.schema.ts';
import type { RewardsVersion } from './rules.ts';

@Resolver(() => RewardsPolicyView)
export class RulesResolver {
  @Query(() => RewardsPolicyView, { description: 'The rules of points that hold now. They are public.' })
  async rewardsPolicy(@Ctx() call: Call): Promise<RewardsPolicyView> {
    return viewOf(await rewardsNow(call));
  }

  @Mutation(() => SaveRewardsPolicyPayload, {
    description:
      'Puts other rules of points in force; or proposes them, where they would give or take more than before.',
  })
  saveRewardsPolicy(
    @Arg('input', () => SaveRewardsPolicyInput, { description: 'The rules, and why.' }) input: SaveRewardsPolicyInput,
    @Ctx() call: Call,
  ): Promise<SaveRewardsPolicyPayload> {
    return asUserErrors(async () => {
      const { version, proposal } = await saveRewards(call, { ...input, activeFrom: input.activeFrom ?? null });
      const saved = version === null ? null : await rewardsOfVersion(call.sql, version);
      return { policy: saved && viewOf(saved), proposal };
    });
  }
}

const viewOf = ({ version, rewards }: RewardsVersion): RewardsPolicyView => ({ version, document: rewards });
