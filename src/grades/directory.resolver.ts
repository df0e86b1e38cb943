import { Args, Ctx, Query, Resolver } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { pulledAll } from '../inquiries/pull.ts';
import type { Awaitable } from '../kernel/awaitable.ts';
import type { Connection } from '../kernel/page.ts';
import { MerchantConnection, type MerchantRow } from '../merchants/merchants.schema.ts';
import { merchantDirectory } from './directory.ts';
import { DirectoryArgs } from './directory.schema.ts';

/** Its order, and that a merchant is of a level asked for, tell of grades. */
const LISTED = {
  operation: 'Query.merchantDirectory',
  taken: 'GRADE',
  scope: 'grades:read',
  subjectKinds: ['MERCHANT'],
} as const;

@Resolver()
export class DirectoryResolver {
  @Query(() => MerchantConnection, { description: 'All merchants, page by page.' })
  merchantDirectory(
    @Args(() => DirectoryArgs) args: DirectoryArgs,
    @Ctx() call: Call,
  ): Awaitable<Connection<MerchantRow>> {
    return call.actor.role === 'PARTNER'
      ? pulledAll(
          call,
          LISTED,
          () => merchantDirectory(call, args),
          ({ nodes }) => nodes,
        )
      : merchantDirectory(call, args);
  }
}
