import { lacksScope } from '../access/actor.ts';
import type { Feature } from '../feature.ts';
import { receiptById } from './receipts.loaders.ts';
import { GradeChangesResolver, ReceiptsResolver, ReviewVoidsResolver } from './receipts.resolver.ts';
import { BuyerReviewsResolver, MerchantReviewsResolver, ProductReviewsResolver } from './review-lists.resolver.ts';
import { ReportsResolver, ReviewReportsResolver } from './reports.resolver.ts';
import { reviewById } from './reviews.loaders.ts';
import { reviewPermissions } from './reviews.permissions.ts';
import { ReviewsResolver } from './reviews.resolver.ts';

const reviews = new ReviewsResolver();
const ofMerchants = new MerchantReviewsResolver();

export const reviewsFeature: Feature = {
  name: 'reviews',
  resolvers: [
    ReviewsResolver,
    MerchantReviewsResolver,
    ProductReviewsResolver,
    BuyerReviewsResolver,
    ReviewVoidsResolver,
    ReceiptsResolver,
    GradeChangesResolver,
    ReportsResolver,
    ReviewReportsResolver,
  ],
  plain: {
    Merchant: { reviews: (merchant, args, call) => ofMerchants.reviews(merchant, args, call) },
    Review: {
      text: (review, _, call) => reviews.text(review, call),
      reply: (review, _, call) => reviews.reply(review, call),
    },
  },
  permissions: reviewPermissions,
  nodes: {
    Review: async (call, [merchantId, id]) => {
      if (lacksScope(call.actor, 'reviews:read')) return null;
      const review = await reviewById(call, merchantId, id);
      return review && { ...review, __typename: 'Review' as const };
    },
    ReversalReceipt: async (call, [merchantId, id]) => {
      const receipt = await receiptById(call, merchantId, id);
      return receipt && { ...receipt, __typename: 'ReversalReceipt' as const };
    },
  },
};
