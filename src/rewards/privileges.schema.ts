import { Field, ObjectType } from 'type-graphql';
import type { Held } from './privileges.ts';

@ObjectType('Privilege', { simpleResolvers: true, description: 'Something that a grade or points entitle to.' })
export class PrivilegeView {
  @Field(() => String, {
    description:
      'What gives it: GRADE, POINTS, GRADE_AND_POINTS; GRACE: nothing any more, and it is left until `until`.',
  })
  source!: string;
}

@ObjectType('PrivilegeCheck', { simpleResolvers: true, description: 'Whether somebody has a privilege.' })
export class PrivilegeCheckView {
  @Field(() => Boolean, { description: 'True while it is held, in its time of grace too.' })
  granted!: boolean;

  @Field(() => PrivilegeView, { nullable: true, description: 'The privilege; null when it is not held.' })
  privilege!: Held | null;
}
