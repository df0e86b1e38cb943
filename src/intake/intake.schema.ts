import { Field, InputType, Int, ObjectType } from 'type-graphql';
import type { Review } from '../reviews/review.ts';
import { ReviewView } from '../reviews/reviews.schema.ts';
import { graphqlEnum } from '../schema/enum.ts';
import { DateTimeScalar, JsonScalar } from '../schema/scalars.ts';
import { RefusalView, UserErrorView } from '../schema/user-error.ts';

export type IngestErrorPolicy = 'REJECT_EVERYTHING' | 'REJECT_FAILED';
const IngestErrorPolicyEnum = graphqlEnum<IngestErrorPolicy>(
  'IngestErrorPolicy',
  'What becomes of a batch in which an event is rejected.',
  {
    REJECT_EVERYTHING: 'Nothing of it is taken in.',
    REJECT_FAILED: 'All the others are taken in.',
  },
);

@InputType({
  description:
    'An event as CloudEvents 1.0 has it, but for extension attributes: leave those out. `source` and `id` together are its identity.',
})
export class CloudEventInput {
  @Field(() => String, { nullable: true, description: '1.0, if given.' })
  specversion?: string | null;

  @Field(() => String, { description: 'Unique within its source: 1 to 200 characters.' })
  id!: string;

  @Field(() => String, { description: 'Where it comes from: 1 to 200 characters.' })
  source!: string;

  @Field(() => String, { description: 'What happened, such as order.placed.' })
  type!: string;

  @Field(() => DateTimeScalar, { description: 'When it happened: from 1995, and at most 5 minutes ahead of now.' })
  time!: Date;

  @Field(() => String, { nullable: true, description: 'As CloudEvents allows it; not used.' })
  subject?: string | null;

  @Field(() => String, { nullable: true, description: 'application/json, if given.' })
  datacontenttype?: string | null;

  @Field(() => String, { nullable: true, description: 'As CloudEvents allows it; not used.' })
  dataschema?: string | null;

  @Field(() => JsonScalar, { description: 'What is to be known of it; which fields, depends on the type.' })
  data!: unknown;
}

@InputType({ description: 'A batch of events.' })
export class IngestEventsInput {
  @Field(() => [CloudEventInput], { description: '1 to 1,000 events, in any order.' })
  events!: CloudEventInput[];

  @Field(() => IngestErrorPolicyEnum, {
    nullable: true,
    defaultValue: 'REJECT_FAILED',
    description: 'What becomes of the batch when an event of it is rejected.',
  })
  onError?: IngestErrorPolicy | null;
}

@ObjectType('RejectedEvent', { simpleResolvers: true, description: 'An event that was not taken in, and why.' })
export class RejectedEventView {
  @Field(() => Int, { description: 'Its place in the batch, from 0.' })
  index!: number;

  @Field(() => String, { description: 'Its id.' })
  id!: string;

  @Field(() => String, { description: 'Stable, in SCREAMING_SNAKE_CASE, for programs.' })
  code!: string;

  @Field(() => String, { description: 'What is wrong with it and what to do about it, in English.' })
  message!: string;
}

@ObjectType('IngestEventsPayload', { simpleResolvers: true, description: 'What became of a batch of events.' })
export class IngestEventsPayload {
  @Field(() => Int, { description: 'Events taken in for good; those that wait for their order are among them.' })
  accepted!: number;

  @Field(() => Int, {
    description:
      'How many of those accepted wait for the order or review that they are about, up to seven days. `waitingEvents` lists them, and what was rejected after that.',
  })
  waiting!: number;

  @Field(() => Int, { description: 'Events that had been taken in before: nothing was changed.' })
  duplicates!: number;

  @Field(() => [RejectedEventView], { description: 'Events that were not taken in, in the order of the batch.' })
  rejected!: RejectedEventView[];

  @Field(() => [UserErrorView], { description: 'Why nothing at all was taken in; empty when it was.' })
  userErrors!: RefusalView[];
}

@InputType({ description: 'Stars for one side of a deal.' })
export class RatingDimensionInput {
  @Field(() => String, { description: 'description, service or logistics.' })
  key!: string;

  @Field(() => Int, { description: 'From 1 (poor) to 5 (excellent).' })
  stars!: number;
}

@InputType({ description: 'What a buyer has to say after an order.' })
export class SubmitReviewInput {
  @Field(() => String, { description: "The platform's own id of the order. It must be yours, and delivered." })
  order!: string;

  @Field(() => Int, { description: 'From 1 (poor) to 5 (excellent).' })
  stars!: number;

  @Field(() => [RatingDimensionInput], { nullable: true, description: 'Stars for single sides, each at most once.' })
  dimensions?: RatingDimensionInput[] | null;

  @Field(() => String, { nullable: true, description: 'In your own words: at most 10,000 characters.' })
  text?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'You were promised something for this review. It is shown with it.',
  })
  incentivized?: boolean | null;

  @Field(() => String, {
    description: 'Any text of 1 to 255 characters, a new one for each new call; a repeat gets the first answer.',
  })
  idempotencyKey!: string;
}

@ObjectType('SubmitReviewPayload', { simpleResolvers: true, description: 'What became of a review.' })
export class SubmitReviewPayload {
  @Field(() => ReviewView, { nullable: true, description: 'The review as it was taken in; null when it was refused.' })
  review?: Review | null;

  @Field(() => [UserErrorView], { description: 'Why nothing was taken in; empty when it was.' })
  userErrors!: RefusalView[];
}
