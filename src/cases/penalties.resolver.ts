import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { globalId } from '../kernel/global-id.ts';
import { ReversalReceiptView } from '../reviews/receipts.schema.ts';
import type { ReceiptRow } from '../reviews/receipts.loaders.ts';
import type { Sanction } from '../sanctions/sanction.ts';
import { SanctionView } from '../sanctions/sanctions.schema.ts';
import { NODE_ID } from '../schema/node.ts';
import { asUserErrors } from '../schema/user-error.ts';
import { penalizeFakeReviews, previewPenalty } from './penalties.commands.ts';
import { answerTo, NO_PENALTY, receiptOfPenalty, sanctionsOfPenalty, type PenaltyAnswer } from './penalties.loaders.ts';
import {
  PenalizeFakeReviewsInput,
  PenalizeFakeReviewsPayload,
  PenaltyView,
  PreviewPenaltyArgs,
} from './penalties.schema.ts';
import type { Penalty } from './penalty.ts';

@Resolver(() => PenaltyView)
export class PenaltiesResolver {
  @Query(() => ReversalReceiptView, {
    description: 'What a penalty would change. Nothing is written: the receipt has an id that leads nowhere.',
  })
  async previewPenalty(
    @Args(() => PreviewPenaltyArgs) asked: PreviewPenaltyArgs,
    @Ctx() call: Call,
  ): Promise<ReceiptRow> {
    const receipt = await previewPenalty(call, asked);
    return { ...receipt, merchantId: receipt.merchantIds[0]! };
  }

  @Mutation(() => PenalizeFakeReviewsPayload, {
    description:
      'Voids fake reviews with all that follows, in one transaction; or proposes it, where the conduct rules ask for a second person.',
  })
  penalizeFakeReviews(
    @Arg('input', () => PenalizeFakeReviewsInput, { description: 'Which, why, and what follows.' })
    input: PenalizeFakeReviewsInput,
    @Ctx() call: Call,
  ): Promise<Partial<PenaltyAnswer> & Pick<PenalizeFakeReviewsPayload, 'userErrors'>> {
    return asUserErrors<PenaltyAnswer>(
      async () => answerTo(call, await penalizeFakeReviews(call, input), input.reviewIds),
      NO_PENALTY,
    );
  }

  @FieldResolver(() => ID, NODE_ID)
  id(@Root() { id }: Penalty): string {
    return globalId('Penalty', id);
  }

  @FieldResolver(() => ReversalReceiptView, {
    nullable: true,
    description: 'Every subject that moved, before and after.',
  })
  receipt(@Root() penalty: Penalty, @Ctx() call: Call): Promise<ReceiptRow | null> {
    return receiptOfPenalty(call, penalty);
  }

  @FieldResolver(() => [SanctionView], { description: 'Whom it sanctioned, and how; annulled ones too.' })
  sanctions(@Root() penalty: Penalty, @Ctx() call: Call): Promise<readonly Sanction[]> {
    return sanctionsOfPenalty(call, penalty);
  }
}
