import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { isHouse, ownId } from '../access/actor.ts';
import type { Call } from '../access/call.ts';
import { buyerById } from '../buyers/buyers.loaders.ts';
import { BuyerView, type BuyerRow } from '../buyers/buyers.schema.ts';
import type { Awaitable } from '../kernel/awaitable.ts';
import { globalId, idsOf } from '../kernel/global-id.ts';
import { merchantById } from '../merchants/merchants.loaders.ts';
import { MerchantView, type MerchantRow } from '../merchants/merchants.schema.ts';
import { productById } from '../products/products.loaders.ts';
import { ProductView, type ProductRow } from '../products/products.schema.ts';
import { NODE_ID } from '../schema/node.ts';
import { asUserErrors } from '../schema/user-error.ts';
import type { Review } from './review.ts';
import { replyToReview, reportReview } from './reviews.commands.ts';
import { replyTo, reviewById, voidOf, type ShownReview } from './reviews.loaders.ts';
import type { ReplyRow, VoidRow } from './reviews.queries.ts';
import {
  ReplyToReviewInput,
  ReplyToReviewPayload,
  ReportReviewInput,
  ReportReviewPayload,
  ReviewReplyView,
  ReviewView,
  ReviewVoidView,
} from './reviews.schema.ts';

@Resolver(() => ReviewView)
export class ReviewsResolver {
  @Query(() => ReviewView, {
    nullable: true,
    description: 'One review; null when there is none, or it is not yours to see.',
  })
  review(@Arg('id', () => ID, { description: 'Its id.' }) id: string, @Ctx() call: Call): Promise<Review | null> {
    return reviewById(call, ...idsOf('Review', id));
  }

  @Mutation(() => ReplyToReviewPayload, { description: "The merchant's one public answer to a review of itself." })
  replyToReview(
    @Arg('input', () => ReplyToReviewInput, { description: 'The answer.' }) input: ReplyToReviewInput,
    @Ctx() call: Call,
  ): Promise<ReplyToReviewPayload> {
    return asUserErrors(async () => ({ review: await replyToReview(call, input) }));
  }

  @Mutation(() => ReportReviewPayload, {
    description: 'Tells those who judge of a doubt about a review: once for each review.',
  })
  reportReview(
    @Arg('input', () => ReportReviewInput, { description: 'The doubt.' }) input: ReportReviewInput,
    @Ctx() call: Call,
  ): Promise<ReportReviewPayload> {
    return asUserErrors(async () => ({ review: await reportReview(call, input) }));
  }

  @FieldResolver(() => ID, NODE_ID)
  id(@Root() review: ShownReview): string {
    return globalId('Review', review.merchantId, review.id);
  }

  @FieldResolver(() => MerchantView, { description: 'Whom it is about.' })
  merchant(@Root() review: ShownReview, @Ctx() call: Call): Promise<MerchantRow | null> {
    return merchantById(call, review.merchantId);
  }

  @FieldResolver(() => ProductView, { nullable: true, description: 'What it is about, where one product is.' })
  product(@Root() { productId }: ShownReview, @Ctx() call: Call): Promise<ProductRow | null> | null {
    return productId ? productById(call, productId) : null;
  }

  @FieldResolver(() => BuyerView, {
    nullable: true,
    description: 'Who wrote it: told to its author and to the house, null for others.',
  })
  author(@Root() { authorId }: ShownReview, @Ctx() call: Call): Promise<BuyerRow | null> {
    return buyerById(call, authorId);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'In its own words; null where none were written. Of a voided review: for its author, its merchant and the house only.',
  })
  text(@Root() review: ShownReview, @Ctx() { actor }: Call): string | null {
    const isConcerned =
      isHouse(actor) || ownId(actor, 'BUYER') === review.authorId || ownId(actor, 'MERCHANT') === review.merchantId;
    return review.status === 'VOIDED' && !isConcerned ? null : (review.text ?? null);
  }

  @FieldResolver(() => ReviewReplyView, {
    nullable: true,
    description: "The merchant's answer; null while there is none.",
  })
  reply(@Root() review: ShownReview, @Ctx() call: Call): Awaitable<Pick<ReplyRow, 'text' | 'repliedAt'> | null> {
    return replyTo(call, review);
  }

  @FieldResolver(() => ReviewVoidView, {
    nullable: true,
    description: 'Why it stopped counting; null unless it was voided.',
  })
  void(@Root() review: ShownReview, @Ctx() call: Call): Promise<VoidRow | null> {
    return voidOf(call, review);
  }
}
