import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { LocaleArgs } from '../grades/grades.schema.ts';
import type { VoidRow } from '../reviews/reviews.loaders.ts';
import { ReviewVoidView } from '../reviews/reviews.schema.ts';
import { StatementOfReasonsView } from '../sanctions/statement.schema.ts';
import type { StatementOfReasons } from '../sanctions/statement.ts';
import { localeOf } from '../scoring/texts.ts';
import type { Appeal } from './appeal.ts';
import { appealAgainstVoid } from './appeals.loaders.ts';
import { AppealView } from './appeals.schema.ts';
import type { Penalty } from './penalty.ts';
import { PenaltyView } from './penalties.schema.ts';
import { noticeOf, penaltyOfVoid, statementOnVoid } from './voids.ts';

@Resolver(() => ReviewVoidView)
export class ReviewVoidCasesResolver {
  @FieldResolver(() => String, { description: 'That it does not count, and why, in a sentence for everybody.' })
  async text(@Root() row: VoidRow, @Args(() => LocaleArgs) { locale }: LocaleArgs, @Ctx() call: Call): Promise<string> {
    return (await noticeOf(call, row))[localeOf(locale)];
  }

  @FieldResolver(() => StatementOfReasonsView, {
    nullable: true,
    description:
      'The reasons and what can be done against them: for its author, its merchant and the house; null for others.',
  })
  statementOfReasons(@Root() row: VoidRow, @Ctx() call: Call): Promise<StatementOfReasons | null> {
    return statementOnVoid(call, row);
  }

  @FieldResolver(() => AppealView, {
    nullable: true,
    description:
      'For its author and its merchant, their own appeal; for the house, the one that is open or the last. Null without one, and for others.',
  })
  appeal(@Root() row: VoidRow, @Ctx() call: Call): Promise<Appeal | null> {
    return appealAgainstVoid(call, row);
  }

  @FieldResolver(() => PenaltyView, {
    nullable: true,
    description: 'The decision that it is a part of: for staff; null for others, and for what was voided without one.',
  })
  penalty(@Root() row: VoidRow, @Ctx() call: Call): Promise<Penalty | null> {
    return penaltyOfVoid(call, row);
  }
}
