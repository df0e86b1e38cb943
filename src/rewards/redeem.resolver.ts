import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { globalId } from '../kernel/global-id.ts';
import { holdAfter } from '../points/points.loaders.ts';
import { asUserErrors } from '../schema/user-error.ts';
import { redeem } from './redeem.commands.ts';
import { RedeemPointsInput, RedeemPointsPayload } from './redeem.schema.ts';

@Resolver()
export class RedeemResolver {
  @Mutation(() => RedeemPointsPayload, {
    description:
      'Holds points for a purpose, for seven days: `capturePoints` spends them, `releasePoints` gives them back.',
  })
  redeemPoints(
    @Arg('input', () => RedeemPointsInput, { description: 'Whose, how many and what for.' }) input: RedeemPointsInput,
    @Ctx() call: Call,
  ): Promise<RedeemPointsPayload> {
    return asUserErrors(async () => {
      const key = await redeem(call, input);
      const { hold, account } = await holdAfter(call, key);
      const { valueAmount: amount = null, valueCurrency: currency = null } = hold ?? {};
      const value = amount === null || currency === null ? null : { amount, currency };
      return { holdId: globalId('PointsHold', key.subjectId, key.id), hold, value, account };
    });
  }
}
