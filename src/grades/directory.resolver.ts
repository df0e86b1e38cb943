import { Args, Ctx, Query, Resolver } from 'type-graphql';
import type { Call } from '../access/call.ts';
import type { Connection } from '../kernel/page.ts';
import { MerchantConnection, type MerchantRow } from '../merchants/merchants.schema.ts';
import { merchantDirectory } from './directory.ts';
import { DirectoryArgs } from './directory.schema.ts';

@Resolver()
export class DirectoryResolver {
  @Query(() => MerchantConnection, { description: 'All merchants, page by page.' })
  merchantDirectory(
    @Args(() => DirectoryArgs) args: DirectoryArgs,
    @Ctx() call: Call,
  ): Promise<Connection<MerchantRow>> {
    return merchantDirectory(call, args);
  }
}
