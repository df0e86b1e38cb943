import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Info, Query, Resolver } from 'type-graphql';
import type { Call } from '../../access/call.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { AnyScalar, EntityUnion, ServiceView } from './federation.schema.ts';
import { entityOf, type Representation } from './references.ts';
import { subgraphOf } from './subgraph.ts';

/** Gateways send the whole of a list at once, and cannot send it in parts. What it costs bounds it, too. */
const MAX_BATCH = 1_000;

/** What makes the API a subgraph. These are fields like others, so that the shield, the price list and the limits hold for them. */
@Resolver()
export class FederationResolver {
  @Query(() => ServiceView, { name: '_service', description: 'For gateways: what this subgraph is.' })
  service(@Info() { schema }: GraphQLResolveInfo): ServiceView {
    return { sdl: subgraphOf(schema) };
  }

  @Query(() => [EntityUnion], {
    name: '_entities',
    nullable: 'items',
    description: 'For gateways: what is named, in the same order; null as for `node`.',
  })
  async entities(
    @Arg('representations', () => [AnyScalar], { description: 'At most 1,000.' })
    representations: readonly Representation[],
    @Ctx() call: Call,
  ): Promise<(object | null)[]> {
    if (representations.length > MAX_BATCH) {
      const message = `At most ${MAX_BATCH} \`representations\` go into one batch; these are ${representations.length}.`;
      throw new Refusal('INVALID', 'TOO_MANY_REPRESENTATIONS', message, ['representations']);
    }
    return Promise.all(representations.map((each, i) => entityOf(call, each, i).catch(asError)));
  }
}

/** In the place of what it is about, so that one that fails takes no other with it. */
const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
