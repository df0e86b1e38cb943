import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Call } from '../access/call.ts';
import type { Connection } from '../kernel/page.ts';
import { OrderConnection, type OrderRow } from '../orders/orders.schema.ts';
import { ReversalReceiptView } from '../reviews/receipts.schema.ts';
import type { ReceiptRow } from '../reviews/receipts.loaders.ts';
import type { Sanction } from '../sanctions/sanction.ts';
import { SanctionView } from '../sanctions/sanctions.schema.ts';
import { ForwardPageArgs } from '../schema/page.ts';
import { asUserErrors } from '../schema/user-error.ts';
import { penalizeBrushing, previewBrushingPenalty } from './brushing.commands.ts';
import { answerToBrushing, decidedOrders, noOrders, NO_BRUSHING, type BrushingAnswer } from './brushing.loaders.ts';
import { PenalizeBrushingInput, PenalizeBrushingPayload, PreviewBrushingPenaltyArgs } from './brushing.schema.ts';
import { PenaltyView } from './penalties.schema.ts';
import type { Penalty } from './penalty.ts';

@Resolver(() => PenaltyView)
export class BrushingResolver {
  @Query(() => ReversalReceiptView, {
    description:
      'What a penalty for brushing would change. Nothing is written: the receipt has an id that leads nowhere.',
  })
  async previewBrushingPenalty(
    @Args(() => PreviewBrushingPenaltyArgs) asked: PreviewBrushingPenaltyArgs,
    @Ctx() call: Call,
  ): Promise<ReceiptRow> {
    const receipt = await previewBrushingPenalty(call, asked);
    return { ...receipt, merchantId: receipt.merchantIds[0]! };
  }

  @Mutation(() => PenalizeBrushingPayload, {
    description:
      'Voids orders that a merchant placed with itself, and their reviews, in one transaction; or proposes it, where the conduct rules ask for a second person.',
  })
  penalizeBrushing(
    @Arg('input', () => PenalizeBrushingInput, { description: 'Which orders, why, and what follows.' })
    input: PenalizeBrushingInput,
    @Ctx() call: Call,
  ): Promise<Partial<BrushingAnswer> & Pick<PenalizeBrushingPayload, 'userErrors'>> {
    return asUserErrors<BrushingAnswer>(
      async () => answerToBrushing(call, await penalizeBrushing(call, input)),
      NO_BRUSHING,
    );
  }

  @FieldResolver(() => OrderConnection, {
    description:
      'The orders that were voided, restored ones too; in no order of time. Empty where it was about reviews.',
  })
  voidedOrders(
    @Root() { id }: Penalty,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() call: Call,
  ): Promise<Connection<OrderRow>> {
    return decidedOrders(call, { penaltyId: id, subjectId: null }, args);
  }
}

@Resolver(() => SanctionView)
export class SanctionOrdersResolver {
  @FieldResolver(() => OrderConnection, {
    description:
      'The voided orders that it was imposed for. Empty where it was for something else. For the subject itself and the house.',
  })
  orders(
    @Root() { decisionId, subjectId }: Sanction,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() call: Call,
  ): Promise<Connection<OrderRow>> | Connection<OrderRow> {
    return decisionId == null ? noOrders(args) : decidedOrders(call, { penaltyId: decisionId, subjectId }, args);
  }
}
