import { Args, Ctx, FieldResolver, ID, Resolver, Root } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { buyerById } from '../buyers/buyers.loaders.ts';
import { BuyerView, type BuyerRow } from '../buyers/buyers.schema.ts';
import { globalId } from '../kernel/global-id.ts';
import type { Connection } from '../kernel/page.ts';
import { merchantById } from '../merchants/merchants.loaders.ts';
import { MerchantView, type MerchantRow } from '../merchants/merchants.schema.ts';
import { productByExternalId } from '../products/products.loaders.ts';
import { ProductView, type ProductRow } from '../products/products.schema.ts';
import { NODE_ID } from '../schema/node.ts';
import { PageArgs } from '../schema/page.ts';
import { ordersOf } from './orders.loaders.ts';
import { OrderConnection, OrderLineView, OrderView, type OrderLineRow, type OrderRow } from './orders.schema.ts';

@Resolver(() => OrderView)
export class OrdersResolver {
  @FieldResolver(() => ID, NODE_ID)
  id(@Root() order: OrderRow): string {
    return globalId('Order', order.merchantId, order.id);
  }

  @FieldResolver(() => MerchantView, { description: 'Who sold.' })
  merchant(@Root() order: OrderRow, @Ctx() call: Call): Promise<MerchantRow | null> {
    return merchantById(call, order.merchantId);
  }

  @FieldResolver(() => BuyerView, { nullable: true, description: 'Who bought; null where that is not yours to see.' })
  buyer(@Root() order: OrderRow, @Ctx() call: Call): Promise<BuyerRow | null> {
    return buyerById(call, order.buyerId);
  }
}

@Resolver(() => OrderLineView)
export class OrderLinesResolver {
  @FieldResolver(() => ProductView, {
    nullable: true,
    description: 'What was ordered; null where that was not told, or where the product was never listed.',
  })
  product(@Root() line: OrderLineRow, @Ctx() call: Call): Promise<ProductRow | null> | null {
    return line.product === null ? null : productByExternalId(call, line.product);
  }
}

@Resolver(() => BuyerView)
export class OrdersOfBuyersResolver {
  @FieldResolver(() => OrderConnection, { description: 'Its purchases, the one that was learnt of last first.' })
  orders(
    @Root() buyer: BuyerRow,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() call: Call,
  ): Promise<Connection<OrderRow>> {
    return ordersOf(call, { buyerId: buyer.id }, args);
  }
}

@Resolver(() => MerchantView)
export class OrdersOfMerchantsResolver {
  @FieldResolver(() => OrderConnection, {
    description:
      'Its sales, the one that was learnt of last first. For the merchant itself and for the house; who bought is told to the house alone.',
  })
  orders(
    @Root() merchant: MerchantRow,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() call: Call,
  ): Promise<Connection<OrderRow>> {
    return ordersOf(call, { merchantId: merchant.id }, args);
  }
}
