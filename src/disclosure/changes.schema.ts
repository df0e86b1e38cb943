import { Field, Int, ObjectType } from 'type-graphql';
import type { GradeCause } from '../evidence/grade-notes.ts';
import { graphqlEnum } from '../schema/enum.ts';
import { GradeLevelEnum } from '../schema/grade-level.ts';
import { connectionType } from '../schema/page.ts';
import { DateTimeScalar } from '../schema/scalars.ts';
import { SubjectKindEnum } from '../schema/subject.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import type { Level } from '../scoring/levels.ts';
import type { ChangeRow } from './changes.queries.ts';

export const GradeCauseEnum = graphqlEnum<GradeCause>('GradeCause', 'Why a grade changed.', {
  FACTS: 'Facts came in.',
  VOID: 'Reviews stopped counting, because they should never have counted.',
  VERDICT: 'Reviews were held back while they are looked at, or let go again.',
  RESTORE: 'What had been voided counts again.',
  CONDITION: 'A condition such as a sanction began or ended.',
  TIME: 'Time passed.',
  POLICY: 'Other rules came into force.',
});

@ObjectType('GradeStep', { simpleResolvers: true, description: 'A grade on one side of a change.' })
export class GradeStepView {
  @Field(() => GradeLevelEnum, { description: 'Its level.' })
  level!: Level;

  @Field(() => Int, { nullable: true, description: 'Its score, as `CreditGrade.score`; null while not rated.' })
  score!: number | null;
}

@ObjectType('GradeMove', {
  simpleResolvers: true,
  description:
    "A change of a subject's level under the policy that applies where none is named. Scores that move within a level are none.",
})
export class GradeMoveView {
  @Field(() => SubjectKindEnum, { description: 'What kind of subject it is.' })
  subjectKind!: SubjectKind;

  @Field(() => GradeStepView, {
    description: 'As it was last told: the `after` of the change before, if there was one.',
  })
  before!: GradeStepView;

  @Field(() => GradeStepView, { description: 'As it was from then on.' })
  after!: GradeStepView;

  @Field(() => GradeCauseEnum, { description: 'Why it changed.' })
  cause!: GradeCause;

  @Field(() => [String], {
    nullable: true,
    description:
      'Why it was what it was from then on: the codes of `CreditGrade.reasons`, at most 4, the one that moves most first. For the house; null where they were not kept.',
  })
  reasons!: readonly string[] | null;

  @Field(() => DateTimeScalar, { description: 'When it changed.' })
  at!: Date;
}

export const GradeMoveConnection = connectionType<ChangeRow>('GradeMove', () => GradeMoveView);
