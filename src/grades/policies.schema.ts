import { Field, Int, ObjectType } from 'type-graphql';
import type { SubjectKind } from '../kernel/subject.ts';
import { DateTimeScalar, JsonScalar } from '../schema/scalars.ts';
import { graphqlEnum } from '../schema/enum.ts';
import { SubjectKindEnum } from '../schema/subject.ts';
import type { StepKind } from './activation.queries.ts';
import type { PolicyHeader } from './policies.queries.ts';
import type { PolicyState } from './policy-version.ts';

export const PolicyStateEnum = graphqlEnum<PolicyState>('PolicyState', 'Where a version of the rules stands.', {
  DRAFT: 'It was saved, and nobody is graded by it.',
  PROPOSED: 'Somebody wants it in force, and another person must agree.',
  BUILDING:
    'It is agreed on, and the standings of all subjects under it are being built; another version serves meanwhile.',
  SHADOW: 'Standings are kept under it, and nobody is graded by it.',
  ANNOUNCED: 'It comes into force at `activeFrom`.',
  IN_FORCE: 'Subjects are graded by it.',
  RETIRED: 'It was in force, and is no more.',
});

const PolicyStepKindEnum = graphqlEnum<StepKind>('PolicyStepKind', 'What was done to a version of the rules.', {
  SAVED: 'It was saved as a draft.',
  PROPOSED: 'Somebody proposed it.',
  APPROVED: 'It was agreed that it is to come into force.',
  SHADOWED: 'It was set to run along unseen.',
  BUILT: 'The standings of all subjects under it were there.',
  BROUGHT_IN: 'The instant was fixed from which it is in force, in the place of another version.',
  TAKEN_BACK: 'It was taken back before it came into force, or its running along was ended.',
});

@ObjectType('PolicyStep', {
  simpleResolvers: true,
  description: 'What was done to a version of the rules, by whom and why.',
})
export class PolicyStepView {
  @Field(() => PolicyStepKindEnum, { description: 'What was done.' })
  kind!: StepKind;

  @Field(() => String, {
    description: 'Who did it: a role, and a name where the token has one; HOUSE for what follows by itself.',
  })
  actor!: string;

  @Field(() => String, { description: 'Why.' })
  note!: string;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'From when the version was to be in force; null where that was not said.',
  })
  activeFrom!: Date | null;

  @Field(() => DateTimeScalar, { description: 'When it was done.' })
  at!: Date;
}

@ObjectType('PolicyVersion', {
  simpleResolvers: true,
  description: 'One version of the rules. Its document is never changed.',
})
export class PolicyVersionView implements Pick<PolicyHeader, 'key' | 'version' | 'subjectKind' | 'activeFrom'> {
  @Field(() => String, { description: "The policy's name, unique for a kind of subject." })
  key!: string;

  @Field(() => Int, { description: 'Counted from 1.' })
  version!: number;

  @Field(() => SubjectKindEnum, { description: 'Whom it grades.' })
  subjectKind!: SubjectKind;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'Since when, or from when, it is in force; the last time, where it was so more than once. Null until that is fixed.',
  })
  activeFrom!: Date | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Until when it is or was in force; null while no other is to replace it.',
  })
  activeUntil?: Date | null;
}

@ObjectType('Policy', {
  simpleResolvers: true,
  description: 'The rules by which subjects of one kind are graded, with their history.',
})
export class PolicyView {
  @Field(() => String, {
    description: 'Its name, unique for a kind of subject. `default` is what applies where none is named.',
  })
  key!: string;

  @Field(() => SubjectKindEnum, { description: 'Whom it grades.' })
  subjectKind!: SubjectKind;

  @Field(() => PolicyVersionView, { nullable: true, description: 'The version in force; null when none is.' })
  active!: PolicyHeader | null;

  @Field(() => [PolicyVersionView], {
    description: 'Every version that is, was or will be in force, the first first; for staff the drafts too.',
  })
  versions!: readonly PolicyHeader[];

  @Field(() => JsonScalar, { description: 'The version in force, whole; where none is, the last that was or will be.' })
  document!: unknown;
}
