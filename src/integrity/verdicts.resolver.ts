import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { receiptById } from '../reviews/receipts.loaders.ts';
import { asUserErrors } from '../schema/user-error.ts';
import {
  claimSuspicion,
  confirmSuspicion,
  dismissSuspicion,
  releaseClaim,
  releaseReview,
  type FoldingsOf,
} from './suspicions.commands.ts';
import {
  ClaimSuspicionInput,
  ClaimSuspicionPayload,
  ConfirmSuspicionInput,
  ConfirmSuspicionPayload,
  DismissSuspicionInput,
  DismissSuspicionPayload,
  ReleaseClaimInput,
  ReleaseClaimPayload,
  ReleaseReviewInput,
  ReleaseReviewPayload,
} from './suspicions.schema.ts';

/** What staff do about doubts. Which policies standings are kept under is told from above: this room stands below them. */
export function verdictsResolver(foldingsAt: (now: number) => FoldingsOf): new () => object {
  @Resolver()
  class VerdictsResolver {
    @Mutation(() => ClaimSuspicionPayload, {
      description: 'Says that one works on a suspicion, so that nobody else does. A claim runs out by itself.',
    })
    claimSuspicion(
      @Arg('input', () => ClaimSuspicionInput, { description: 'Which.' }) input: ClaimSuspicionInput,
      @Ctx() call: Call,
    ): Promise<ClaimSuspicionPayload> {
      return asUserErrors(async () => ({ suspicion: await claimSuspicion(call, input) }));
    }

    @Mutation(() => ReleaseClaimPayload, { description: 'Gives a claim up, so that others may work on it.' })
    releaseClaim(
      @Arg('input', () => ReleaseClaimInput, { description: 'Which.' }) input: ReleaseClaimInput,
      @Ctx() call: Call,
    ): Promise<ReleaseClaimPayload> {
      return asUserErrors(async () => ({ suspicion: await releaseClaim(call, input) }));
    }

    @Mutation(() => DismissSuspicionPayload, {
      description: 'Finds a suspicion wrong. What it alone held counts again, as if it had never been held.',
    })
    dismissSuspicion(
      @Arg('input', () => DismissSuspicionInput, { description: 'Which, and why.' }) input: DismissSuspicionInput,
      @Ctx() call: Call,
    ): Promise<DismissSuspicionPayload> {
      return asUserErrors(async () => ({ suspicion: await dismissSuspicion(call, input, foldingsAt(call.now)) }));
    }

    @Mutation(() => ConfirmSuspicionPayload, {
      description:
        'Finds a suspicion about orders right, and leaves the orders as they are; `penalizeBrushing` voids them, confirms it too, and sanctions the merchant if that is asked for. One about reviews is confirmed by penalizing them.',
    })
    confirmSuspicion(
      @Arg('input', () => ConfirmSuspicionInput, { description: 'Which, and why.' }) input: ConfirmSuspicionInput,
      @Ctx() call: Call,
    ): Promise<ConfirmSuspicionPayload> {
      return asUserErrors(async () => ({ suspicion: await confirmSuspicion(call, input) }));
    }

    @Mutation(() => ReleaseReviewPayload, {
      description: 'Lets a held review count, exactly as if it had never been held.',
    })
    releaseReview(
      @Arg('input', () => ReleaseReviewInput, { description: 'Which, and why.' }) input: ReleaseReviewInput,
      @Ctx() call: Call,
    ): Promise<ReleaseReviewPayload> {
      return asUserErrors(async () => {
        const { review, receiptId } = await releaseReview(call, input, foldingsAt(call.now));
        return { review, receipt: await receiptById(call, review.merchantId, receiptId) };
      });
    }
  }
  return VerdictsResolver;
}
