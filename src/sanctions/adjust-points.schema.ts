import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { PointsAccountView, type AccountKey } from '../points/points.schema.ts';
import { UserErrorView, type RefusalView } from '../schema/user-error.ts';
import { ProposalView } from './approval.schema.ts';
import type { Proposal } from './proposal.ts';

@InputType({ description: 'Points that staff give or take, and why.' })
export class AdjustPointsInput {
  @Field(() => ID, { description: 'The merchant or the buyer.' })
  subjectId!: string;

  @Field(() => Int, { description: 'How many: more than 0 to give, less to take. What is taken must be available.' })
  amount!: number;

  @Field(() => String, { description: 'Why, in words for the holder: 1 to 2,000 characters.' })
  reason!: string;

  @Field(() => String, { description: 'Why, for the audit log: 1 to 2,000 characters.' })
  note!: string;

  @Field(() => String, {
    description: 'Any text of 1 to 255 characters, a new one for each new call; a repeat gets the first answer.',
  })
  idempotencyKey!: string;
}

@ObjectType('AdjustPointsPayload', { simpleResolvers: true, description: 'What became of an adjustment.' })
export class AdjustPointsPayload {
  @Field(() => PointsAccountView, {
    nullable: true,
    description: 'The account after it; null when it was proposed or refused.',
  })
  account?: AccountKey | null;

  @Field(() => ProposalView, {
    nullable: true,
    description: 'What another person must agree to; null when it was done, or refused.',
  })
  proposal?: Proposal | null;

  @Field(() => [UserErrorView], { description: 'Why nothing was changed; empty when it was done or proposed.' })
  userErrors!: RefusalView[];
}
