import { Field, Float, Int, ObjectType } from 'type-graphql';
import type { SubjectKind } from '../kernel/subject.ts';
import { graphqlEnum } from '../schema/enum.ts';
import { GradeLevelEnum } from '../schema/grade-level.ts';
import { DateTimeScalar } from '../schema/scalars.ts';
import { SubjectKindEnum } from '../schema/subject.ts';
import type { Foresight } from '../scoring/foresight.ts';
import type { Level } from '../scoring/levels.ts';
import type { Segment } from '../scoring/segments.ts';
import type { InWords, WrittenMove, WrittenReport } from './backtest-report.ts';

@ObjectType('PolicyChange', { simpleResolvers: true, description: 'A value of the rules that is not what it was.' })
export class PolicyChangeView {
  @Field(() => String, { description: 'Where it stands in the document: masses.LATE_DELIVERY.' })
  path!: string;
}

@ObjectType('LevelTransition', {
  simpleResolvers: true,
  description: 'How many subjects go from one level to another, or stay.',
})
export class LevelTransitionView {
  @Field(() => GradeLevelEnum, { description: 'The level under the old rules.' })
  from!: Level;

  @Field(() => GradeLevelEnum, { description: 'The level under the new rules.' })
  to!: Level;

  @Field(() => Int, { description: 'Subjects; never 0.' })
  count!: number;
}

@ObjectType('CutCrossing', { simpleResolvers: true, description: 'How many subjects cross the cut of a level.' })
export class CutCrossingView {
  @Field(() => GradeLevelEnum, { description: 'The level that begins there.' })
  level!: Level;

  @Field(() => Int, { description: 'Subjects that reach it, or a better one, and did not before.' })
  upwards!: number;

  @Field(() => Int, { description: 'Subjects that do not reach it any more.' })
  downwards!: number;

  @Field(() => [String], { description: "The platform's own ids of those that move furthest across it: at most 3." })
  examples!: readonly string[];
}

const SegmentKindEnum = graphqlEnum<Uppercase<Segment['by']>>('SegmentKind', 'By what subjects are put together.', {
  CATEGORY: "A product's category, or that of most of a merchant's products.",
  SIZE: 'Finished deals.',
  AGE: 'Days since the first finished deal.',
});

@ObjectType('BacktestSegment', { simpleResolvers: true, description: 'What new rules do to subjects of one sort.' })
export class BacktestSegmentView {
  @Field(() => SegmentKindEnum, { description: 'By what they are put together.' })
  by!: Uppercase<Segment['by']>;

  @Field(() => String, { description: 'A category, or a range: "10–99 deals".' })
  name!: string;

  @Field(() => Int, { description: 'How many they are.' })
  subjects!: number;

  @Field(() => Int, { description: 'How many of them are rated under the old rules.' })
  ratedBefore!: number;

  @Field(() => Int, { description: 'How many of them are rated under the new rules.' })
  ratedAfter!: number;

  @Field(() => Int, { description: 'How many rise to a better level.' })
  up!: number;

  @Field(() => Int, { description: 'How many fall to a worse one.' })
  down!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'By how many points the exact score moves on average; null where nobody is rated under both.',
  })
  meanPoints!: number | null;
}

@ObjectType('BacktestCause', { simpleResolvers: true, description: 'What moves a subject.' })
export class BacktestCauseView {
  @Field(() => String, {
    description:
      'A kind of fact; GATE_ and a level, or CAP_ and a condition, that holds it under one of the rules only; or CERTAINTY: how far the cautious score that levels are cut on lies below the score.',
  })
  code!: string;

  @Field(() => Float, {
    description: 'Points of the score that it gives more than before; negative for fewer; 0 for a gate or cap.',
  })
  points!: number;

  readonly text!: InWords; // by locale: see its resolver
}

@ObjectType('BacktestMove', { simpleResolvers: true, description: 'A subject whose score is not what it was.' })
export class BacktestMoveView implements Pick<WrittenMove, 'externalId' | 'from' | 'to'> {
  @Field(() => String, { description: "The platform's own id of it." })
  externalId!: string;

  @Field(() => String, { nullable: true, description: 'Its name; null where it has none.' })
  name!: string | null;

