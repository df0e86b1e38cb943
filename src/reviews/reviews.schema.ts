import { ArgsType, Directive, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { graphqlEnum } from '../schema/enum.ts';
import { NodeView } from '../schema/node.ts';
import { connectionType, PageArgs } from '../schema/page.ts';
import { DateTimeScalar } from '../schema/scalars.ts';
import { RefusalView, UserErrorView } from '../schema/user-error.ts';
import type { Review, ReviewReply, ReviewStatus, ReviewVoid, Verification, VoidGround } from './review.ts';

export const ReviewStatusEnum = graphqlEnum<ReviewStatus>('ReviewStatus', 'Whether a review counts.', {
  COUNTED: 'It counts towards rating and grade.',
  HELD: 'It is in doubt, or came in a burst, and counts for nothing until it is released. Seen by its author, its merchant and the house.',
  VOIDED:
    'It counts for nothing. It was found to be no honest review, and stays readable with the cause; or its author took it back: then `retractedAt` says when.',
  UNVERIFIED: 'No order of ours stands behind it: it is shown and counts for nothing.',
});

export const VerificationEnum = graphqlEnum<Verification>(
  'Verification',
  'How much is known of the order behind a review, each level more than the one before.',
  {
    NONE: 'No order is known.',
    ORDER_MATCHED: 'Its author ordered from this merchant.',
    PAID: 'The order was paid.',
    DELIVERED: 'The order was delivered.',
    KEPT: 'The order was kept until its return window was over.',
  },
);

export const VoidGroundEnum = graphqlEnum<VoidGround>('VoidGround', 'Why a review must not count.', {
  FAKE_PURCHASED: 'It was paid for.',
  FAKE_COMPETITOR: 'A competitor wrote it, or had it written.',
  INSIDER: 'Its author works for the merchant, or is close to it.',
  COLLUSION_RING: 'It is part of a ring of accounts that praise or sink together.',
  EXTORTION: 'It was used to demand something.',
  SPAM: 'It advertises, or says nothing about the deal.',
  NOT_A_CUSTOMER: 'Its author never bought from the merchant.',
  PERSONAL_DATA: "It has somebody's personal data in it.",
  ILLEGAL: 'It is against the law.',
});

/** What the outside sees of a review: the columns that are listed here, and no other. */
@Directive('@key(fields: "id")')
@ObjectType('Review', {
  implements: NodeView,
  simpleResolvers: true,
  description: 'What a buyer says of a merchant after an order. It is never rewritten nor deleted.',
})
export class ReviewView
  extends NodeView
  implements
    Pick<Review, 'stars' | 'occurredAt' | 'status' | 'verification' | 'channel' | 'incentivized' | 'retractedAt'>
{
  @Field(() => String, {
    nullable: true,
    description: "The platform's own id; null for a review that was written here.",
  })
  externalId!: string | null;

  @Field(() => Int, { description: 'From 1 (poor) to 5 (excellent).' })
  stars!: number;

  @Field(() => DateTimeScalar, { description: 'When it was written.' })
  occurredAt!: Date;

  @Field(() => ReviewStatusEnum, { description: 'Whether it counts.' })
  status!: ReviewStatus;

  @Field(() => VerificationEnum, { description: 'How much is known of the order behind it.' })
  verification!: Verification;

  @Field(() => String, { description: 'How it came: ORGANIC (unasked), INVITED or IMPORTED.' })
  channel!: string;

  @Field(() => Boolean, { description: 'Its author was promised something for writing it.' })
  incentivized!: boolean;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'When its author took it back; null unless that was done. Such a review is seen by its author and the house alone.',
  })
  retractedAt!: Date | null;
}

export const ReviewConnection = connectionType<Review>('Review', () => ReviewView);

@ObjectType('ReviewReply', { simpleResolvers: true, description: "The merchant's public answer to a review." })
export class ReviewReplyView implements Pick<ReviewReply, 'text' | 'repliedAt'> {
  @Field(() => String, { description: 'In its own words.' })
  text!: string;

  @Field(() => DateTimeScalar, { description: 'When it was given.' })
  repliedAt!: Date;
}

@ObjectType('ReviewVoid', { simpleResolvers: true, description: 'Why a review stopped counting.' })
export class ReviewVoidView implements Pick<ReviewVoid, 'ground' | 'statement'> {
  @Field(() => VoidGroundEnum, { description: 'The kind of reason.' })
  ground!: VoidGround;

  @Field(() => String, { description: 'The reason as it was told to those concerned.' })
  statement!: string;

  @Field(() => DateTimeScalar, { description: 'When it stopped counting.' })
  at!: Date;
}

@ArgsType()
export class ReviewsArgs extends PageArgs {
  @Field(() => [Int], { nullable: true, description: 'Only reviews with one of these numbers of stars, each 1 to 5.' })
  stars?: number[] | null;

  @Field(() => ReviewStatusEnum, {
    nullable: true,
    description:
      'Only reviews of this status. If not given: COUNTED; the merchant itself and the house get all that they may see.',
  })
  status?: ReviewStatus | null;
}

@InputType({ description: "The merchant's answer to a review of itself." })
export class ReplyToReviewInput {
  @Field(() => ID, { description: 'The review that is answered.' })
  reviewId!: string;

  @Field(() => String, { description: '1 to 10,000 characters; it is public, and it stays.' })
  text!: string;

  @Field(() => String, {
    description: 'Any text of 1 to 255 characters, a new one for each new call; a repeat gets the first answer.',
  })
  idempotencyKey!: string;
}

@InputType({ description: "Someone's doubt about a review." })
export class ReportReviewInput {
  @Field(() => ID, { description: 'The review in doubt.' })
  reviewId!: string;

  @Field(() => VoidGroundEnum, { description: 'What seems to be wrong with it.' })
  ground!: VoidGround;

  @Field(() => String, { description: 'Why it seems so: 1 to 2,000 characters, for the eyes of those who judge.' })
  explanation!: string;

  @Field(() => String, {
    description: 'Any text of 1 to 255 characters, a new one for each new call; a repeat gets the first answer.',
  })
  idempotencyKey!: string;
}

@ObjectType('ReplyToReviewPayload', { simpleResolvers: true, description: 'What became of a reply.' })
export class ReplyToReviewPayload {
  @Field(() => ReviewView, { nullable: true, description: 'The review with its reply; null when it was refused.' })
  review?: Review | null;

  @Field(() => [UserErrorView], { description: 'Why nothing was changed; empty when it was done.' })
  userErrors!: RefusalView[];
}

@ObjectType('ReportReviewPayload', { simpleResolvers: true, description: 'What became of a report.' })
export class ReportReviewPayload {
  @Field(() => ReviewView, {
    nullable: true,
    description: 'The review that was reported; null when the report was refused.',
  })
  review?: Review | null;

  @Field(() => [UserErrorView], { description: 'Why nothing was taken down; empty when it was.' })
  userErrors!: RefusalView[];
}
