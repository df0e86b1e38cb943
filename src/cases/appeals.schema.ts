import { ArgsType, Field, ID, InputType, ObjectType } from 'type-graphql';
import { ReversalReceiptView } from '../reviews/receipts.schema.ts';
import type { ReceiptRow } from '../reviews/receipts.loaders.ts';
import { graphqlEnum } from '../schema/enum.ts';
import { NodeView } from '../schema/node.ts';
import { connectionType, ForwardPageArgs } from '../schema/page.ts';
import { DateTimeScalar } from '../schema/scalars.ts';
import { UserErrorView, type RefusalView } from '../schema/user-error.ts';
import type { Appeal, AppealStatus } from './appeal.ts';

export const AppealStatusEnum = graphqlEnum<AppealStatus>('AppealStatus', 'Where an appeal stands.', {
  FILED: 'Nobody looks into it yet.',
  UNDER_REVIEW: 'Somebody does.',
  UPHELD: 'The decision stays as it was.',
  OVERTURNED: 'The decision was wrong: all is as if it had never been.',
});

@ObjectType('Appeal', {
  implements: NodeView,
  simpleResolvers: true,
  description: 'What somebody says against a decision that befell them. Decided by someone who had no part in it.',
})
export class AppealView extends NodeView {
  @Field(() => AppealStatusEnum, { description: 'Where it stands.' })
  status!: AppealStatus;

  @Field(() => String, { description: 'What is wrong with the decision, in the words of whoever appealed.' })
  argument!: string;

  @Field(() => DateTimeScalar, { description: 'When it was filed.' })
  filedAt!: Date;

  @Field(() => DateTimeScalar, { description: 'When it is to be answered.' })
  dueAt!: Date;

  @Field(() => String, { nullable: true, description: 'The answer, with its reasons; null until it is decided.' })
  decision?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was decided; null until then.' })
  decidedAt?: Date | null;

  @Field(() => String, { nullable: true, description: 'Who looks into it, or did; null before anyone does.' })
  takenBy?: string | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Until then nobody else may look into it; null before anyone does.',
  })
  takenUntil?: Date | null;

  @Field(() => String, { nullable: true, description: 'Who decided it; null until then.' })
  decidedBy?: string | null;
}

export const AppealConnection = connectionType<Appeal>('Appeal', () => AppealView);

@ArgsType()
export class AppealsArgs extends ForwardPageArgs {
  @Field(() => AppealStatusEnum, {
    nullable: true,
    description: 'Only those that stand so; if not given, all undecided.',
  })
  status?: AppealStatus | null;
}

const KEY = 'Any text of 1 to 255 characters, a new one for each new call; a repeat gets the first answer.';

@InputType({ description: 'Against which decision, and why.' })
export class FileAppealInput {
  @Field(() => ID, {
    description:
      'A voided review that you wrote or that is about you, a voided order of yours, the receipt of voided orders of yours (against all that the decision voided), or a sanction against you.',
  })
  decisionId!: string;

  @Field(() => String, { description: 'What is wrong with it: 1 to 5,000 characters.' })
  argument!: string;

  @Field(() => String, { description: KEY })
  idempotencyKey!: string;
}

@InputType({ description: 'Which appeal you look into.' })
export class TakeAppealInput {
  @Field(() => ID, { description: 'The appeal.' })
  appealId!: string;

  @Field(() => String, { description: KEY })
  idempotencyKey!: string;
}

@InputType({ description: 'How an appeal is answered.' })
export class DecideAppealInput {
  @Field(() => ID, { description: 'The appeal.' })
  appealId!: string;

  @Field(() => AppealStatusEnum, { description: 'UPHELD: the decision stays. OVERTURNED: it is undone.' })
  outcome!: AppealStatus;

  @Field(() => String, {
    description: 'The answer with its reasons, as it is told to whoever appealed: 1 to 2,000 characters.',
  })
  note!: string;

  @Field(() => String, { description: KEY })
  idempotencyKey!: string;
}

@ObjectType('FileAppealPayload', { simpleResolvers: true, description: 'What became of filing an appeal.' })
export class FileAppealPayload {
  @Field(() => AppealView, { nullable: true, description: 'The appeal; null when it was refused.' })
  appeal?: Appeal | null;

  @Field(() => [UserErrorView], { description: 'Why nothing was changed; empty when it was done.' })
  userErrors!: RefusalView[];
}

@ObjectType('TakeAppealPayload', { simpleResolvers: true, description: 'What became of taking an appeal.' })
export class TakeAppealPayload {
  @Field(() => AppealView, { nullable: true, description: 'The appeal, yours for a while; null when it was refused.' })
  appeal?: Appeal | null;

  @Field(() => [UserErrorView], { description: 'Why nothing was changed; empty when it was done.' })
  userErrors!: RefusalView[];
}

@ObjectType('DecideAppealPayload', { simpleResolvers: true, description: 'What became of a decision on an appeal.' })
export class DecideAppealPayload {
  @Field(() => AppealView, { nullable: true, description: 'The appeal, decided; null when that was refused.' })
  appeal?: Appeal | null;

  @Field(() => ReversalReceiptView, {
    nullable: true,
    description: 'Every subject that moved back, before and after; null unless it was overturned.',
  })
  receipt?: ReceiptRow | null;

  @Field(() => [UserErrorView], { description: 'Why nothing was changed; empty when it was done.' })
  userErrors!: RefusalView[];
}
