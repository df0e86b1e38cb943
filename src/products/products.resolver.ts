import { Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { globalId } from '../kernel/global-id.ts';
import { merchantById } from '../merchants/merchants.loaders.ts';
import { MerchantView, type MerchantRow } from '../merchants/merchants.schema.ts';
import { LookupArgs, lookUp } from '../schema/lookup.ts';
import { NODE_ID } from '../schema/node.ts';
import { productByExternalId, productById } from './products.loaders.ts';
import { ProductView, type ProductRow } from './products.schema.ts';

@Resolver(() => ProductView)
export class ProductsResolver {
  @Query(() => ProductView, {
    nullable: true,
    description: "One product, by its id or by the platform's own; null when it is not known.",
  })
  product(@Args(() => LookupArgs) args: LookupArgs, @Ctx() call: Call): Promise<ProductRow | null> {
    return lookUp(call, 'Product', args, productById, productByExternalId);
  }

  @FieldResolver(() => ID, NODE_ID)
  id(@Root() product: ProductRow): string {
    return globalId('Product', product.id);
  }

  @FieldResolver(() => MerchantView, { description: 'Who offers it.' })
  merchant(@Root() product: ProductRow, @Ctx() call: Call): Promise<MerchantRow | null> {
    return merchantById(call, product.merchantId);
  }
}
