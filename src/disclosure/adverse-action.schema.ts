import { Field, Float, Int, ObjectType } from 'type-graphql';
import { GradeLevelEnum } from '../schema/grade-level.ts';
import type { Level } from '../scoring/levels.ts';

@ObjectType('AdverseReason', { simpleResolvers: true, description: 'Why a grade was not better.' })
export class AdverseReasonView {
  @Field(() => String, {
    description:
      'As in `GradeReason`; or NEXT_ and a level, where nothing speaks against the subject, and it lacks what that level asks for.',
  })
  code!: string;

  @Field(() => String, { description: 'In words.' })
  text!: string;
}

@ObjectType('LevelCut', { simpleResolvers: true, description: 'Where a level begins.' })
export class LevelCutView {
  @Field(() => GradeLevelEnum, { description: 'The level.' })
  level!: Level;

  @Field(() => Float, {
    description: 'The cautious score, the lower end of what the evidence tells, that it asks for.',
  })
  score!: number;
}

@ObjectType('ScoreRange', { simpleResolvers: true, description: 'Between what a score lies.' })
export class ScoreRangeView {
  @Field(() => Int, { description: 'The lowest that there is.' })
  lowest!: number;

  @Field(() => Int, { description: 'The highest that there is.' })
  highest!: number;
}

@ObjectType('AdverseActionNote', {
  simpleResolvers: true,
  description: 'What whoever was turned down may be told of the grade that stood behind it, as it stood then.',
})
export class AdverseActionNoteView {
  @Field(() => String, { description: 'The partner that asked, and decided.' })
  partnerName!: string;

  @Field(() => GradeLevelEnum, { description: 'The level that it got.' })
  level!: Level;

  @Field(() => Int, { nullable: true, description: 'The score that it got; null where there was none.' })
  score!: number | null;

  @Field(() => ScoreRangeView, {
    nullable: true,
    description: 'Between what scores lie; null under the rules of a platform.',
  })
  range!: ScoreRangeView | null;

  @Field(() => [LevelCutView], {
    description: 'Where the levels begin, the best first. None under the rules of a platform.',
  })
  cuts!: readonly LevelCutView[];

  @Field(() => [AdverseReasonView], {
    description: 'The principal reasons, at most 4, what weighs most first. None at the top.',
  })
  reasons!: readonly AdverseReasonView[];

  @Field(() => String, { description: 'To whom to turn.' })
  complaint!: string;

  @Field(() => String, { description: 'All of it as a text that can be sent.' })
  statement!: string;
}
