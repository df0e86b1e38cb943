import { ArgsType, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { graphqlEnum } from '../schema/enum.ts';
import { NodeView } from '../schema/node.ts';
import { connectionType, ForwardPageArgs } from '../schema/page.ts';
import { DateTimeScalar, SafeIntScalar } from '../schema/scalars.ts';
import { RefusalView, UserErrorView } from '../schema/user-error.ts';
import type { Hold, HoldStatus } from './holds.queries.ts';
import type { EntryRow } from './open-account.ts';

/** An account as its fields find it: whose it is. */
export interface AccountKey {
  readonly subjectId: string;
}

@ObjectType('PointsAccount', {
  description: 'The credit points of a merchant or a buyer. Points are whole numbers; what changes them is an entry.',
})
export class PointsAccountView {
  @Field(() => Int, { description: 'Points of the balance that are kept apart for a purpose.' })
  held!: number;
}

@ArgsType()
export class EntriesArgs extends ForwardPageArgs {
  @Field(() => String, {
    nullable: true,
    description: 'Only entries of this kind, such as `EARNED`; all, if not given.',
  })
  kind?: string | null;
}

@ObjectType('PointsEntry', {
  implements: NodeView,
  simpleResolvers: true,
  description: 'Points that came or went. It is never changed: what was wrong is taken back by an entry of its own.',
})
export class PointsEntryView extends NodeView {
  @Field(() => String, {
    description: 'EARNED, PENALTY, ADJUSTED (by staff), REDEEMED, EXPIRED, FORFEITED (on closing), REVERSED, …',
  })
  kind!: string;

  @Field(() => String, { description: 'What it was for, in words for the holder.' })
  reason!: string;

  @Field(() => String, { nullable: true, description: 'The member of staff who booked it; null for all others.' })
  bookedBy?: string | null;
}

@ObjectType('PointsValue', { simpleResolvers: true, description: 'What points are worth in money.' })
export class PointsValueView {
  @Field(() => SafeIntScalar, { description: 'In minor units of the currency, such as cents.' })
  amount!: number;

  @Field(() => String, { description: 'ISO 4217: EUR.' })
  currency!: string;
}

export const PointsEntryConnection = connectionType<EntryRow>('PointsEntry', () => PointsEntryView);

export const StatementFormatEnum = graphqlEnum<'CSV' | 'JSONL'>('StatementFormat', 'How a statement is written.', {
  CSV: 'With a line of column names first (RFC 4180).',
  JSONL: 'One JSON object a line.',
});

@ArgsType()
export class StatementArgs {
  @Field(() => DateTimeScalar, { description: 'What was entered from then on.' })
  from!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'And before then; up to now, if not given.' })
  until?: Date | null;

  @Field(() => StatementFormatEnum, { nullable: true, description: 'How it is written; as CSV, if not given.' })
  format?: 'CSV' | 'JSONL' | null;
}

export const HoldStatusEnum = graphqlEnum<HoldStatus>('PointsHoldStatus', 'Where a hold stands.', {
  HELD: 'The points are kept apart, and can be captured or released.',
  CAPTURED: 'They were spent, all of them or part; the rest was given back.',
  RELEASED: 'They were given back.',
  EXPIRED: 'It timed out, and they were given back.',
});

@ObjectType('PointsHold', {
  implements: NodeView,
  simpleResolvers: true,
  description:
    'Points that are kept apart for a purpose. They stay in the balance, and do not expire while they are held.',
})
export class PointsHoldView extends NodeView {
  @Field(() => Int, { description: 'How many are held.' })
  points!: number;

  @Field(() => Int, { description: 'How many of them were captured; 0 unless it is CAPTURED.' })
  captured!: number;

  @Field(() => HoldStatusEnum, { description: 'Where it stands.' })
  status!: HoldStatus;

  @Field(() => String, { description: 'What they are held for.' })
  purpose!: string;

