import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { connectionType } from '../schema/page.ts';
import { DateTimeScalar } from '../schema/scalars.ts';
import { UserErrorView, type RefusalView } from '../schema/user-error.ts';
import type { ReportRow } from './reports.queries.ts';
import type { Review, VoidGround } from './review.ts';
import { ReviewView, VoidGroundEnum } from './reviews.schema.ts';

@ObjectType('ReviewReport', {
  simpleResolvers: true,
  description: "Somebody's doubt about a review, for those who judge, with what they found.",
})
export class ReviewReportView implements Pick<ReportRow, 'reporter' | 'ground' | 'explanation' | 'answer'> {
  @Field(() => String, { description: 'Who reported it, such as BUYER:b-1.' })
  reporter!: string;

  @Field(() => VoidGroundEnum, { description: 'What seemed to be wrong with it.' })
  ground!: VoidGround;

  @Field(() => String, { description: 'Why, in their words.' })
  explanation!: string;

  @Field(() => DateTimeScalar, { description: 'When it was reported.' })
  reportedAt!: Date;

  @Field(() => String, {
    nullable: true,
    description:
      'What was found; null until it is answered. A review that is voided needs no answer: its void says why.',
  })
  answer!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was answered; null until then.' })
  answeredAt!: Date | null;
}

export const ReviewReportConnection = connectionType<ReportRow>('ReviewReport', () => ReviewReportView);

@InputType({ description: 'What was found of a review that was reported.' })
export class AnswerReportsInput {
  @Field(() => ID, { description: 'The review.' })
  reviewId!: string;

  @Field(() => String, { description: 'The answer, as it is told to whoever reported it: 1 to 2,000 characters.' })
  note!: string;

  @Field(() => String, {
    description: 'Any text of 1 to 255 characters, a new one for each new call; a repeat gets the first answer.',
  })
  idempotencyKey!: string;
}

@ObjectType('AnswerReportsPayload', { simpleResolvers: true, description: 'What became of an answer to reports.' })
export class AnswerReportsPayload {
  @Field(() => ReviewView, { nullable: true, description: 'The review with its reports; null when it was refused.' })
  review?: Review | null;

  @Field(() => [UserErrorView], { description: 'Why nothing was changed; empty when it was done.' })
  userErrors!: RefusalView[];
}
