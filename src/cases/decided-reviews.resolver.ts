import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Call } from '../access/call.ts';
import type { Connection } from '../kernel/page.ts';
import type { Review } from '../reviews/review.ts';
import { ReviewConnection } from '../reviews/reviews.schema.ts';
import type { Sanction } from '../sanctions/sanction.ts';
import { SanctionView } from '../sanctions/sanctions.schema.ts';
import { ForwardPageArgs } from '../schema/page.ts';
import { decidedReviews, noReviews } from './decided-reviews.ts';
import type { Penalty } from './penalty.ts';
import { PenaltyView } from './penalties.schema.ts';

@Resolver(() => PenaltyView)
export class PenaltyReviewsResolver {
  @FieldResolver(() => ReviewConnection, {
    description: 'Those that were voided, restored ones too; in no order of time.',
  })
  voidedReviews(
    @Root() { id }: Penalty,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() call: Call,
  ): Promise<Connection<Review>> {
    return decidedReviews(call, { penaltyId: id, subjectId: null }, args);
  }
}

@Resolver(() => SanctionView)
export class SanctionReviewsResolver {
  @FieldResolver(() => ReviewConnection, {
    description:
      'The reviews that it was imposed for: those that the subject wrote, or that are about it. Empty where it was for something else. For the subject itself and the house.',
  })
  reviews(
    @Root() { decisionId, subjectId }: Sanction,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() call: Call,
  ): Promise<Connection<Review>> | Connection<Review> {
    return decisionId == null ? noReviews(args) : decidedReviews(call, { penaltyId: decisionId, subjectId }, args);
  }
}
