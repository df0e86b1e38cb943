import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { graphqlEnum } from '../schema/enum.ts';
import { NodeView } from '../schema/node.ts';
import { DateTimeScalar } from '../schema/scalars.ts';
import { UserErrorView, type RefusalView } from '../schema/user-error.ts';
import type { Inspection, InspectionFinding } from './inspection.ts';

export const InspectionFindingEnum = graphqlEnum<InspectionFinding>(
  'InspectionFinding',
  'What was found wrong at an inspection.',
  { FAILED: 'It was not passed.', COUNTERFEIT: 'Goods were proven to be counterfeit.' },
);

@ObjectType('Inspection', {
  implements: NodeView,
  simpleResolvers: true,
  description: 'An inspection that found something wrong. It stays on record, also when it is annulled.',
})
export class InspectionView extends NodeView implements Pick<Inspection, 'finding' | 'inspectedAt' | 'note'> {
  @Field(() => InspectionFindingEnum, { description: 'What was found.' })
  finding!: InspectionFinding;

  @Field(() => DateTimeScalar, { description: 'When it was inspected: from then on it counts.' })
  inspectedAt!: Date;

  @Field(() => DateTimeScalar, { description: 'When we were told.' })
  recordedAt!: Date;

  @Field(() => String, { description: 'Who told us.' })
  recordedBy!: string;

  @Field(() => String, { description: 'What was seen.' })
  note!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was annulled; null while it stands.' })
  annulledAt?: Date | null;

  @Field(() => String, { nullable: true, description: 'Who annulled it; null while it stands.' })
  annulledBy?: string | null;

  @Field(() => String, { nullable: true, description: 'Why; null while it stands.' })
  annulmentNote?: string | null;
}

const KEY = 'Any text of 1 to 255 characters, a new one for each new call; a repeat gets the first answer.';

@InputType({ description: 'Whose inspection, and what it found.' })
export class RecordInspectionInput {
  @Field(() => ID, { description: 'The merchant that answers for it.' })
  merchantId!: string;

  @Field(() => ID, { nullable: true, description: 'The product that was inspected; none, if not given.' })
  productId?: string | null;

  @Field(() => InspectionFindingEnum, { description: 'What was found.' })
  finding!: InspectionFinding;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When: from 1995 to now, which it is if not given.' })
  inspectedAt?: Date | null;

  @Field(() => String, { description: 'What was seen: 1 to 2,000 characters. It is kept.' })
  note!: string;

  @Field(() => String, { description: KEY })
  idempotencyKey!: string;
}

@InputType({ description: 'Which inspection was wrong, and why.' })
export class AnnulInspectionInput {
  @Field(() => ID, { description: 'The inspection.' })
  inspectionId!: string;

  @Field(() => String, { description: 'Why: 1 to 2,000 characters. It is kept.' })
  note!: string;

  @Field(() => String, { description: KEY })
  idempotencyKey!: string;
}

@ObjectType('RecordInspectionPayload', { simpleResolvers: true, description: 'What became of it.' })
export class RecordInspectionPayload {
  @Field(() => InspectionView, { nullable: true, description: 'The inspection; null when it was refused.' })
  inspection?: Inspection | null;

  @Field(() => [UserErrorView], { description: 'Why nothing was changed; empty when it was done.' })
  userErrors!: RefusalView[];
}

@ObjectType('AnnulInspectionPayload', { simpleResolvers: true, description: 'What became of it.' })
export class AnnulInspectionPayload {
  @Field(() => InspectionView, { nullable: true, description: 'The inspection, annulled; null when it was refused.' })
  inspection?: Inspection | null;

  @Field(() => [UserErrorView], { description: 'Why nothing was changed; empty when it was done.' })
  userErrors!: RefusalView[];
}
