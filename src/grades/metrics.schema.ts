import { Field, Float, Int, ObjectType } from 'type-graphql';
import { graphqlEnum } from '../schema/enum.ts';
import { DateScalar } from '../schema/scalars.ts';
import type { MetricStatus, MetricUnit, TargetCondition } from '../scoring/preset-grade.ts';

const MetricUnitEnum = graphqlEnum<MetricUnit>('MetricUnit', 'What a metric counts in.', {
  RATE: 'A share, from 0 to 1.',
  COUNT: 'Orders.',
  DAYS: 'Days.',
  MONEY: "The currency's main unit: 19.99.",
  STARS: 'Stars, from 1 to 5.',
  POINTS: 'Points.',
});

const TargetConditionEnum = graphqlEnum<TargetCondition>(
  'TargetCondition',
  'On which side of its target a metric should lie.',
  {
    AT_MOST: 'Not above it.',
    AT_LEAST: 'Not below it.',
  },
);

const MetricStatusEnum = graphqlEnum<MetricStatus>('MetricStatus', 'How a metric stands to its target.', {
  GOOD: 'The target is met, or there is none.',
  BAD: 'The target is missed.',
  NOT_ENOUGH_DATA: 'There is nothing to take it of. It holds nobody back.',
});

@ObjectType('DateRange', { simpleResolvers: true, description: 'From one UTC day to another; both are in it.' })
export class DateRangeView {
  @Field(() => DateScalar, { nullable: true, description: 'The first day; null: from the beginning.' })
  from!: Date | null;

  @Field(() => DateScalar, { description: 'The last day.' })
  to!: Date;
}

@ObjectType('ExcludedEvents', { simpleResolvers: true, description: 'What was left out of a metric, and why.' })
export class ExcludedEventsView {
  @Field(() => Float, {
    nullable: true,
    description: 'What the metric would be with all that in it; null as for its value.',
  })
  value!: number | null;

  @Field(() => Int, {
    description: "How many events were left out of the metric's numerator; of points, how many points.",
  })
  numerator!: number;

  @Field(() => Int, { description: 'How many orders, or ratings, were left out of its denominator with them.' })
  denominator!: number;

  @Field(() => [String], {
    description:
      'STRIKE, STORM, PLATFORM_OUTAGE and FORCE_MAJEURE, as staff excused them; SAME_BUYER_CAP, as the rules say.',
  })
  grounds!: readonly string[];
}

@ObjectType('GradeMetric', { simpleResolvers: true, description: "One number that a platform's rules look at." })
export class GradeMetricView {
  @Field(() => String, { description: 'Its name in the policy, in snake_case: late_shipment_rate.' })
  key!: string;

  @Field(() => Float, {
    nullable: true,
    description: 'In its unit, unrounded; null while there is nothing to take it of.',
  })
  value!: number | null;

  @Field(() => Int, {
    description: 'What is counted; of a mean of stars, how many reviews, of one side of a deal, the sum of its stars.',
  })
  numerator!: number;

  @Field(() => Int, { description: 'Of how many.' })
  denominator!: number;

  @Field(() => Int, {
    description: 'Different buyers: of a rate, behind what speaks against the subject; else behind all of it.',
  })
  distinctCounterparties!: number;

  @Field(() => MetricUnitEnum, { description: 'What it counts in.' })
  unit!: MetricUnit;

  @Field(() => Float, {
    nullable: true,
    description:
      'The limit of the band that the platform expects of everyone, or of the nearest better one that has any; null where none has.',
  })
  target!: number | null;

  @Field(() => TargetConditionEnum, { description: 'On which side of the target it should lie.' })
  condition!: TargetCondition;

  @Field(() => MetricStatusEnum, {
    description:
      'Where the rules forgive faults with few different buyers, GOOD also for a rate that lies above its target.',
  })
  status!: MetricStatus;

  @Field(() => DateRangeView, { description: 'The days whose orders or reviews are in it.' })
  window!: DateRangeView;

  @Field(() => ExcludedEventsView, { nullable: true, description: 'What was left out; null where nothing was.' })
  excluded!: ExcludedEventsView | null;
}
