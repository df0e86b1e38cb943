import { ArgsType, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { OrderRow } from '../orders/orders.schema.ts';
import { OrderView } from '../orders/orders.schema.ts';
import { ReversalReceiptView } from '../reviews/receipts.schema.ts';
import type { ReceiptRow } from '../reviews/receipts.loaders.ts';
import type { Review } from '../reviews/review.ts';
import { ReviewView } from '../reviews/reviews.schema.ts';
import { ProposalView } from '../sanctions/approval.schema.ts';
import type { Proposal } from '../sanctions/proposal.ts';
import type { Sanction } from '../sanctions/sanction.ts';
import { SanctionView } from '../sanctions/sanctions.schema.ts';
import { UserErrorView, type RefusalView } from '../schema/user-error.ts';
import type { Penalty } from './penalty.ts';
import { PenaltyView } from './penalties.schema.ts';

const ASKED = {
  orderIds: 'The orders, 1 to 1,000; either these or a `suspicionId`.',
  suspicionId:
    'A suspicion of the kind BRUSHING that was not dismissed: all its orders that count, the first 1,000 if there are more. Instead of `orderIds`.',
  deductPoints:
    'Credit points to take from each merchant, 0 to 1,000,000, with `alsoSanctionMerchant` only; what the ladder of measures says, if not given. Accounts may go below zero.',
  alsoSanctionMerchant:
    'Sanctions the merchants of the orders, too, on the ground BRUSHING, by the ladder of measures. False, if not given. Buyers are not sanctioned: an account may have been used without its owner.',
};

@ArgsType()
export class PreviewBrushingPenaltyArgs {
  @Field(() => [ID], { nullable: true, description: ASKED.orderIds })
  orderIds?: string[] | null;

  @Field(() => ID, { nullable: true, description: ASKED.suspicionId })
  suspicionId?: string | null;

  @Field(() => Int, { nullable: true, description: ASKED.deductPoints })
  deductPoints?: number | null;

  @Field(() => Boolean, { nullable: true, description: ASKED.alsoSanctionMerchant })
  alsoSanctionMerchant?: boolean | null;
}

@InputType({ description: 'Which orders a merchant placed with itself, and what follows.' })
export class PenalizeBrushingInput {
  @Field(() => [ID], { nullable: true, description: ASKED.orderIds })
  orderIds?: string[] | null;

  @Field(() => ID, { nullable: true, description: ASKED.suspicionId })
  suspicionId?: string | null;

  @Field(() => String, { description: 'Why, for staff: 1 to 2,000 characters. It is kept.' })
  note!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'The facts and reasons as they are told to those concerned, and published with the reviews of the orders: 1 to 5,000 characters; a sentence, if not given.',
  })
  statement?: string | null;

  @Field(() => Int, { nullable: true, description: ASKED.deductPoints })
  deductPoints?: number | null;

  @Field(() => Boolean, { nullable: true, defaultValue: false, description: ASKED.alsoSanctionMerchant })
  alsoSanctionMerchant?: boolean | null;

  @Field(() => String, {
    description: 'Any text of 1 to 255 characters, a new one for each new call; a repeat gets the first answer.',
  })
  idempotencyKey!: string;
}

@ObjectType('PenalizeBrushingPayload', { simpleResolvers: true, description: 'What became of a penalty for brushing.' })
export class PenalizeBrushingPayload {
  @Field(() => [OrderView], { description: 'The orders that were voided; empty when nothing was done.' })
  orders!: readonly OrderRow[];

  @Field(() => [ReviewView], {
    description: 'The reviews of these orders that were voided with them; empty when nothing was done.',
  })
  reviews!: readonly Review[];

  @Field(() => ReversalReceiptView, {
    nullable: true,
    description: 'Every subject that moved, before and after; null when nothing was done.',
  })
  receipt?: ReceiptRow | null;

  @Field(() => [SanctionView], { description: 'Whom it sanctioned, and how; empty where nobody was.' })
  sanctions!: readonly Sanction[];

  @Field(() => PenaltyView, { nullable: true, description: 'The decision; null when nothing was done.' })
  penalty?: Penalty | null;

  @Field(() => ProposalView, {
    nullable: true,
    description: 'What another person must agree to before anything happens; null where one person may decide alone.',
  })
  proposal?: Proposal | null;

  @Field(() => [UserErrorView], { description: 'Why nothing was changed; empty when it was done, or proposed.' })
  userErrors!: RefusalView[];
}
