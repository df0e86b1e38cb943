import { Field, Int, ObjectType } from 'type-graphql';
import { graphqlEnum } from '../schema/enum.ts';
import { DateTimeScalar } from '../schema/scalars.ts';
import type { DecisionBasis, DecisionOrigin, RestrictionType } from './statement.ts';

export const RestrictionTypeEnum = graphqlEnum<RestrictionType>('RestrictionType', 'What a decision restricts.', {
  VISIBILITY: 'How far it is seen: promotion, rank, display.',
  MONETARY: 'What it owns here: credit points.',
  PROVISION: 'What it may do here: sell, buy, review.',
  ACCOUNT: 'Whether it is here at all.',
});

export const DecisionBasisEnum = graphqlEnum<DecisionBasis>('DecisionBasis', 'What a decision rests on.', {
  LAW: 'Content that is against the law: `facts` says why.',
  TERMS: 'The rules of conduct of the marketplace, of the version `conductVersion`.',
});

export const DecisionOriginEnum = graphqlEnum<DecisionOrigin>('DecisionOrigin', 'What led to a decision.', {
  NOTICE: 'Somebody had reported it, by `reportReview`. Who did is not told.',
  OWN_INITIATIVE: 'The marketplace looked by itself.',
});

@ObjectType('Redress', { simpleResolvers: true, description: 'What can be done against a decision.' })
export class RedressView {
  @Field(() => DateTimeScalar, {
    description:
      'An appeal is taken until then; later by as long as your account was frozen meanwhile as ACCOUNT_TAKEN_OVER.',
  })
  appealUntil!: Date;
}

@ObjectType('StatementOfReasons', {
  simpleResolvers: true,
  description: 'Why a decision was made: what art. 17 of the Digital Services Act asks to be told.',
})
export class StatementOfReasonsView {
  @Field(() => String, { description: 'The ground, as the conduct rules name it.' })
  ground!: string;

  @Field(() => DecisionBasisEnum, { description: 'Whether it was decided by the law or by the rules of conduct.' })
  basis!: DecisionBasis;

  @Field(() => Int, {
    nullable: true,
    description: 'By which version of the conduct rules; null where they do not know the ground.',
  })
  conductVersion!: number | null;

  @Field(() => String, { description: 'The facts and circumstances that were relied on.' })
  facts!: string;

  @Field(() => DecisionOriginEnum, {
    nullable: true,
    description:
      'Whether it was decided upon a notice; of a measure, upon one of any of the reviews that the decision was about. Null: it was about no review, and notices of other things are not kept here.',
  })
  origin!: DecisionOrigin | null;

  @Field(() => Boolean, { description: 'Whether it was found by automated means.' })
  automatedDetection!: boolean;

  @Field(() => Boolean, { description: 'Whether it was decided by automated means alone.' })
  automatedDecision!: boolean;

  @Field(() => [RestrictionTypeEnum], { description: 'What is restricted; empty where nothing is.' })
  restricts!: readonly RestrictionType[];

  @Field(() => [String], {
    nullable: true,
    description: 'Where, as ISO 3166 codes of countries; null: everywhere.',
  })
  territory!: readonly string[] | null;

  @Field(() => DateTimeScalar, { description: 'From when.' })
  startsAt!: Date;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Until when; null: for good, until it is lifted, or done at once.',
  })
  endsAt!: Date | null;
}
