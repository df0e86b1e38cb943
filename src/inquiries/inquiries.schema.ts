import { Field, Int, ObjectType } from 'type-graphql';
import type { Purpose } from '../access/terms.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import { PurposeEnum } from '../partners/terms.schema.ts';
import { graphqlEnum } from '../schema/enum.ts';
import { NodeView } from '../schema/node.ts';
import { connectionType } from '../schema/page.ts';
import { DateTimeScalar } from '../schema/scalars.ts';
import { SubjectKindEnum } from '../schema/subject.ts';
import type { GradeInquiry, Taken } from './inquiry.ts';

export const TakenEnum = graphqlEnum<Taken>('GradeDisclosure', 'What a partner took out of a subject.', {
  GRADE: 'Its level and score.',
  HISTORY: 'Its grades of past days.',
  RATING: 'What its reviews say in sum.',
  CREDENTIAL: 'Its grade, signed.',
  CHANGE: 'That its level changed.',
  EXPORT: 'Its line in a bulk export.',
  REASONS: 'Why its grade was what it was, for a note on an adverse action.',
});

@ObjectType('GradeInquiry', {
  implements: NodeView,
  simpleResolvers: true,
  description:
    'That a partner took out what is said of a subject. Found by whom it is about, by the partner, and by the marketplace. Kept for 25 months.',
})
export class GradeInquiryView extends NodeView {
  @Field(() => SubjectKindEnum, { description: 'What kind of subject it is about.' })
  subjectKind!: SubjectKind;

  @Field(() => PurposeEnum, { description: 'What for, as the partner said.' })
  purpose!: Purpose;

  @Field(() => String, { description: 'By which operation: Query.grades.' })
  operation!: string;

  @Field(() => [TakenEnum], { description: 'What was taken out, each once.' })
  taken!: readonly Taken[];

  @Field(() => DateTimeScalar, { description: 'When.' })
  at!: Date;

  @Field(() => DateTimeScalar, { description: 'The grade was as of this moment.' })
  asOf!: Date;

  @Field(() => DateTimeScalar, { description: 'As far as it was known then.' })
  knownAt!: Date;
}

export const GradeInquiryConnection = connectionType<GradeInquiry>('GradeInquiry', () => GradeInquiryView);

@ObjectType('PullsLeft', { simpleResolvers: true, description: 'What a partner may still take out.' })
export class PullsLeftView {
  @Field(() => Int, { description: "Subjects left of the UTC day's quota." })
  today!: number;

  @Field(() => Int, { description: 'Subjects that may be asked about at once, at this moment.' })
  atOnce!: number;

  @Field(() => DateTimeScalar, { description: "When the day's quota is whole again." })
  refilledAt!: Date;
}
