import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { forgetLoaded } from '../access/loader.ts';
import { globalId } from '../kernel/global-id.ts';
import type { Connection } from '../kernel/page.ts';
import { OrderView, type OrderRow } from '../orders/orders.schema.ts';
import { ReversalReceiptView } from '../reviews/receipts.schema.ts';
import type { Review } from '../reviews/review.ts';
import type { ReceiptRow } from '../reviews/receipts.loaders.ts';
import { ReviewView } from '../reviews/reviews.schema.ts';
import type { Sanction } from '../sanctions/sanction.ts';
import { SanctionView } from '../sanctions/sanctions.schema.ts';
import { NODE_ID } from '../schema/node.ts';
import { SubjectView, type SubjectRow } from '../schema/subject.ts';
import { asUserErrors } from '../schema/user-error.ts';
import type { Appeal } from './appeal.ts';
import {
  appealAgainstSanction,
  appealsByPage,
  appellantOf,
  decisionAppealed,
  orderAppealed,
  receiptOfAppeal,
  reviewAppealed,
  sanctionAppealed,
} from './appeals.loaders.ts';
import {
  AppealConnection,
  AppealsArgs,
  AppealView,
  DecideAppealInput,
  DecideAppealPayload,
  FileAppealInput,
  FileAppealPayload,
  TakeAppealInput,
  TakeAppealPayload,
} from './appeals.schema.ts';
import { claimAppeal, decideAppeal } from './decide-appeal.commands.ts';
import { fileAppeal } from './file-appeal.commands.ts';

@Resolver(() => AppealView)
export class AppealsResolver {
  @Query(() => AppealConnection, { description: 'What is to be answered, by when: the most urgent first.' })
  appeals(@Args(() => AppealsArgs) { status, ...page }: AppealsArgs, @Ctx() call: Call): Promise<Connection<Appeal>> {
    return appealsByPage(call, status ?? null, page);
  }

  @Mutation(() => FileAppealPayload, {
    description:
      'Appeals against a decision that befell you: once for each, and within 183 days. A frozen account may, too, unless someone else seems to use it; then its time stands still.',
  })
  fileAppeal(
    @Arg('input', () => FileAppealInput, { description: 'Against which, and why.' }) input: FileAppealInput,
    @Ctx() call: Call,
  ): Promise<FileAppealPayload> {
    return asUserErrors(async () => ({ appeal: await fileAppeal(call, input) }));
  }

  @Mutation(() => TakeAppealPayload, {
    description: 'You look into an appeal: for four hours nobody else may. Not into one against a decision of yours.',
  })
  takeAppeal(
    @Arg('input', () => TakeAppealInput, { description: 'Which.' }) input: TakeAppealInput,
    @Ctx() call: Call,
  ): Promise<TakeAppealPayload> {
    return asUserErrors(async () => ({ appeal: await claimAppeal(call, input) }));
  }

  @Mutation(() => DecideAppealPayload, {
    description:
      'Answers an appeal. OVERTURNED restores everything that the decision did, bit for bit; never by whoever had a part in it.',
  })
  decideAppeal(
    @Arg('input', () => DecideAppealInput, { description: 'Which, and how.' }) input: DecideAppealInput,
    @Ctx() call: Call,
  ): Promise<DecideAppealPayload> {
    return asUserErrors(async () => {
      const appeal = await decideAppeal(call, input);
      forgetLoaded(call);
      return { appeal, receipt: await receiptOfAppeal(call, appeal) };
    });
  }

  @FieldResolver(() => ID, NODE_ID)
  id(@Root() { id }: Appeal): string {
    return globalId('Appeal', id);
  }

  @FieldResolver(() => SubjectView, { nullable: true, description: 'Who appealed.' })
  appellant(@Root() appeal: Appeal, @Ctx() call: Call): Promise<SubjectRow | null> {
    return appellantOf(call, appeal);
  }

  @FieldResolver(() => ReviewView, {
    nullable: true,
    description: 'The review that was voided; null for other decisions.',
  })
  review(@Root() appeal: Appeal, @Ctx() call: Call): Promise<Review | null> | null {
    return reviewAppealed(call, appeal);
  }

  @FieldResolver(() => OrderView, {
    nullable: true,
    description: 'The order that was voided; null for other decisions, and where it is against all orders of one.',
  })
  order(@Root() appeal: Appeal, @Ctx() call: Call): Promise<OrderRow | null> | null {
    return orderAppealed(call, appeal);
  }

  @FieldResolver(() => ReversalReceiptView, {
    nullable: true,
    description:
      'Where it is against all orders of the appellant that one decision voided, the receipt of that decision; else null.',
  })
  againstReceipt(@Root() appeal: Appeal, @Ctx() call: Call): Promise<ReceiptRow | null> | null {
    return decisionAppealed(call, appeal);
  }

  @FieldResolver(() => SanctionView, { nullable: true, description: 'The sanction; null for other decisions.' })
  sanction(@Root() appeal: Appeal, @Ctx() call: Call): Promise<Sanction | null> | null {
    return sanctionAppealed(call, appeal);
  }

  @FieldResolver(() => ReversalReceiptView, {
    nullable: true,
    description: 'What moved back; null unless it was overturned.',
  })
  receipt(@Root() appeal: Appeal, @Ctx() call: Call): Promise<ReceiptRow | null> | null {
    return receiptOfAppeal(call, appeal);
  }
}

@Resolver(() => SanctionView)
export class SanctionAppealsResolver {
  @FieldResolver(() => AppealView, {
    nullable: true,
    description:
      'For whom it is against, their own appeal; for the house, the one that is open or the last. Null without.',
  })
  appeal(@Root() sanction: Sanction, @Ctx() call: Call): Promise<Appeal | null> {
    return appealAgainstSanction(call, sanction);
  }
}
