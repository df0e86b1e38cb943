import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { graphqlEnum } from '../schema/enum.ts';
import { NodeView } from '../schema/node.ts';
import { connectionType } from '../schema/page.ts';
import { DateScalar, DateTimeScalar } from '../schema/scalars.ts';
import { RefusalView, UserErrorView } from '../schema/user-error.ts';
import type { Excuse, ExcuseGround } from './excuse.ts';

export const ExcuseGroundEnum = graphqlEnum<ExcuseGround>(
  'ExcuseGround',
  "What befell merchants that was in nobody's power.",
  {
    STRIKE: 'A strike, of carriers or of others.',
    STORM: 'A storm, or other weather.',
    PLATFORM_OUTAGE: 'The marketplace itself did not work.',
    FORCE_MAJEURE: 'Anything else that nobody could avert.',
  },
);

@ObjectType('Excuse', {
  implements: NodeView,
  simpleResolvers: true,
  description:
    "Days in which something outside anyone's power befell merchants. What was due, late or cancelled in them leaves the metrics of the platforms' rules, and is shown beside them; grades by a policy of the house do not change.",
})
export class ExcuseView extends NodeView {
  @Field(() => ExcuseGroundEnum, { description: 'What befell them.' })
  ground!: ExcuseGround;

  @Field(() => String, { description: 'Why it was decided so.' })
  note!: string;

  @Field(() => String, { description: 'Who decided it.' })
  excusedBy!: string;

  @Field(() => DateTimeScalar, { description: 'When it was decided.' })
  recordedAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was revoked; null while it is in force.' })
  revokedAt?: Date | null;

  @Field(() => String, { nullable: true, description: 'Who revoked it; null while it is in force.' })
  revokedBy?: string | null;

  @Field(() => String, { nullable: true, description: 'Why it was revoked; null while it is in force.' })
  revokeNote?: string | null;
}

export const ExcuseConnection = connectionType<Excuse>('Excuse', () => ExcuseView);

@InputType({ description: 'Which days are excused, for whom and why.' })
export class ExcuseEventsInput {
  @Field(() => ExcuseGroundEnum, { description: 'What befell them.' })
  ground!: ExcuseGround;

  @Field(() => DateScalar, { description: 'The first day. Not before 1995.' })
  from!: Date;

  @Field(() => DateScalar, { description: 'The last day: at most 60 days in all, and at most 30 days ahead.' })
  to!: Date;

  @Field(() => [ID], { nullable: true, description: 'Only these merchants, at most 1,000; all, if not given.' })
  merchantIds?: string[] | null;

  @Field(() => String, { description: 'Why: 1 to 2,000 characters. It is kept.' })
  note!: string;

  @Field(() => String, {
    description: 'Any text of 1 to 255 characters, a new one for each new call; a repeat gets the first answer.',
  })
  idempotencyKey!: string;
}

@InputType({ description: 'Which excuse is revoked, and why.' })
export class RevokeExcuseInput {
  @Field(() => ID, { description: 'The excuse.' })
  excuseId!: string;

  @Field(() => String, { description: 'Why: 1 to 2,000 characters. It is kept.' })
  note!: string;

  @Field(() => String, {
    description: 'Any text of 1 to 255 characters, a new one for each new call; a repeat gets the first answer.',
  })
  idempotencyKey!: string;
}

@ObjectType('ExcuseEventsPayload', { simpleResolvers: true, description: 'What became of an excuse.' })
export class ExcuseEventsPayload {
  @Field(() => ExcuseView, { nullable: true, description: 'The excuse; null when it was refused.' })
  excuse?: Excuse | null;

  @Field(() => [UserErrorView], { description: 'Why nothing was changed; empty when it was done.' })
  userErrors!: RefusalView[];
}

@ObjectType('RevokeExcusePayload', { simpleResolvers: true, description: 'What became of an excuse.' })
export class RevokeExcusePayload {
  @Field(() => ExcuseView, { nullable: true, description: 'The excuse, revoked; null when that was refused.' })
  excuse?: Excuse | null;

  @Field(() => [UserErrorView], { description: 'Why nothing was changed; empty when it was done.' })
  userErrors!: RefusalView[];
}
