import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { pulled } from '../inquiries/pull.ts';
import type { Awaitable } from '../kernel/awaitable.ts';
import { MerchantView, type MerchantRow } from '../merchants/merchants.schema.ts';
import { ProductView, type ProductRow } from '../products/products.schema.ts';
import { ratingOf, type Rating } from './rating.ts';
import { RatingArgs, RatingView } from './ratings.schema.ts';

const RATING = { operation: 'Subject.rating', taken: 'RATING', scope: 'ratings:read' } as const;

@Resolver(() => MerchantView)
export class MerchantRatingResolver {
  @FieldResolver(() => RatingView, { description: 'What its reviews say in sum.' })
  rating(
    @Root() merchant: MerchantRow,
    @Args(() => RatingArgs) { asOf }: RatingArgs,
    @Ctx() call: Call,
  ): Awaitable<Rating> {
    const rating = () => ratingOf(call, merchant, asOf);
    return call.actor.role === 'PARTNER' ? pulled(call, merchant, { ...RATING, asOf }, rating) : rating();
  }
}

@Resolver(() => ProductView)
export class ProductRatingResolver {
  @FieldResolver(() => RatingView, { description: 'What its reviews say in sum.' })
  rating(
    @Root() product: ProductRow,
    @Args(() => RatingArgs) { asOf }: RatingArgs,
    @Ctx() call: Call,
  ): Awaitable<Rating> {
    const rating = () => ratingOf(call, product, asOf);
    return call.actor.role === 'PARTNER' ? pulled(call, product, { ...RATING, asOf }, rating) : rating();
  }
}
