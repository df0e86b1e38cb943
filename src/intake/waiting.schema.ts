import { ArgsType, Field, ObjectType } from 'type-graphql';
import { graphqlEnum } from '../schema/enum.ts';
import { connectionType, ForwardPageArgs } from '../schema/page.ts';
import { DateTimeScalar } from '../schema/scalars.ts';
import type { WaitingRow } from './waiting.queries.ts';

export type WaitingState = 'WAITING' | 'REJECTED';
const WaitingStateEnum = graphqlEnum<WaitingState>('WaitingState', 'What became of an event that had to wait.', {
  WAITING: 'It waits still.',
  REJECTED: 'It was accepted, waited, and could not be taken in. It may be sent again, mended too, under its own id.',
});

@ArgsType()
export class WaitingArgs extends ForwardPageArgs {
  @Field(() => WaitingStateEnum, { defaultValue: 'WAITING', description: 'Which of them.' })
  state!: WaitingState;
}

@ObjectType('WaitingEvent', {
  simpleResolvers: true,
  description: 'An event that came before the order or the review that it is about.',
})
export class WaitingEventView {
  @Field(() => String, { description: 'Where it came from.' })
  source!: string;

  @Field(() => String, { description: 'What happened, such as order.paid.' })
  type!: string;

  @Field(() => DateTimeScalar, { description: 'When it was accepted.' })
  receivedAt!: Date;

  @Field(() => DateTimeScalar, { description: 'Until when it waits, or would have waited.' })
  waitsUntil!: Date;

  @Field(() => String, {
    nullable: true,
    description:
      'Why it was rejected: ORDER_UNKNOWN or REVIEW_UNKNOWN where nothing came, else what was wrong with it when it came. Null while it waits.',
  })
  code!: string | null;
}

export const WaitingEventConnection = connectionType<WaitingRow>('WaitingEvent', () => WaitingEventView);
