import { Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { globalId } from '../kernel/global-id.ts';
import { LookupArgs, lookUp } from '../schema/lookup.ts';
import { NODE_ID } from '../schema/node.ts';
import { buyerByExternalId, buyerById } from './buyers.loaders.ts';
import { BuyerView, type BuyerRow } from './buyers.schema.ts';

@Resolver(() => BuyerView)
export class BuyersResolver {
  @Query(() => BuyerView, {
    nullable: true,
    description: "One buyer, by its id or by the platform's own; null when it is not known, or not yours to see.",
  })
  buyer(@Args(() => LookupArgs) args: LookupArgs, @Ctx() call: Call): Promise<BuyerRow | null> {
    return lookUp(call, 'Buyer', args, buyerById, buyerByExternalId);
  }

  @FieldResolver(() => ID, NODE_ID)
  id(@Root() buyer: BuyerRow): string {
    return globalId('Buyer', buyer.id);
  }
}
