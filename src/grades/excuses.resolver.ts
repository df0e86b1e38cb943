import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { DAY_MS } from '../evidence/book.ts';
import { globalId } from '../kernel/global-id.ts';
import type { Connection } from '../kernel/page.ts';
import { MerchantView, type MerchantRow } from '../merchants/merchants.schema.ts';
import { NODE_ID } from '../schema/node.ts';
import { ForwardPageArgs } from '../schema/page.ts';
import { DateScalar } from '../schema/scalars.ts';
import { asUserErrors } from '../schema/user-error.ts';
import type { Excuse } from './excuse.ts';
import { excuseEvents, revokeExcuse } from './excuses.commands.ts';
import { excusesByPage, merchantsOf } from './excuses.loaders.ts';
import {
  ExcuseConnection,
  ExcuseEventsInput,
  ExcuseEventsPayload,
  ExcuseView,
  RevokeExcuseInput,
  RevokeExcusePayload,
} from './excuses.schema.ts';

@Resolver(() => ExcuseView)
export class ExcusesResolver {
  @Query(() => ExcuseConnection, { description: 'What staff excused, the last first.' })
  excuses(@Args(() => ForwardPageArgs) args: ForwardPageArgs, @Ctx() call: Call): Promise<Connection<Excuse>> {
    return excusesByPage(call, args);
  }

  @Mutation(() => ExcuseEventsPayload, {
    description: "Excuses what was due, late or cancelled in some days: it leaves the metrics of the platforms' rules.",
  })
  excuseEvents(
    @Arg('input', () => ExcuseEventsInput, { description: 'Days, merchants and ground.' }) input: ExcuseEventsInput,
    @Ctx() call: Call,
  ): Promise<ExcuseEventsPayload> {
    const merchantIds = input.merchantIds ?? null;
    return asUserErrors(async () => ({ excuse: await excuseEvents(call, { ...input, merchantIds }) }));
  }

  @Mutation(() => RevokeExcusePayload, { description: 'Takes an excuse back. What it excused counts again.' })
  revokeExcuse(
    @Arg('input', () => RevokeExcuseInput, { description: 'Which, and why.' }) input: RevokeExcuseInput,
    @Ctx() call: Call,
  ): Promise<RevokeExcusePayload> {
    return asUserErrors(async () => ({ excuse: await revokeExcuse(call, input) }));
  }

  @FieldResolver(() => ID, NODE_ID)
  id(@Root() { id }: Excuse): string {
    return globalId('Excuse', id);
  }

  @FieldResolver(() => DateScalar, { description: 'The first day.' })
  from(@Root() { fromDay }: Excuse): Date {
    return new Date(fromDay * DAY_MS);
  }

  @FieldResolver(() => DateScalar, { description: 'The last day; it is in it.' })
  to(@Root() { toDay }: Excuse): Date {
    return new Date(toDay * DAY_MS);
  }

  @FieldResolver(() => [MerchantView], { nullable: true, description: 'Whom it excuses; null: all merchants.' })
  merchants(@Root() excuse: Excuse, @Ctx() call: Call): Promise<MerchantRow[] | null> {
    return merchantsOf(call, excuse);
  }
}
