import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { forgetLoaded } from '../access/loader.ts';
import type { Call } from '../access/call.ts';
import { asUserErrors } from '../schema/user-error.ts';
import { closePointsAccount } from './close.commands.ts';
import { capturePoints, releasePoints } from './holds.commands.ts';
import { holdAfter } from './points.loaders.ts';
import {
  CapturePointsInput,
  CapturePointsPayload,
  ClosePointsAccountInput,
  ClosePointsAccountPayload,
  RefundPointsInput,
  RefundPointsPayload,
  ReleasePointsInput,
  ReleasePointsPayload,
} from './points.schema.ts';
import { refundPoints } from './refund.commands.ts';

@Resolver()
export class PointsResolver {
  @Mutation(() => CapturePointsPayload, { description: 'Spends points that are held: all of them, or part.' })
  capturePoints(
    @Arg('input', () => CapturePointsInput, { description: 'Which hold, and how much.' }) input: CapturePointsInput,
    @Ctx() call: Call,
  ): Promise<CapturePointsPayload> {
    return asUserErrors(async () =>
      holdAfter(call, await capturePoints(call, { ...input, points: input.points ?? null })),
    );
  }

  @Mutation(() => ReleasePointsPayload, { description: 'Gives points back that are held.' })
  releasePoints(
    @Arg('input', () => ReleasePointsInput, { description: 'Which hold.' }) input: ReleasePointsInput,
    @Ctx() call: Call,
  ): Promise<ReleasePointsPayload> {
    return asUserErrors(async () => holdAfter(call, await releasePoints(call, input)));
  }

  @Mutation(() => RefundPointsPayload, {
    description:
      'Gives back all that was captured of a hold, such as when the order is cancelled: to the same lots, which expire when they would have.',
  })
  refundPoints(
    @Arg('input', () => RefundPointsInput, { description: 'Of which hold, and why.' }) input: RefundPointsInput,
    @Ctx() call: Call,
  ): Promise<RefundPointsPayload> {
    return asUserErrors(async () => holdAfter(call, await refundPoints(call, input)));
  }

  @Mutation(() => ClosePointsAccountPayload, {
    description:
      'Closes an account of points for good. What is left on it is forfeited; nothing may be held, pending or owed.',
  })
  closePointsAccount(
    @Arg('input', () => ClosePointsAccountInput, { description: 'Whose, and why.' }) input: ClosePointsAccountInput,
    @Ctx() call: Call,
  ): Promise<ClosePointsAccountPayload> {
    return asUserErrors(async () => {
      const { subjectId } = await closePointsAccount(call, input);
      forgetLoaded(call);
      return { account: { subjectId } };
    });
  }
}
