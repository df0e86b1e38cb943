import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { PointsAccountView, PointsHoldView, PointsValueView, type AccountKey } from '../points/points.schema.ts';
import type { Worth } from '../points/worth.ts';
import { UserErrorView, type RefusalView } from '../schema/user-error.ts';

@InputType({ description: 'Points to be held, whose and what for.' })
export class RedeemPointsInput {
  @Field(() => ID, { description: 'The merchant or the buyer whose points they are.' })
  holderId!: string;

  @Field(() => Int, {
    description: 'How many: at least 1, at most what is available, and what the rules allow at once.',
  })
  points!: number;

  @Field(() => String, { description: 'What they are held for: 1 to 200 characters. The holder reads it.' })
  purpose!: string;

  @Field(() => String, { description: "The caller's own name of it: 1 to 200 characters." })
  reference!: string;

  @Field(() => String, {
    nullable: true,
    description: 'In which currency their value is told, ISO 4217: EUR; that of the rules, if not given.',
  })
  currency?: string | null;

  @Field(() => String, {
    description: 'Any text of 1 to 255 characters, a new one for each new call; a repeat gets the first answer.',
  })
  idempotencyKey!: string;
}

@ObjectType('RedeemPointsPayload', { simpleResolvers: true, description: 'What became of points to be held.' })
export class RedeemPointsPayload {
  @Field(() => ID, {
    nullable: true,
    description: 'The hold, for `capturePoints` and `releasePoints`; null when it was refused.',
  })
  holdId?: string | null;

  @Field(() => PointsHoldView, { nullable: true, description: 'The same, in full; null when it was refused.' })
  hold?: object | null;

  @Field(() => PointsValueView, {
    nullable: true,
    description: 'What they are worth in money, by the rules of when they were held; null when it was refused.',
  })
  value?: Worth | null;

  @Field(() => PointsAccountView, { nullable: true, description: 'The account after it; null when it was refused.' })
  account?: AccountKey | null;

  @Field(() => [UserErrorView], { description: 'Why nothing was changed; empty when it was done.' })
  userErrors!: RefusalView[];
}
