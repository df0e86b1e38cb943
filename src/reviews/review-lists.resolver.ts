import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { BuyerView, type BuyerRow } from '../buyers/buyers.schema.ts';
import type { Connection } from '../kernel/page.ts';
import { MerchantView, type MerchantRow } from '../merchants/merchants.schema.ts';
import { ProductView, type ProductRow } from '../products/products.schema.ts';
import { ForwardPageArgs } from '../schema/page.ts';
import type { ListedReview } from './review-list.queries.ts';
import { reviewsOfAuthor, reviewsOfMerchant, reviewsOfProduct } from './review-list.ts';
import { ReviewConnection, ReviewsArgs } from './reviews.schema.ts';

@Resolver(() => MerchantView)
export class MerchantReviewsResolver {
  @FieldResolver(() => ReviewConnection, { description: 'What buyers say of it, newest first.' })
  reviews(
    @Root() merchant: MerchantRow,
    @Args(() => ReviewsArgs) args: ReviewsArgs,
    @Ctx() call: Call,
  ): Promise<Connection<ListedReview>> {
    return reviewsOfMerchant(call, merchant.id, args);
  }
}

@Resolver(() => ProductView)
export class ProductReviewsResolver {
  @FieldResolver(() => ReviewConnection, { description: 'What buyers say of it, newest first.' })
  reviews(
    @Root() product: ProductRow,
    @Args(() => ReviewsArgs) args: ReviewsArgs,
    @Ctx() call: Call,
  ): Promise<Connection<ListedReview>> {
    return reviewsOfProduct(call, product, args);
  }
}

@Resolver(() => BuyerView)
export class BuyerReviewsResolver {
  @FieldResolver(() => ReviewConnection, { description: 'What it wrote, newest first.' })
  reviews(
    @Root() buyer: BuyerRow,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() call: Call,
  ): Promise<Connection<ListedReview>> {
    return reviewsOfAuthor(call, buyer.id, args);
  }
}
