import { ArgsType, Field, ObjectType } from 'type-graphql';
import { graphqlEnum } from '../schema/enum.ts';
import { GradeLevelEnum } from '../schema/grade-level.ts';
import { connectionType, ForwardPageArgs } from '../schema/page.ts';
import { DateTimeScalar } from '../schema/scalars.ts';
import type { Level } from '../scoring/levels.ts';
import type { SignedGrade, SignedState } from './signed-grade.ts';

export const SignedGradeStateEnum = graphqlEnum<SignedState>('SignedGradeState', 'Whether a signed grade is good.', {
  VALID: 'It is good.',
  EXPIRED: 'Its time is over.',
  REVOKED: 'It was revoked while it was good.',
});

@ObjectType('SignedGrade', {
  simpleResolvers: true,
  description:
    'That a grade was signed and handed out. The JWT itself is not kept. A month after its end it is forgotten.',
})
export class SignedGradeView {
  @Field(() => GradeLevelEnum, { description: 'The level that it states.' })
  level!: Level;

  @Field(() => String, {
    description: 'For whom it was signed: PARTNER: and the id of a partner, else the caller as the audit log names it.',
  })
  holder!: string;

  @Field(() => DateTimeScalar, { description: 'When it was signed.' })
  issuedAt!: Date;

  @Field(() => DateTimeScalar, { description: 'Until when it is good, unless it was revoked.' })
  validUntil!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was revoked; null unless it was.' })
  revokedAt?: Date | null;

  @Field(() => String, { nullable: true, description: 'Who revoked it; HOUSE: a void had put its level right.' })
  revokedBy?: string | null;

  @Field(() => String, { nullable: true, description: 'Why it was revoked; null unless it was.' })
  revokeNote?: string | null;
}

export const SignedGradeConnection = connectionType<SignedGrade>('SignedGrade', () => SignedGradeView);

@ArgsType()
export class SignedGradesArgs extends ForwardPageArgs {
  @Field(() => SignedGradeStateEnum, { nullable: true, description: 'Only those that stand so; all, if not given.' })
  state?: SignedState | null;
}
