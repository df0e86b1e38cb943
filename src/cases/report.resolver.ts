import { Args, Ctx, Query, Resolver } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { integrityReport, type IntegrityReport } from './report.ts';
import { IntegrityReportArgs, IntegrityReportView } from './report.schema.ts';

@Resolver(() => IntegrityReportView)
export class ReportResolver {
  @Query(() => IntegrityReportView, { description: 'How reviews were judged in some days, in numbers for the public.' })
  integrityReport(
    @Args(() => IntegrityReportArgs) { from, to }: IntegrityReportArgs,
    @Ctx() call: Call,
  ): Promise<IntegrityReport> {
    return integrityReport(call, from, to);
  }
}
