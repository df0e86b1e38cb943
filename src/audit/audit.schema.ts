import { ArgsType, Field, Int, ObjectType } from 'type-graphql';
import { graphqlEnum } from '../schema/enum.ts';
import { NodeView } from '../schema/node.ts';
import { connectionType, ForwardPageArgs } from '../schema/page.ts';
import { DateTimeScalar, JsonScalar } from '../schema/scalars.ts';
import type { AuditEvent } from './audit-event.ts';

export const AuditOutcomeEnum = graphqlEnum<AuditEvent['outcome']>(
  'AuditOutcome',
  'What became of what was asked for.',
  {
    DONE: 'It was done.',
    REFUSED: 'It was refused, and nothing was changed.',
  },
);

@ObjectType('AuditEvent', {
  implements: NodeView,
  simpleResolvers: true,
  description:
    'A line of the audit log: what a member of staff did, or what was refused to somebody. It never changes.',
})
export class AuditEventView extends NodeView {
  @Field(() => DateTimeScalar, { description: 'When.' })
  at!: Date;

  @Field(() => String, {
    description: 'Who, such as ADMIN:alice; `*`: several, of whom there were too many for a line each.',
  })
  actor!: string;

  @Field(() => String, {
    nullable: true,
    description: "The actor's role; null: a command, a part of the house itself, or several.",
  })
  role!: string | null;

  @Field(() => String, {
    description: 'The mutation or command, or the field that was refused, such as Query.auditTrail; `*`: several.',
  })
  operation!: string;

  @Field(() => [String], {
    description: 'What it was about: the type and the UUIDs of each id in the input, such as Merchant:0199….',
  })
  subjects!: string[];

  @Field(() => JsonScalar, { description: 'The numbers, choices and instants of the input.' })
  details!: Record<string, unknown>;

  @Field(() => String, {
    nullable: true,
    description: "The actor's own words on why; null: none, or they were taken out.",
  })
  note!: string | null;

  @Field(() => AuditOutcomeEnum, { description: 'What became of it.' })
  outcome!: string;

  @Field(() => String, { nullable: true, description: 'Why it was refused; null: it was done.' })
  code!: string | null;

  @Field(() => Int, {
    description: 'How often within the same minute, beside the first time, which has a line of its own: 1 or more.',
  })
  times!: number;

  @Field(() => String, { nullable: true, description: 'The request it came with, as the logs name it; null: none.' })
  requestId!: string | null;
}

export const AuditEventConnection = connectionType<AuditEvent>('AuditEvent', () => AuditEventView);

@ArgsType()
export class AuditTrailArgs extends ForwardPageArgs {
  @Field(() => String, { nullable: true, description: 'Only of this actor, such as ADMIN:alice.' })
  actor?: string | null;

  @Field(() => String, { nullable: true, description: 'Only this operation, such as activatePolicy.' })
  operation?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Only at this instant or later.' })
  from?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Only before this instant.' })
  to?: Date | null;
}
