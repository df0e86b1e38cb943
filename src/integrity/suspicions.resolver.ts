import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { BuyerView, type BuyerRow } from '../buyers/buyers.schema.ts';
import type { EvidenceRow } from '../detection/evidence.ts';
import { evidenceText } from '../detection/texts.ts';
import { globalId } from '../kernel/global-id.ts';
import type { Connection } from '../kernel/page.ts';
import { merchantById } from '../merchants/merchants.loaders.ts';
import { MerchantView, type MerchantRow } from '../merchants/merchants.schema.ts';
import { OrderView, type OrderRow } from '../orders/orders.schema.ts';
import type { Review } from '../reviews/review.ts';
import { ReviewView } from '../reviews/reviews.schema.ts';
import { NODE_ID, NodeView } from '../schema/node.ts';
import { DateTimeScalar } from '../schema/scalars.ts';
import { evidencePrecision, type EvidencePrecision } from './precision.ts';
import { factsBehind, type FactRow } from './evidence-facts.loaders.ts';
import type { Suspicion } from './suspicion.ts';
import {
  evidenceFor,
  membersOf,
  ordersOf,
  reviewsOf,
  ringOf,
  suspicionsByPage,
  targetsOf,
  type RingRow,
} from './suspicions.loaders.ts';
import {
  CollusionRingView,
  EvidencePrecisionView,
  EvidenceRowView,
  SuspicionConnection,
  SuspicionsArgs,
  SuspicionView,
} from './suspicions.schema.ts';

@Resolver(() => SuspicionView)
export class SuspicionsResolver {
  @Query(() => SuspicionConnection, { description: 'What is in doubt, the most probable first.' })
  suspicions(@Args(() => SuspicionsArgs) args: SuspicionsArgs, @Ctx() call: Call): Promise<Connection<Suspicion>> {
    return suspicionsByPage(call, args);
  }

  @Query(() => [EvidencePrecisionView], {
    description: 'How each ground has proved itself, by what became of the suspicions that it was part of.',
  })
  evidencePrecision(@Ctx() { sql }: Call): Promise<EvidencePrecision[]> {
    return evidencePrecision(sql);
  }

  @FieldResolver(() => ID, NODE_ID)
  id(@Root() { merchantId, id }: Suspicion): string {
    return globalId('Suspicion', merchantId, id);
  }

  @FieldResolver(() => MerchantView, { description: 'Whose reviews or orders it is about.' })
  merchant(@Root() { merchantId }: Suspicion, @Ctx() call: Call): Promise<MerchantRow | null> {
    return merchantById(call, merchantId);
  }

  @FieldResolver(() => [ReviewView], { description: 'The reviews in doubt, at most 1,000 of them; empty for orders.' })
  reviews(@Root() suspicion: Suspicion, @Ctx() call: Call): Promise<Review[]> {
    return reviewsOf(call, suspicion);
  }

  @FieldResolver(() => [OrderView], { description: 'The orders in doubt, at most 1,000 of them; empty for reviews.' })
  orders(@Root() suspicion: Suspicion, @Ctx() call: Call): Promise<OrderRow[]> {
    return ordersOf(call, suspicion);
  }

  @FieldResolver(() => [EvidenceRowView], {
    description: 'What speaks for a fake and what against, the loudest first.',
  })
  evidence(@Root() suspicion: Suspicion, @Ctx() call: Call): Promise<readonly EvidenceRow[]> {
    return evidenceFor(call, suspicion);
  }

  @FieldResolver(() => CollusionRingView, {
    nullable: true,
    description: 'Who acts together; null where no ring was found.',
  })
  ring(@Root() suspicion: Suspicion, @Ctx() call: Call): Promise<RingRow | null> {
    return ringOf(call, suspicion);
  }

  @FieldResolver(() => String, { nullable: true, description: 'Who works on it now; null while nobody does.' })
  claimedBy(@Root() { claimedBy, claimedUntil }: Suspicion, @Ctx() { now }: Call): string | null {
    return claimedUntil && claimedUntil.getTime() > now ? (claimedBy ?? null) : null;
  }

  @FieldResolver(() => DateTimeScalar, { nullable: true, description: 'Until when; null while nobody works on it.' })
  claimedUntil(@Root() { claimedUntil }: Suspicion, @Ctx() { now }: Call): Date | null {
    return claimedUntil && claimedUntil.getTime() > now ? claimedUntil : null;
  }
}

@Resolver(() => EvidenceRowView)
export class EvidenceRowsResolver {
  @FieldResolver(() => String, { description: 'The ground, in words.' })
  text(
    @Root() row: EvidenceRow,
    @Arg('locale', () => String, {
      nullable: true,
      description: 'A language tag: Chinese for zh and its regions, English for all others and when not given.',
    })
    locale: string | null,
  ): string {
    return evidenceText(row, locale);
  }

  @FieldResolver(() => [NodeView], {
    description:
      'What it rests on beside the reviews and orders in doubt, to be looked at: reviews, orders, accounts; at most 10. Empty where figures say all.',
  })
  facts(@Root() { facts }: EvidenceRow, @Ctx() call: Call): Promise<FactRow[]> {
    return factsBehind(call, facts ?? []);
  }
}

@Resolver(() => CollusionRingView)
export class CollusionRingsResolver {
  @FieldResolver(() => [BuyerView], { description: 'Who acts together, at most 1,000 of them.' })
  members(@Root() ring: RingRow, @Ctx() call: Call): Promise<BuyerRow[]> {
    return membersOf(call, ring);
  }

  @FieldResolver(() => [MerchantView], { description: 'On whom they act, at most 1,000 of them.' })
  targets(@Root() ring: RingRow, @Ctx() call: Call): Promise<MerchantRow[]> {
    return targetsOf(call, ring);
  }
}
