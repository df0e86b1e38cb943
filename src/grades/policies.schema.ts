import { Field, Int, ObjectType } from 'type-graphql';
import type { SubjectKind } from '../kernel/subject.ts';
import { DateTimeScalar, JsonScalar } from '../schema/scalars.ts';
import { SubjectKindEnum } from '../schema/subject.ts';
import type { PolicyHeader } from './policies.queries.ts';

@ObjectType('PolicyVersion', {
  simpleResolvers: true,
  description: 'One version of the rules. What has been in force is never changed.',
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
    description: 'Since when, or from when, it is in force; null while it is a draft.',
  })
  activeFrom!: Date | null;
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

  @Field(() => [PolicyVersionView], { description: 'Every version that is, was or will be in force, the first first.' })
  versions!: readonly PolicyHeader[];

  @Field(() => JsonScalar, { description: 'The version in force, whole; where none is, the last that was or will be.' })
  document!: unknown;
}
