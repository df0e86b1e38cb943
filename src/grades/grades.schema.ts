import { ArgsType, Field, Float, Int, ObjectType } from 'type-graphql';
import { GradeLevelEnum } from '../schema/grade-level.ts';
import { DateScalar, DateTimeScalar } from '../schema/scalars.ts';
import type { Level } from '../scoring/levels.ts';
import { GradeMetricView } from './metrics.schema.ts';
import { PolicyVersionView } from './policies.schema.ts';
import type { PolicyHeader } from './policies.queries.ts';

@ObjectType('ScoreInterval', {
  simpleResolvers: true,
  description: 'Where the score lies with a probability of 90 %, as far as the evidence tells.',
})
export class ScoreIntervalView {
  @Field(() => Int, { description: 'Its lower end, on the scale of the score.' })
  low!: number;

  @Field(() => Int, { description: 'Its upper end, on the scale of the score.' })
  high!: number;
}

@ObjectType('EvidenceSummary', { simpleResolvers: true, description: 'How much is known of a subject.' })
export class EvidenceSummaryView {
  @Field(() => Int, { description: 'Facts that count, each for what it means to this subject.' })
  postings!: number;

  @Field(() => Float, { description: 'What speaks for it, in good deals; faded to the instant of the grade.' })
  goodMass!: number;

  @Field(() => Float, { description: "What speaks against it, as above, times the policy's weight of the bad." })
  badMass!: number;

  @Field(() => Int, { description: 'With how many different others it dealt.' })
  distinctCounterparties!: number;

  @Field(() => DateScalar, { nullable: true, description: 'The day of its first finished deal; null before.' })
  since!: Date | null;
}

@ObjectType('GradeFactor', { simpleResolvers: true, description: 'What one kind of fact does to the score.' })
export class GradeFactorView {
  @Field(() => String, { description: 'The kind of fact, in SCREAMING_SNAKE_CASE: ORDER_DELIVERED.' })
  kind!: string;

  @Field(() => Float, { description: 'Points of the score; negative where it lowers it.' })
  points!: number;

  @Field(() => Int, {
    description:
      'How many facts of this kind there are: those that are held, too, which weigh nothing; none that were voided.',
  })
  count!: number;
}

@ObjectType('CounterfactualGrade', {
  simpleResolvers: true,
  description: 'A grade as it would be if something were otherwise.',
})
export class CounterfactualGradeView {
  @Field(() => GradeLevelEnum, { description: 'Its level.' })
  level!: Level;

  @Field(() => Int, { nullable: true, description: 'Its score, as `CreditGrade.score`.' })
  score!: number | null;
}

@ObjectType('GradeReason', { simpleResolvers: true, description: 'Why a grade is what it is, in a sentence.' })
export class GradeReasonView {
  @Field(() => String, {
    description:
      'A kind of fact, GATE_ and a level that it keeps shut, CAP_ and a condition that holds, or NOT_ENOUGH_EVIDENCE; under the rules of a platform, a metric.',
  })
  code!: string;

  @Field(() => Float, { description: 'Points of the score that it moves; 0 for a gate, and for want of evidence.' })
  points!: number;

  @Field(() => CounterfactualGradeView, {
    nullable: true,
    description:
      'What would be seen without it: as if the facts of its kind weighed nothing, the gate were open, or the condition did not hold. Null for want of evidence, and under the rules of a platform.',
  })
  without!: CounterfactualGradeView | null;
}

@ObjectType('GradeGap', { simpleResolvers: true, description: 'What lifts a subject to its next level.' })
export class GradeGapView {
  @Field(() => GradeLevelEnum, { description: 'The next level; for who is not rated, the first that it would get.' })
  level!: Level;

  @Field(() => Float, {
    description:
      'Points missing to its cut, on the cautious score that levels are cut on. 0 where only time or evidence is missing.',
  })
  points!: number;

