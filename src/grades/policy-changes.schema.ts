import { Field, InputType, Int, ObjectType } from 'type-graphql';
import type { SubjectKind } from '../kernel/subject.ts';
import { DateScalar, DateTimeScalar, JsonScalar } from '../schema/scalars.ts';
import { SubjectKindEnum } from '../schema/subject.ts';
import { UserErrorView, type RefusalView } from '../schema/user-error.ts';
import { PolicyBacktestView } from './backtest.schema.ts';
import { PolicyVersionView } from './policies.schema.ts';
import type { PolicyVersion } from './policy-version.ts';

const KEY = 'Any text of 1 to 255 characters, a new one for each new call; a repeat gets the first answer.';
const NOTE = 'Why: 1 to 2,000 characters, kept with the version.';
const KIND = {
  nullable: true,
  defaultValue: 'MERCHANT',
  description: 'Whom the policy grades: several kinds of subject have a policy of the same key.',
} as const;

@InputType({ description: 'New rules, to be looked at before they are put in force.' })
export class SavePolicyDraftInput {
  @Field(() => JsonScalar, {
    description: 'The whole document; its form is told by `Policy.document` of those in force.',
  })
  document!: unknown;

  @Field(() => String, { description: NOTE })
  note!: string;

  @Field(() => String, { description: KEY })
  idempotencyKey!: string;
}

@InputType({ description: 'Which version to try against the one in force, and on which time.' })
export class BacktestPolicyInput {
  @Field(() => SubjectKindEnum, KIND)
  subjectKind?: SubjectKind | null;

  @Field(() => String, { description: "The policy's name." })
  key!: string;

  @Field(() => Int, { description: 'Which version.' })
  version!: number;

  @Field(() => DateScalar, {
    nullable: true,
    description:
      'Deals from this day on are foretold, from what had happened before. If not given: the last quarter of the history.',
  })
  from?: Date | null;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'Grades are compared as of the end of this day, and nothing after it is looked at. If not given: now.',
  })
  to?: Date | null;
}

@InputType({ description: 'Which version is to be in force, and from when.' })
export class ActivatePolicyInput {
  @Field(() => SubjectKindEnum, KIND)
  subjectKind?: SubjectKind | null;

  @Field(() => String, { description: "The policy's name." })
  key!: string;

  @Field(() => Int, {
    description:
      'Which version: a new one; an earlier one, to go back to it; or the one in force, to take back what is to replace it, announced or proposed.',
  })
  version!: number;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'From when on. If not given: as soon as its notice has run and the standings of all subjects are built.',
  })
  from?: Date | null;

  @Field(() => String, { description: NOTE })
  note!: string;

  @Field(() => String, { description: KEY })
  idempotencyKey!: string;
}

@InputType({ description: 'Which version is to run along unseen, or no longer.' })
export class ShadowPolicyInput {
  @Field(() => SubjectKindEnum, KIND)
  subjectKind?: SubjectKind | null;

  @Field(() => String, { description: "The policy's name." })
  key!: string;

  @Field(() => Int, { description: 'Which version.' })
  version!: number;

  @Field(() => Boolean, { description: 'True: standings are kept under it from now on. False: no more.' })
  isOn!: boolean;

  @Field(() => String, { description: NOTE })
  note!: string;

  @Field(() => String, { description: KEY })
  idempotencyKey!: string;
}

@ObjectType('SavePolicyDraftPayload', { simpleResolvers: true, description: 'What became of new rules.' })
export class SavePolicyDraftPayload {
  @Field(() => PolicyVersionView, { nullable: true, description: 'The draft; null when it was refused.' })
  version?: PolicyVersion | null;

  @Field(() => [UserErrorView], {
    description: 'Why nothing was saved; empty when it was. Paths lead into the document.',
  })
  userErrors!: RefusalView[];
}

@ObjectType('BacktestPolicyPayload', { simpleResolvers: true, description: 'What a version would change.' })
export class BacktestPolicyPayload {
  @Field(() => JsonScalar, { nullable: true, description: 'The whole report as JSON; null when it was refused.' })
  report?: unknown;

  @Field(() => PolicyBacktestView, { nullable: true, description: 'The same, in types; null when it was refused.' })
  backtest?: PolicyBacktestView | null;

  @Field(() => [UserErrorView], { description: 'Why there is no report; empty when there is.' })
  userErrors!: RefusalView[];
}

@ObjectType('ActivatePolicyPayload', { simpleResolvers: true, description: 'What became of an activation.' })
export class ActivatePolicyPayload {
  @Field(() => PolicyVersionView, {
    nullable: true,
    description:
      'The version: proposed, being built, announced or in force, as its `state` says; null when it was refused.',
  })
  version?: PolicyVersion | null;

  @Field(() => [UserErrorView], { description: 'Why nothing was changed; empty when it was.' })
  userErrors!: RefusalView[];
}

@ObjectType('ShadowPolicyPayload', { simpleResolvers: true, description: 'What became of a version that runs along.' })
export class ShadowPolicyPayload {
  @Field(() => PolicyVersionView, { nullable: true, description: 'The version; null when it was refused.' })
  version?: PolicyVersion | null;

  @Field(() => [UserErrorView], { description: 'Why nothing was changed; empty when it was.' })
  userErrors!: RefusalView[];
}