  @Field(() => GradeLevelEnum, { description: 'Its level under the old rules.' })
  from!: Level;

  @Field(() => GradeLevelEnum, { description: 'Its level under the new rules.' })
  to!: Level;

  @Field(() => Int, { nullable: true, description: 'Its score under the old rules; null where it is not rated.' })
  scoreBefore!: number | null;

  @Field(() => Int, { nullable: true, description: 'Its score under the new rules; null where it is not rated.' })
  scoreAfter!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'By how much its exact score moves; null where it is not rated under both.',
  })
  points!: number | null;

  @Field(() => [BacktestCauseView], { description: 'Why, the largest first: at most 3.' })
  causes!: readonly BacktestCauseView[];
}

@ObjectType('Foresight', {
  simpleResolvers: true,
  description: 'How well rules foretold deals, from what had happened before.',
})
export class ForesightView implements Foresight {
  @Field(() => Int, { description: 'Deals that were foretold.' })
  deals!: number;

  @Field(() => Int, { description: 'How many of them went badly.' })
  bad!: number;

  @Field(() => Float, {
    nullable: true,
    description:
      'The chance that of a bad and a good deal the bad one was thought riskier: 0.5 is chance, 1 is best. Null where all went the same way.',
  })
  auc!: number | null;

  @Field(() => Float, { nullable: true, description: 'Mean surprise in nats; less is better. Null without deals.' })
  logLoss!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'How far probabilities lay from what happened, on average: 0 is best, 1 is worst. Null without deals.',
  })
  calibrationError!: number | null;
}

@ObjectType('PolicyBacktest', {
  simpleResolvers: true,
  description: 'What would become of subjects if other rules were in force.',
})
export class PolicyBacktestView {
  @Field(() => SubjectKindEnum, { description: 'Who is graded.' })
  subjectKind!: SubjectKind;

  @Field(() => [PolicyChangeView], { description: 'In what the rules differ.' })
  changes!: readonly PolicyChangeView[];

  @Field(() => DateTimeScalar, { description: 'As of when grades are compared.' })
  asOf!: Date;

  @Field(() => Int, { description: 'Subjects that were graded.' })
  subjects!: number;

  @Field(() => Int, { description: 'Subjects whose level would change.' })
  changed!: number;

  @Field(() => [LevelTransitionView], {
    description: 'From which level to which; those that nobody takes are left out.',
  })
  transitions!: readonly LevelTransitionView[];

  @Field(() => [CutCrossingView], { description: 'Who crosses which cut, the best level first.' })
  crossings!: readonly CutCrossingView[];

  @Field(() => [BacktestSegmentView], { description: 'By category, size and age.' })
  segments!: readonly BacktestSegmentView[];

  @Field(() => [BacktestMoveView], { description: 'Those whose score rises most: at most 10.' })
  risers!: readonly BacktestMoveView[];

  @Field(() => [BacktestMoveView], { description: 'Those whose score falls most: at most 10.' })
  fallers!: readonly BacktestMoveView[];

  @Field(() => DateTimeScalar, {
    description: 'Deals after this instant were foretold, from what had happened up to it.',
  })
  foretoldFrom!: Date;

  @Field(() => ForesightView, { description: 'How well the old rules foretold them.' })
  foresightBefore!: ForesightView;

  @Field(() => ForesightView, { description: 'How well the new rules foretold them.' })
  foresightAfter!: ForesightView;
}

/** The report as the API's types have it. */
export const backtestView = (report: WrittenReport): PolicyBacktestView => ({
  subjectKind: report.subjectKind,
  changes: report.changes,
  asOf: new Date(report.asOf),
  subjects: report.subjects,
  changed: report.changed,
  transitions: report.transitions.flatMap((row, i) =>
    row.flatMap((count, j) => (count === 0 ? [] : [{ from: report.levels[i]!, to: report.levels[j]!, count }])),
  ),
  crossings: report.crossings,
  segments: report.segments.map((segment) => ({
    ...segment,
    by: segment.by.toUpperCase() as Uppercase<Segment['by']>,
  })),
  risers: report.movers.up,
  fallers: report.movers.down,
  foretoldFrom: new Date(report.foresight.from),
  foresightBefore: report.foresight.before,
  foresightAfter: report.foresight.after,
});
