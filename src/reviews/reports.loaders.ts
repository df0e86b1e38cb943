import { isHouse } from '../access/actor.ts';
import type { Call } from '../access/call.ts';
import { groupLoader } from '../access/loader.ts';
import { connectionOf, pageOf, type Connection, type PageArguments } from '../kernel/page.ts';
import { openReports, reportsOf, voidedUponNotice, type ReportRow } from './reports.queries.ts';
import { keyOf, textOf, type ShownReview } from './reviews.loaders.ts';

const reports = groupLoader(
  ({ sql, actor }, keys: readonly string[]) => reportsOf(sql, keys.map(keyOf), isHouse(actor) ? null : actor.name),
  textOf,
);

/** All of them for the house; for others what they have reported themselves. */
export const reportsAbout = async (call: Call, { merchantId, id }: ShownReview): Promise<readonly ReportRow[]> =>
  call.actor.role === 'PUBLIC' ? [] : reports(call, textOf({ merchantId, reviewId: id }));

/** Who has waited longest comes first. */
export async function openReportsByPage({ sql }: Call, args: PageArguments): Promise<Connection<ReportRow>> {
  const page = pageOf(args, ['instant', 'uuid']);
  const after = page.after ? ([new Date(page.after[0] as number), page.after[1] as string] as const) : null;
  const rows = await openReports(sql, after, page.size + 1);
  return connectionOf(rows, page, ({ reportedAt, id }) => [reportedAt.getTime(), id]);
}

/** What of a decision had been reported from outside, and not yet answered, when it was voided. */
export const noticedIn = groupLoader(
  ({ sql }, decisionIds: readonly string[]) => voidedUponNotice(sql, decisionIds),
  ({ decisionId }) => decisionId,
);
