import { ArgsType, Field, Float, Int, ObjectType } from 'type-graphql';
import type { VoidGround } from '../reviews/review.ts';
import { VoidGroundEnum } from '../reviews/reviews.schema.ts';
import { DateScalar } from '../schema/scalars.ts';
import type { IntegrityReport } from './report.ts';

@ArgsType()
export class IntegrityReportArgs {
  @Field(() => DateScalar, { description: 'The first day, in UTC. Not before 1995.' })
  from!: Date;

  @Field(() => DateScalar, { description: 'The last day; it is in it. At most 366 days in all.' })
  to!: Date;
}

@ObjectType('GroundCount', { simpleResolvers: true, description: 'How many reviews were voided on a ground.' })
export class GroundCountView {
  @Field(() => VoidGroundEnum, { description: 'The ground.' })
  ground!: VoidGround;

  @Field(() => Int, { description: '1 or more.' })
  count!: number;
}

@ObjectType('IntegrityReport', {
  simpleResolvers: true,
  description: 'How reviews are judged, in numbers: those that came in in these days, and what was decided in them.',
})
export class IntegrityReportView implements IntegrityReport {
  @Field(() => DateScalar, { description: 'The first day.' })
  from!: Date;

  @Field(() => DateScalar, { description: 'The last day; it is in it.' })
  to!: Date;

  @Field(() => Int, { description: 'Reviews that came in.' })
  received!: number;

  @Field(() => [Int], { description: 'The same by stars: five counts, 1 star first.' })
  receivedByStars!: readonly number[];

  @Field(() => Int, { description: 'Of these, those that are held now.' })
  held!: number;

  @Field(() => Int, { description: 'Reviews that were voided in these days, whenever they came in.' })
  voided!: number;

  @Field(() => [GroundCountView], { description: 'The same by ground; grounds without one are left out.' })
  voidedByGround!: readonly GroundCountView[];

  @Field(() => [Int], {
    description:
      'The same by stars: five counts, 1 star first. Beside `receivedByStars` it tells whether praise and blame are judged alike.',
  })
  voidedByStars!: readonly number[];

  @Field(() => Int, { description: 'Of those voided, those that a detector had found before a person did.' })
  foundAutomatically!: number;

  @Field(() => Int, { description: 'Of those voided, the others.' })
  foundByPeople!: number;

  @Field(() => Int, {
    description:
      'Of those voided, those that no person decided: a scan may void what two families of evidence prove, if the settings say so.',
  })
  decidedAutomatically!: number;

  @Field(() => Int, { description: 'Of those voided, those that count again since.' })
  restored!: number;

  @Field(() => Int, { description: 'Orders that were voided in these days, as made up to lift sales and grade.' })
  ordersVoided!: number;

  @Field(() => Int, { description: 'Of these, those that a detector had found before a person did.' })
  ordersFoundAutomatically!: number;

  @Field(() => Int, { description: 'Of these, those that no person decided.' })
  ordersDecidedAutomatically!: number;

  @Field(() => Int, { description: 'Of these, those that count again since.' })
  ordersRestored!: number;

  @Field(() => Int, {
    description: 'Appeals that were filed in these days, against voided reviews and orders and against sanctions.',
  })
  appealsFiled!: number;

  @Field(() => Int, { description: 'Of these, those after which the decision stayed.' })
  appealsUpheld!: number;

  @Field(() => Int, { description: 'Of these, those after which it was undone.' })
  appealsOverturned!: number;

  @Field(() => Int, { description: 'Of these, those that are not decided yet.' })
  appealsOpen!: number;

  @Field(() => Int, { description: 'Of these, those that were to be answered by now.' })
  appealsOverdue!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Hours from filing to the answer, the median of those decided; null while there is none.',
  })
  medianHoursToDecision!: number | null;
}