  @Field(() => String, { nullable: true, description: "The platform's next band; null under a policy of the house." })
  band?: string | null;
}

@ObjectType('GradePoint', { simpleResolvers: true, description: "A subject's grade at the end of a day." })
export class GradePointView {
  @Field(() => DateScalar, { description: 'The UTC day.' })
  date!: Date;

  @Field(() => GradeLevelEnum, { description: 'The level at its end; of today, now.' })
  level!: Level;

  @Field(() => Int, { nullable: true, description: 'The score then; null while not rated.' })
  score!: number | null;
}

@ObjectType('CreditGrade', {
  simpleResolvers: true,
  description:
    'How far a subject can be trusted, with its coordinates: policy, asOf and knownAt. Equal coordinates give an equal answer, for ever.',
})
export class CreditGradeView {
  @Field(() => GradeLevelEnum, { description: 'The band. NOT_RATED while evidence is thin.' })
  level!: Level;

  @Field(() => Int, {
    nullable: true,
    description: '300 to 850 under the default policy; null while not rated, and under the rules of a platform.',
  })
  score!: number | null;

  @Field(() => ScoreIntervalView, {
    nullable: true,
    description: '90 % credible interval of the score; null while not rated.',
  })
  interval!: ScoreIntervalView | null;

  @Field(() => EvidenceSummaryView, { description: 'How much is known.' })
  evidence!: EvidenceSummaryView;

  @Field(() => [GradeFactorView], {
    description:
      'What moves the score, by kind of fact: their points add up to exactScore − baseScore, to 1e-9. None while not rated. Under the rules of a platform that give points or stars, what moves these.',
  })
  factors!: readonly GradeFactorView[];

  @Field(() => Float, { nullable: true, description: 'The score before rounding and limits; null while not rated.' })
  exactScore!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'The score of which nothing is known, from the policy; null while not rated.',
  })
  baseScore!: number | null;

  @Field(() => [GradeReasonView], { description: 'At most 4, the one that moves most first.' })
  reasons!: readonly GradeReasonView[];

  @Field(() => GradeGapView, {
    nullable: true,
    description: 'What lifts the subject to the next level; null at the top.',
  })
  next!: GradeGapView | null;

  @Field(() => String, {
    nullable: true,
    description:
      "The band of the platform whose rules it was made by, in the platform's own terms: top_rated; null under a policy of the house.",
  })
  band!: string | null;

  @Field(() => [GradeMetricView], {
    description: "What the platform's rules look at, each held against its target. None under a policy of the house.",
  })
  metrics!: readonly GradeMetricView[];

  @Field(() => PolicyVersionView, { description: 'The rules that it was made by.' })
  policy!: PolicyHeader;

  @Field(() => DateTimeScalar, { description: 'What had happened by then is in it.' })
  asOf!: Date;

  @Field(() => DateTimeScalar, { description: 'As far as it was known then.' })
  knownAt!: Date;
}

@ArgsType()
export class GradeArgs {
  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'What had happened by then; now, if not given. Not before 1995. Before its first fact a subject is NOT_RATED, without evidence.',
  })
  asOf?: Date | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'As far as it was known then; now, if not given. Before anything was recorded about it a subject is NOT_RATED, without evidence.',
  })
  knownAt?: Date | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The key of another policy that is in force for this kind of subject; or KEY@VERSION, of a version that is, was or will be in force. Staff may name one that runs along unseen, too.',
  })
  policy?: string | null;
}

@ArgsType()
export class LocaleArgs {
  @Field(() => String, { nullable: true, description: 'en or zh-CN; any other language is answered in en.' })
  locale?: string | null;
}

@ArgsType()
export class HistoryArgs {
  @Field(() => DateScalar, { description: 'The first day. Not before 1995.' })
  from!: Date;

  @Field(() => DateScalar, { description: 'The last day, today at the latest; at most 400 days in all.' })
  to!: Date;
}
