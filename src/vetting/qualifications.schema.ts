import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { graphqlEnum } from '../schema/enum.ts';
import { DateTimeScalar } from '../schema/scalars.ts';
import { UserErrorView, type RefusalView } from '../schema/user-error.ts';
import type { Qualification, QualificationStatus } from './qualification.ts';

export const QualificationStatusEnum = graphqlEnum<QualificationStatus>(
  'QualificationStatus',
  'How it stands with a qualification.',
  {
    VALID: 'It is there and was checked.',
    MISSING: 'It is required, and not there.',
    NOT_REQUIRED: 'It is not asked for, or not any more.',
  },
);

@ObjectType('Qualification', {
  simpleResolvers: true,
  description: 'What the marketplace says of a paper that a merchant or a product needs.',
})
export class QualificationView {
  @Field(() => String, { description: "Which one, by the marketplace's own name: food-licence." })
  key!: string;

  @Field(() => QualificationStatusEnum, { description: 'How it stands with it.' })
  status!: QualificationStatus;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When a valid one expires, or did; null: never, or it is not valid.',
  })
  expiresAt?: Date | null;

  @Field(() => DateTimeScalar, { description: 'When this was said.' })
  statedAt!: Date;

  @Field(() => String, { description: 'Who said it.' })
  statedBy!: string;

  @Field(() => String, { description: 'Why.' })
  note!: string;
}

@InputType({ description: 'Whose qualification, which one, and how it stands with it.' })
export class StateQualificationInput {
  @Field(() => ID, { description: 'A merchant or a product.' })
  subjectId!: string;

  @Field(() => String, { description: 'A name like food-licence: small letters, digits and hyphens, at most 63.' })
  key!: string;

  @Field(() => QualificationStatusEnum, { description: 'How it stands with it.' })
  status!: QualificationStatus;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When a valid one expires: from 1995 to fifty years ahead; never, if not given.',
  })
  expiresAt?: Date | null;

  @Field(() => String, { description: 'Why: 1 to 2,000 characters. It is kept.' })
  note!: string;

  @Field(() => String, {
    description: 'Any text of 1 to 255 characters, a new one for each new call; a repeat gets the first answer.',
  })
  idempotencyKey!: string;
}

@ObjectType('StateQualificationPayload', { simpleResolvers: true, description: 'What became of it.' })
export class StateQualificationPayload {
  @Field(() => QualificationView, { nullable: true, description: 'The last word; null when it was refused.' })
  qualification?: Qualification | null;

  @Field(() => [UserErrorView], { description: 'Why nothing was changed; empty when it was done.' })
  userErrors!: RefusalView[];
}
