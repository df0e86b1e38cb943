import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { graphqlEnum } from '../schema/enum.ts';
import { connectionType } from '../schema/page.ts';
import { DateTimeScalar } from '../schema/scalars.ts';
import { RefusalView, UserErrorView } from '../schema/user-error.ts';
import type { AccountFreeze, FreezeGround } from './freeze.ts';
import { IDEMPOTENCY_KEY, NOTE, WHY_NOT } from './partners.schema.ts';

export const FreezeGroundEnum = graphqlEnum<FreezeGround>('FreezeGround', 'Why an account is frozen.', {
  ACCOUNT_TAKEN_OVER: 'Someone else seems to use it.',
  FRAUD_SUSPECTED: 'It seems to be used for fraud, and that is being looked into.',
  IDENTITY_UNPROVEN: 'Who is behind it has yet to be proven.',
  BY_LAW: 'A court or an authority ordered it.',
  OWN_WISH: 'Its holder asked for it.',
});

@ObjectType('AccountFreeze', {
  simpleResolvers: true,
  description:
    'A time in which the account of a merchant or buyer can read what is its own and change nothing, but appeal against decisions. It says nothing of trust: grades do not change.',
})
export class AccountFreezeView {
  @Field(() => FreezeGroundEnum, { description: 'Why, as its holder is told.' })
  ground!: FreezeGround;

  @Field(() => String, { description: 'Why, in the words of those who decided it.' })
  note!: string;

  @Field(() => String, { description: 'Who decided it.' })
  frozenBy!: string;

  @Field(() => DateTimeScalar, { description: 'Since when.' })
  frozenAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Until when; null while it lasts.' })
  unfrozenAt?: Date | null;

  @Field(() => String, { nullable: true, description: 'Who ended it; null while it lasts.' })
  unfrozenBy?: string | null;

  @Field(() => String, { nullable: true, description: 'Why it was ended; null while it lasts.' })
  unfreezeNote?: string | null;
}

export const AccountFreezeConnection = connectionType<AccountFreeze>('AccountFreeze', () => AccountFreezeView);

@InputType({ description: 'Whose account is frozen, and why.' })
export class FreezeSubjectInput {
  @Field(() => ID, { description: 'A merchant or a buyer.' })
  subjectId!: string;

  @Field(() => FreezeGroundEnum, { description: 'Why, as its holder is told.' })
  ground!: FreezeGround;

  @Field(() => String, NOTE)
  note!: string;

  @Field(() => String, IDEMPOTENCY_KEY)
  idempotencyKey!: string;
}

@InputType({ description: 'Whose account is free again, and why.' })
export class UnfreezeSubjectInput {
  @Field(() => ID, { description: 'A merchant or a buyer.' })
  subjectId!: string;

  @Field(() => String, NOTE)
  note!: string;

  @Field(() => String, IDEMPOTENCY_KEY)
  idempotencyKey!: string;
}

@ObjectType('FreezeSubjectPayload', { simpleResolvers: true, description: 'What became of an account.' })
export class FreezeSubjectPayload {
  @Field(() => AccountFreezeView, { nullable: true, description: 'As it is now; null when it was refused.' })
  freeze?: AccountFreeze | null;

  @Field(() => [UserErrorView], WHY_NOT)
  userErrors!: RefusalView[];
}

@ObjectType('UnfreezeSubjectPayload', { simpleResolvers: true, description: 'What became of an account.' })
export class UnfreezeSubjectPayload {
  @Field(() => AccountFreezeView, { nullable: true, description: 'As it was, ended; null when that was refused.' })
  freeze?: AccountFreeze | null;

  @Field(() => [UserErrorView], WHY_NOT)
  userErrors!: RefusalView[];
}
