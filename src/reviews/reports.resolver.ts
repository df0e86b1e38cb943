import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { isHouse } from '../access/actor.ts';
import type { Call } from '../access/call.ts';
import type { Connection } from '../kernel/page.ts';
import { ForwardPageArgs } from '../schema/page.ts';
import { asUserErrors } from '../schema/user-error.ts';
import { answerReports } from './reports.commands.ts';
import { openReportsByPage, reportsAbout } from './reports.loaders.ts';
import type { ReportRow } from './reports.queries.ts';
import {
  AnswerReportsInput,
  AnswerReportsPayload,
  ReviewReportConnection,
  ReviewReportView,
} from './reports.schema.ts';
import type { Review } from './review.ts';
import { reviewById, type ShownReview } from './reviews.loaders.ts';
import { ReviewView } from './reviews.schema.ts';

@Resolver(() => ReviewReportView)
export class ReportsResolver {
  @Query(() => ReviewReportConnection, {
    description:
      'What was reported of reviews, and neither answered nor settled by a void: who has waited longest first.',
  })
  openReviewReports(
    @Args(() => ForwardPageArgs) page: ForwardPageArgs,
    @Ctx() call: Call,
  ): Promise<Connection<ReportRow>> {
    return openReportsByPage(call, page);
  }

  @Mutation(() => AnswerReportsPayload, {
    description: 'Answers all open reports of a review. It stays as it is: what is fake is penalized.',
  })
  answerReports(
    @Arg('input', () => AnswerReportsInput, { description: 'Of which, and what was found.' }) input: AnswerReportsInput,
    @Ctx() call: Call,
  ): Promise<AnswerReportsPayload> {
    return asUserErrors(async () => ({ review: await answerReports(call, input) }));
  }

  @FieldResolver(() => ReviewView, {
    nullable: true,
    description: 'The review; null where it is not yours to see any more.',
  })
  review(@Root() { merchantId, reviewId }: ReportRow, @Ctx() call: Call): Promise<Review | null> {
    return reviewById(call, merchantId, reviewId);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Who answered it: for the house; null for others, and until then.',
  })
  answeredBy(@Root() { answeredBy }: ReportRow, @Ctx() { actor }: Call): string | null {
    return isHouse(actor) ? answeredBy : null;
  }
}

@Resolver(() => ReviewView)
export class ReviewReportsResolver {
  @FieldResolver(() => [ReviewReportView], {
    description:
      'For the house, what was reported of it, the oldest first, at most 100; for others, what they reported themselves.',
  })
  reports(@Root() review: ShownReview, @Ctx() call: Call): Promise<readonly ReportRow[]> {
    return reportsAbout(call, review);
  }
}
