import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { graphqlEnum } from '../schema/enum.ts';
import { NodeView } from '../schema/node.ts';
import { connectionType } from '../schema/page.ts';
import { DateTimeScalar } from '../schema/scalars.ts';
import { RefusalView, UserErrorView } from '../schema/user-error.ts';
import { ProposalView } from './approval.schema.ts';
import type { SanctionKind } from './conduct.ts';
import type { LadderStep } from './ladder.ts';
import type { Proposal } from './proposal.ts';
import type { Sanction } from './sanction.ts';

export const SanctionKindEnum = graphqlEnum<SanctionKind>('SanctionKind', 'How far a measure goes, mildest first.', {
  WARNING: 'A word, and strikes on the ladder.',
  POINTS_DEDUCTION: 'Credit points are deducted.',
  RESTRICTION: 'The grade is capped for a time, and promotion and visibility are restricted.',
  SUSPENSION: 'Trading or reviewing is suspended, and the grade is capped.',
  REMOVAL: 'Removed from the marketplace, until it is lifted.',
  PUBLIC_NOTICE: 'The public is told. For decisions that can no longer be appealed.',
});

@ObjectType('Sanction', {
  implements: NodeView,
  simpleResolvers: true,
  description:
    'A measure against a merchant or a buyer. The public sees of merchants suspensions, removals and notices while they hold; the subject itself and the house see all.',
})
export class SanctionView extends NodeView {
  @Field(() => SanctionKindEnum, { description: 'How far it goes.' })
  kind!: SanctionKind;

  @Field(() => String, { description: 'The ground, as the conduct rules name it.' })
  ground!: string;

  @Field(() => DateTimeScalar, { description: 'When it was imposed.' })
  imposedAt!: Date;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When it ends of itself; null: until it is lifted, or done at once.',
  })
  endsAt?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was lifted; null unless it was.' })
  liftedAt?: Date | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When it was annulled: since then it counts as if it had never been; null unless it was.',
  })
  annulledAt?: Date | null;

  @Field(() => Int, { description: 'Credit points deducted by it; 0 or more. An annulment gives them back.' })
  points!: number;

  @Field(() => Int, { description: 'Strikes that it puts on the ladder of measures; 0 or more.' })
  strikes!: number;

  @Field(() => DateTimeScalar, { description: 'When its strikes expire.' })
  strikesUntil!: Date;

  @Field(() => String, { description: 'Why, for staff.' })
  note!: string;

  @Field(() => String, { description: 'Who decided it.' })
  imposedBy!: string;

  @Field(() => String, { nullable: true, description: 'Who agreed to it; null where one person may decide alone.' })
  approvedBy?: string | null;

  @Field(() => String, { nullable: true, description: 'Who lifted it; null unless it was.' })
  liftedBy?: string | null;

  @Field(() => String, { nullable: true, description: 'Why it was lifted, for staff; null unless it was.' })
  liftNote?: string | null;
}

export const SanctionConnection = connectionType<Sanction>('Sanction', () => SanctionView);

@ObjectType('LadderStep', { simpleResolvers: true, description: 'What the ladder of measures asks for.' })
export class LadderStepView implements LadderStep {
  @Field(() => SanctionKindEnum, { description: 'The measure.' })
  kind!: SanctionKind;

  @Field(() => Int, { description: 'Strikes that the decision would give; 0 or more.' })
  strikes!: number;

  @Field(() => Int, { description: 'With those that still count.' })
  total!: number;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it would end; null: done at once, or no end.' })
  endsAt!: number | null;

  @Field(() => Int, { description: 'Credit points to deduct; 0 or more.' })
  points!: number;

  @Field(() => Boolean, { description: 'Whether the public is to be told, once nothing can be appealed any more.' })
  publicNotice!: boolean;
}

const NOTE = 'Why, for staff: 1 to 2,000 characters. It is kept.';
const KEY = 'Any text of 1 to 255 characters, a new one for each new call; a repeat gets the first answer.';

@InputType({ description: 'Against whom, what and why.' })
export class ImposeSanctionInput {
  @Field(() => ID, { description: 'A merchant or a buyer.' })
  subjectId!: string;

  @Field(() => SanctionKindEnum, { description: 'How far it goes. `nextSanction` tells what the ladder asks for.' })
  kind!: SanctionKind;

  @Field(() => String, { description: 'A ground of the conduct rules: see `conductPolicy`.' })
  ground!: string;

  @Field(() => String, {
    description: 'The facts and the reasons, as they are told to whom it concerns: 1 to 5,000 characters.',
  })
  statement!: string;

  @Field(() => Int, { nullable: true, description: 'Credit points to deduct; none, if not given.' })
  points?: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Strikes on the ladder, 0 to 10,000. If not given: what the rules give the ground, and none for a public notice. 0 for a further measure in a matter that has its strikes.',
  })
  strikes?: number | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'When a restriction, suspension or notice ends: at most ten years ahead; until it is lifted, if not given.',
  })
  endsAt?: Date | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Only there: ISO 3166 codes of countries; everywhere, if not given.',
  })
  territory?: string[] | null;

  @Field(() => Boolean, { defaultValue: false, description: 'Whether it was found by automated means.' })
  automatedDetection!: boolean;

  @Field(() => String, { description: NOTE })
  note!: string;

  @Field(() => String, { description: KEY })
  idempotencyKey!: string;
}

@InputType({ description: 'Which sanction is lifted, and why.' })
export class LiftSanctionInput {
  @Field(() => ID, { description: 'The sanction: one that lasts.' })
  sanctionId!: string;

  @Field(() => String, { description: NOTE })
  note!: string;

  @Field(() => String, { description: KEY })
  idempotencyKey!: string;
}

@ObjectType('ImposeSanctionPayload', { simpleResolvers: true, description: 'What became of a sanction.' })
export class ImposeSanctionPayload {
  @Field(() => SanctionView, {
    nullable: true,
    description: 'The sanction; null when it was refused, or another person must agree to it.',
  })
  sanction?: Sanction | null;

  @Field(() => ProposalView, {
    nullable: true,
    description: 'What another person must agree to before anything happens; null where one person may decide alone.',
  })
  proposal?: Proposal | null;

  @Field(() => [UserErrorView], { description: 'Why nothing was changed; empty when it was done.' })
  userErrors!: RefusalView[];
}

@ObjectType('LiftSanctionPayload', { simpleResolvers: true, description: 'What became of a sanction.' })
export class LiftSanctionPayload {
  @Field(() => SanctionView, { nullable: true, description: 'The sanction, lifted; null when that was refused.' })
  sanction?: Sanction | null;

  @Field(() => [UserErrorView], { description: 'Why nothing was changed; empty when it was done.' })
  userErrors!: RefusalView[];
}
