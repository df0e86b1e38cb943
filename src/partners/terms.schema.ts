import { Field, InputType, Int, ObjectType } from 'type-graphql';
import type { Purpose, Terms } from '../access/terms.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import { graphqlEnum } from '../schema/enum.ts';
import { DateTimeScalar } from '../schema/scalars.ts';
import { SubjectKindEnum } from '../schema/subject.ts';

export const PurposeEnum = graphqlEnum<Purpose>(
  'PullPurpose',
  'What a partner wants a grade for. Each of its requests says so, in the header `Credence-Purpose`.',
  {
    CREDIT_DECISION: 'To decide on credit.',
    ONBOARDING: 'To decide whether to do business at all.',
    DISPLAY: 'To show it.',
  },
);

const KINDS = 'Whose grades it may take out: MERCHANT, BUYER, PRODUCT. Those of buyers with their consent alone.';
const PURPOSES = 'What it may take them out for. None: it may take out nothing any more, by whichever key or token.';
const QUOTA = 'Subjects that it may take out in a UTC day, each time they are asked for: 1 to 1,000,000,000.';
const BURST = 'Subjects that it may take out at once, and as many again after a minute: 1 to 1,000,000.';

@ObjectType('PartnerTerms', { simpleResolvers: true, description: 'What a partner has agreed to.' })
export class PartnerTermsView implements Terms {
  @Field(() => [SubjectKindEnum], { description: KINDS })
  subjectKinds!: readonly SubjectKind[];

  @Field(() => [PurposeEnum], { description: PURPOSES })
  purposes!: readonly Purpose[];

  @Field(() => Int, { description: QUOTA })
  pullsPerDay!: number;

  @Field(() => Int, { description: BURST })
  burst!: number;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Since when; null: since it was let in.' })
  termsSetAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'Who set them; null: who let it in.' })
  termsSetBy!: string | null;

  @Field(() => String, { nullable: true, description: 'Why; null while they are those of the beginning.' })
  termsNote!: string | null;
}

@InputType({ description: 'What a partner agrees to.' })
export class PartnerTermsInput implements Terms {
  @Field(() => [SubjectKindEnum], { description: KINDS })
  subjectKinds!: SubjectKind[];

  @Field(() => [PurposeEnum], { description: PURPOSES })
  purposes!: Purpose[];

  @Field(() => Int, { description: QUOTA })
  pullsPerDay!: number;

  @Field(() => Int, { description: `${BURST} No more than in a day.` })
  burst!: number;
}
