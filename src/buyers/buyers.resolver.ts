import { Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import type { Call } from '../access/call.ts';
import type { Consent } from '../inquiries/consent.ts';
import { consentsOf } from '../inquiries/consents.loaders.ts';
import { ConsentConnection } from '../inquiries/consents.schema.ts';
import { recordingRefusals } from '../inquiries/pull.ts';
import { globalId } from '../kernel/global-id.ts';
import type { Connection } from '../kernel/page.ts';
import { LookupArgs, lookUp } from '../schema/lookup.ts';
import { NODE_ID } from '../schema/node.ts';
import { ForwardPageArgs } from '../schema/page.ts';
import { namedBuyerByExternalId, namedBuyerById } from './buyers.loaders.ts';
import { BuyerView, type BuyerRow } from './buyers.schema.ts';

@Resolver(() => BuyerView)
export class BuyersResolver {
  @Query(() => BuyerView, {
    nullable: true,
    description:
      "One buyer, by its id or by the platform's own; null when it is not known, or not yours to see. A partner is told what consent it lacks.",
  })
  buyer(@Args(() => LookupArgs) args: LookupArgs, @Ctx() call: Call): Promise<BuyerRow | null> {
    return recordingRefusals(call, 'Query.buyer', {}, () =>
      lookUp(call, 'Buyer', args, namedBuyerById, namedBuyerByExternalId),
    );
  }

  @FieldResolver(() => ID, NODE_ID)
  id(@Root() buyer: BuyerRow): string {
    return globalId('Buyer', buyer.id);
  }

  @FieldResolver(() => ConsentConnection, {
    description: 'Which partners it let take out its grade, the last first; those that ended are among them.',
  })
  consents(
    @Root() buyer: BuyerRow,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() call: Call,
  ): Promise<Connection<Consent>> {
    return consentsOf(call, buyer.id, args);
  }
}
