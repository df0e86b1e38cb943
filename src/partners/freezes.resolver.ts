import { Arg, Args, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import type { Call } from '../access/call.ts';
import type { Connection } from '../kernel/page.ts';
import { ForwardPageArgs } from '../schema/page.ts';
import { asUserErrors } from '../schema/user-error.ts';
import type { AccountFreeze } from './freeze.ts';
import { freezeSubject, unfreezeSubject } from './freezes.commands.ts';
import { freezesByPage } from './freezes.loaders.ts';
import {
  AccountFreezeConnection,
  FreezeSubjectInput,
  FreezeSubjectPayload,
  UnfreezeSubjectInput,
  UnfreezeSubjectPayload,
} from './freezes.schema.ts';

@Resolver()
export class FreezesResolver {
  @Query(() => AccountFreezeConnection, { description: 'Which accounts are frozen, the last first.' })
  frozenAccounts(
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() call: Call,
  ): Promise<Connection<AccountFreeze>> {
    return freezesByPage(call, args);
  }

  @Mutation(() => FreezeSubjectPayload, {
    description: 'Freezes the account of a merchant or buyer: it can read what is its own, and change nothing.',
  })
  freezeSubject(
    @Arg('input', () => FreezeSubjectInput, { description: 'Whose, and why.' }) input: FreezeSubjectInput,
    @Ctx() call: Call,
  ): Promise<FreezeSubjectPayload> {
    return asUserErrors(async () => ({ freeze: await freezeSubject(call, input) }));
  }

  @Mutation(() => UnfreezeSubjectPayload, { description: 'Ends the freeze of an account.' })
  unfreezeSubject(
    @Arg('input', () => UnfreezeSubjectInput, { description: 'Whose, and why.' }) input: UnfreezeSubjectInput,
    @Ctx() call: Call,
  ): Promise<UnfreezeSubjectPayload> {
    return asUserErrors(async () => ({ freeze: await unfreezeSubject(call, input) }));
  }
}
