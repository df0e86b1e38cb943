import { Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { connectionOf, pageOf, type Connection } from '../kernel/page.ts';
import { rejectedEvents, waitingEvents, type WaitingRow } from './waiting.queries.ts';
import { WaitingArgs, WaitingEventConnection, WaitingEventView } from './waiting.schema.ts';

@Resolver(() => WaitingEventView)
export class WaitingResolver {
  @Query(() => WaitingEventConnection, {
    description:
      'Events that were accepted, and wait for their order or review to become known, up to seven days; or that were rejected after that, for 30 days more. The last first.',
  })
  async waitingEvents(
    @Args(() => WaitingArgs) { state, ...args }: WaitingArgs,
    @Ctx() { sql }: Call,
  ): Promise<Connection<WaitingRow>> {
    const page = pageOf(args, ['uuid']);
    const read = state === 'REJECTED' ? rejectedEvents : waitingEvents;
    const rows = await read(sql, (page.after?.[0] as string | undefined) ?? null, page.size + 1);
    return connectionOf(rows, page, ({ id }) => [id]);
  }

  @FieldResolver(() => String, { description: 'Its id, unique within its source.' })
  id(@Root() { eventId }: WaitingRow): string {
    return eventId;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: "The platform's own id of the order that it waits for; null where it waits for a review.",
  })
  order(@Root() { kind, externalId }: WaitingRow): string | null {
    return kind === 'order' ? externalId : null;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: "The platform's own id of the review that it waits for; null where it waits for an order.",
  })
  review(@Root() { kind, externalId }: WaitingRow): string | null {
    return kind === 'review' ? externalId : null;
  }
}
