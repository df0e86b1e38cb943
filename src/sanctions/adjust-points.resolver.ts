import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { forgetLoaded } from '../access/loader.ts';
import { asUserErrors } from '../schema/user-error.ts';
import { adjustPoints } from './adjust-points.commands.ts';
import { AdjustPointsInput, AdjustPointsPayload } from './adjust-points.schema.ts';

@Resolver()
export class AdjustPointsResolver {
  @Mutation(() => AdjustPointsPayload, {
    description:
      'Gives points to a merchant or a buyer, or takes some. One person moves at most 1,000 points in 24 hours on one account; beyond that it is proposed, and another must agree.',
  })
  adjustPoints(
    @Arg('input', () => AdjustPointsInput, { description: 'Whose, how many and why.' }) input: AdjustPointsInput,
    @Ctx() call: Call,
  ): Promise<AdjustPointsPayload> {
    return asUserErrors(async () => {
      const done = await adjustPoints(call, input);
      forgetLoaded(call);
      return done;
    });
  }
}