  @Field(() => String, { description: "The caller's own name of it, such as an order's number." })
  reference!: string;
}

export const PointsHoldConnection = connectionType<Hold>('PointsHold', () => PointsHoldView);

@ArgsType()
export class HoldsArgs extends ForwardPageArgs {
  @Field(() => HoldStatusEnum, { nullable: true, description: 'Only holds that stand so; all, if not given.' })
  status?: HoldStatus | null;
}

const KEY = 'Any text of 1 to 255 characters, a new one for each new call; a repeat gets the first answer.';

@InputType({ description: 'Which hold is captured, and how much of it.' })
export class CapturePointsInput {
  @Field(() => ID, { description: 'The hold.' })
  holdId!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'How many of its points, at least 1; all, if not given. The rest is given back.',
  })
  points?: number | null;

  @Field(() => String, { description: KEY })
  idempotencyKey!: string;
}

@InputType({ description: 'Which hold is released.' })
export class ReleasePointsInput {
  @Field(() => ID, { description: 'The hold.' })
  holdId!: string;

  @Field(() => String, { description: KEY })
  idempotencyKey!: string;
}

@InputType({ description: 'What was spent and is given back, and why.' })
export class RefundPointsInput {
  @Field(() => ID, { description: 'The hold that was captured.' })
  holdId!: string;

  @Field(() => String, { description: 'Why, in words for the holder: 1 to 2,000 characters.' })
  reason!: string;

  @Field(() => String, { description: KEY })
  idempotencyKey!: string;
}

@InputType({ description: 'Whose account is closed, and why.' })
export class ClosePointsAccountInput {
  @Field(() => ID, { description: 'The merchant or the buyer.' })
  subjectId!: string;

  @Field(() => String, { description: 'Why, for the audit log: 1 to 2,000 characters.' })
  note!: string;

  @Field(() => String, { description: KEY })
  idempotencyKey!: string;
}

const WHY_NOT = 'Why nothing was changed; empty when it was done.';

@ObjectType('CapturePointsPayload', { simpleResolvers: true, description: 'What became of a hold.' })
export class CapturePointsPayload {
  @Field(() => PointsHoldView, { nullable: true, description: 'The hold, captured; null when that was refused.' })
  hold?: Hold | null;

  @Field(() => PointsAccountView, { nullable: true, description: 'The account after it; null when it was refused.' })
  account?: AccountKey | null;

  @Field(() => [UserErrorView], { description: WHY_NOT })
  userErrors!: RefusalView[];
}

@ObjectType('ReleasePointsPayload', { simpleResolvers: true, description: 'What became of a hold.' })
export class ReleasePointsPayload {
  @Field(() => PointsHoldView, { nullable: true, description: 'The hold, released; null when that was refused.' })
  hold?: Hold | null;

  @Field(() => PointsAccountView, { nullable: true, description: 'The account after it; null when it was refused.' })
  account?: AccountKey | null;

  @Field(() => [UserErrorView], { description: WHY_NOT })
  userErrors!: RefusalView[];
}

@ObjectType('RefundPointsPayload', { simpleResolvers: true, description: 'What became of points that were spent.' })
export class RefundPointsPayload {
  @Field(() => PointsHoldView, {
    nullable: true,
    description: 'The hold, with its refund; null when that was refused.',
  })
  hold?: Hold | null;

  @Field(() => PointsAccountView, { nullable: true, description: 'The account after it; null when it was refused.' })
  account?: AccountKey | null;

  @Field(() => [UserErrorView], { description: WHY_NOT })
  userErrors!: RefusalView[];
}

@ObjectType('ClosePointsAccountPayload', { simpleResolvers: true, description: 'What became of an account.' })
export class ClosePointsAccountPayload {
  @Field(() => PointsAccountView, { nullable: true, description: 'The account, closed; null when that was refused.' })
  account?: AccountKey | null;

  @Field(() => [UserErrorView], { description: WHY_NOT })
  userErrors!: RefusalView[];
}
