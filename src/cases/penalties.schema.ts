import { ArgsType, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { Review, VoidGround } from '../reviews/review.ts';
import { ReversalReceiptView } from '../reviews/receipts.schema.ts';
import type { ReceiptRow } from '../reviews/receipts.loaders.ts';
import { ReviewView, VoidGroundEnum } from '../reviews/reviews.schema.ts';
import { ProposalView } from '../sanctions/approval.schema.ts';
import type { Proposal } from '../sanctions/proposal.ts';
import type { Sanction } from '../sanctions/sanction.ts';
import { SanctionView } from '../sanctions/sanctions.schema.ts';
import { NodeView } from '../schema/node.ts';
import { DateTimeScalar } from '../schema/scalars.ts';
import { UserErrorView, type RefusalView } from '../schema/user-error.ts';
import type { Penalty } from './penalty.ts';

@ObjectType('Penalty', {
  implements: NodeView,
  simpleResolvers: true,
  description:
    'A decision that reviews or orders do not count, with what it did to their authors and merchants. For staff.',
})
export class PenaltyView extends NodeView {
  @Field(() => VoidGroundEnum, {
    description: 'The ground on which its reviews are voided; FAKE_PURCHASED where it is about orders.',
  })
  ground!: VoidGround;

  @Field(() => String, { description: 'The reasons as they were told to those concerned.' })
  statement!: string;

  @Field(() => String, { description: 'Why, for staff.' })
  note!: string;

  @Field(() => Int, {
    description: 'How many reviews it voided: up to 1,000, and 1 at least where it is about no orders.',
  })
  reviews!: number;

  @Field(() => Int, {
    description: 'How many orders it voided, for brushing: up to 1,000; 0 where it is about reviews alone.',
  })
  orders!: number;

  @Field(() => Boolean, { description: 'False: reviews or orders were voided, and nobody was sanctioned.' })
  hasMeasures!: boolean;

  @Field(() => Boolean, { description: 'A detector had found one of the reviews or orders before a person did.' })
  isDetectedAutomatically!: boolean;

  @Field(() => Boolean, { description: 'No person decided it.' })
  isDecidedAutomatically!: boolean;

  @Field(() => String, { description: 'Who decided it.' })
  decidedBy!: string;

  @Field(() => String, { nullable: true, description: 'Who agreed to it; null where one person may decide alone.' })
  approvedBy?: string | null;

  @Field(() => DateTimeScalar, { description: 'When it was carried out.' })
  decidedAt!: Date;
}

const MEASURES = {
  deductPoints:
    'Credit points to take from each author, 0 to 1,000,000; what the ladder of measures says, if not given. Accounts may go below zero.',
  alsoSanctionMerchant:
    'Sanctions the merchants of the reviews, too, as having paid for them; on the grounds FAKE_PURCHASED, INSIDER and COLLUSION_RING.',
};

@ArgsType()
export class PreviewPenaltyArgs {
  @Field(() => [ID], { description: 'The reviews, 1 to 1,000.' })
  reviewIds!: string[];

  @Field(() => VoidGroundEnum, { description: 'The ground.' })
  ground!: VoidGround;

  @Field(() => Int, { nullable: true, description: MEASURES.deductPoints })
  deductPoints?: number | null;

  @Field(() => Boolean, { nullable: true, description: `${MEASURES.alsoSanctionMerchant} False, if not given.` })
  alsoSanctionMerchant?: boolean | null;
}

@InputType({ description: 'Which reviews are fake, why, and what follows for those who did it.' })
export class PenalizeFakeReviewsInput {
  @Field(() => [ID], { description: 'The reviews, 1 to 1,000.' })
  reviewIds!: string[];

  @Field(() => VoidGroundEnum, { description: 'The ground.' })
  ground!: VoidGround;

  @Field(() => String, { description: 'Why, for staff: 1 to 2,000 characters. It is kept.' })
  note!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'The facts and reasons as they are told to those concerned, and published with the review: 1 to 5,000 characters; a sentence on the ground, if not given.',
  })
  statement?: string | null;

  @Field(() => Int, { nullable: true, description: MEASURES.deductPoints })
  deductPoints?: number | null;

  @Field(() => Boolean, { nullable: true, defaultValue: false, description: MEASURES.alsoSanctionMerchant })
  alsoSanctionMerchant?: boolean | null;

  @Field(() => String, {
    description: 'Any text of 1 to 255 characters, a new one for each new call; a repeat gets the first answer.',
  })
  idempotencyKey!: string;
}

@ObjectType('PenalizeFakeReviewsPayload', { simpleResolvers: true, description: 'What became of a penalty.' })
export class PenalizeFakeReviewsPayload {
  @Field(() => [ReviewView], { description: 'The reviews that were voided; empty when nothing was done.' })
  reviews!: readonly Review[];

  @Field(() => ReversalReceiptView, {
    nullable: true,
    description: 'Every subject that moved, before and after; null when nothing was done.',
  })
  receipt?: ReceiptRow | null;

  @Field(() => [SanctionView], { description: 'Whom it sanctioned, and how; empty when nothing was done.' })
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
