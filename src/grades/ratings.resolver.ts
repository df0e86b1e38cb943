import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { MerchantView, type MerchantRow } from '../merchants/merchants.schema.ts';
import { ProductView, type ProductRow } from '../products/products.schema.ts';
import { ratingOf, type Rating } from './rating.ts';
import { RatingArgs, RatingView } from './ratings.schema.ts';

@Resolver(() => MerchantView)
export class MerchantRatingResolver {
  @FieldResolver(() => RatingView, { description: 'What its reviews say in sum.' })
  rating(
    @Root() merchant: MerchantRow,
    @Args(() => RatingArgs) { asOf }: RatingArgs,
    @Ctx() call: Call,
  ): Promise<Rating> {
    return ratingOf(call, merchant, asOf);
  }
}

@Resolver(() => ProductView)
export class ProductRatingResolver {
  @FieldResolver(() => RatingView, { description: 'What its reviews say in sum.' })
  rating(
    @Root() product: ProductRow,
    @Args(() => RatingArgs) { asOf }: RatingArgs,
    @Ctx() call: Call,
  ): Promise<Rating> {
    return ratingOf(call, product, asOf);
  }
}
