import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { Refusal } from '../kernel/refusal.ts';
import { NodeView } from '../schema/node.ts';
import { nodeOf } from './finders.ts';

const MAX_BATCH = 100;

@Resolver()
export class NodeResolver {
  @Query(() => NodeView, {
    nullable: true,
    description: 'Whatever has this id; null when there is no such thing, or it is not yours to see.',
  })
  node(
    @Arg('id', () => ID, { description: 'From an `id` field.' }) id: string,
    @Ctx() call: Call,
  ): Promise<object | null> {
    return nodeOf(call, id);
  }

  @Query(() => [NodeView], {
    nullable: 'items',
    description:
      'What has these ids, in the same order; null as for `node`, and with an error of its own for what is no id.',
  })
  async nodes(
    @Arg('ids', () => [ID], { description: 'At most 100.' }) ids: readonly string[],
    @Ctx() call: Call,
  ): Promise<(object | null)[]> {
    if (ids.length <= MAX_BATCH) return Promise.all(ids.map((id) => nodeOf(call, id).catch(asItsOwn)));
    const message = `At most ${MAX_BATCH} \`ids\` go into one batch; these are ${ids.length}.`;
    throw new Refusal('INVALID', 'TOO_MANY_IDS', message, ['ids']);
  }
}

/** An item that is an error is answered as null, with its place in the error's path (GraphQL, 6.4.4). What is no refusal is everybody's. */
function asItsOwn(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  throw error;
}
