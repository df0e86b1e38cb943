import { ArgsType, Field, Float, Int, ObjectType } from 'type-graphql';
import { DateTimeScalar, JsonScalar } from '../schema/scalars.ts';
import type { Rating } from './rating.ts';

@ObjectType('RatingDimension', { simpleResolvers: true, description: 'What reviews say of one side of a deal.' })
export class RatingDimensionView {
  @Field(() => String, { description: 'description, service or logistics.' })
  key!: string;

  @Field(() => Float, { nullable: true, description: '1 to 5; null where no counted review says anything of it.' })
  average!: number | null;

  @Field(() => Int, { description: 'How many counted reviews say something of it.' })
  count!: number;
}

@ObjectType('Rating', { simpleResolvers: true, description: 'What shoppers see: counted reviews only.' })
export class RatingView implements Rating {
  @Field(() => Float, {
    nullable: true,
    description: '1 to 5, the plain mean, unrounded; null without counted reviews.',
  })
  average!: number | null;

  @Field(() => Int, { description: 'How many reviews count.' })
  count!: number;

  @Field(() => [Int], { description: 'How many of them gave 1, 2, 3, 4 and 5 stars, in this order.' })
  distribution!: readonly number[];

  @Field(() => Int, { description: 'How many of them have an order behind them.' })
  verifiedCount!: number;

  @Field(() => Int, {
    description:
      'How many more reviews were voided or are held: they are shown, and count for nothing. What its author took back is not among them.',
  })
  excludedCount!: number;

  @Field(() => [RatingDimensionView], { description: 'description, service and logistics, in this order.' })
  dimensions!: readonly RatingDimensionView[];

  @Field(() => JsonScalar, { description: 'A schema.org AggregateRating, ready for a page.' })
  jsonLd!: Rating['jsonLd'];
}

@ArgsType()
export class RatingArgs {
  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'From the reviews written by then, as they are judged now; now, if not given. Not before 1995.',
  })
  asOf?: Date | null;
}
