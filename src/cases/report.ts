import type { Call } from '../access/call.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { VoidGround } from '../reviews/review.ts';
import { orderNumbers, type OrderNumbers } from './brushing.queries.ts';
import { appealNumbers, reviewNumbers, type AppealNumbers, type ReviewNumbers } from './report.queries.ts';

const DAY_MS = 86_400_000;
const MOST_DAYS = 366;
const EARLIEST = Date.UTC(1995, 0, 1); // before there were online marketplaces

/** What the public is told of how reviews are judged. */
export interface IntegrityReport {
  readonly from: Date;
  readonly to: Date;
  readonly received: number;
  readonly receivedByStars: readonly number[];
  readonly held: number;
  readonly voided: number;
  readonly voidedByGround: readonly { readonly ground: VoidGround; readonly count: number }[];
  readonly voidedByStars: readonly number[];
  readonly foundAutomatically: number;
  readonly foundByPeople: number;
  readonly decidedAutomatically: number;
  readonly restored: number;
  readonly ordersVoided: number;
  readonly ordersFoundAutomatically: number;
  readonly ordersDecidedAutomatically: number;
  readonly ordersRestored: number;
  readonly appealsFiled: number;
  readonly appealsUpheld: number;
  readonly appealsOverturned: number;
  readonly appealsOpen: number;
  readonly appealsOverdue: number;
  readonly medianHoursToDecision: number | null;
}

/** The days from `from` to `to`, both in it; they are UTC days. */
export async function integrityReport({ sql, now }: Call, from: Date, to: Date): Promise<IntegrityReport> {
  checkDays(from, to);
  const until = new Date(to.getTime() + DAY_MS);
  const [reviews, orders, appeals] = await Promise.all([
    reviewNumbers(sql, from, until),
    orderNumbers(sql, from, until),
    appealNumbers(sql, from, until, new Date(now)),
  ]);
  return { from, to, ...ofReviews(reviews), ...ofOrders(orders), ...ofAppeals(appeals) };
}

function checkDays(from: Date, to: Date): void {
  if (from > to) throw refused('RANGE_INVALID', '`from` must not be after `to`.', 'from');
  if (from.getTime() < EARLIEST) throw refused('RANGE_INVALID', '`from` lies before 1995.', 'from');
  const days = (to.getTime() - from.getTime()) / DAY_MS + 1;
  if (days > MOST_DAYS) throw refused('RANGE_TOO_LONG', `At most ${MOST_DAYS} days at once; these are ${days}.`, 'to');
}

const refused = (code: string, message: string, field: string) => new Refusal('INVALID', code, message, [field]);

const sumOf = <Row>(rows: readonly Row[], count: (row: Row) => number): number =>
  rows.reduce((sum, row) => sum + count(row), 0);

const byStars = (rows: readonly { readonly stars: number; readonly reviews: number }[]): number[] =>
  [1, 2, 3, 4, 5].map((stars) =>
    sumOf(
      rows.filter((row) => row.stars === stars),
      ({ reviews }) => reviews,
    ),
  );

function ofReviews({ received, voided }: ReviewNumbers) {
  const count = ({ reviews }: { readonly reviews: number }): number => reviews;
  const foundAutomatically = sumOf(voided, ({ detected }) => detected);
  return {
    received: sumOf(received, count),
    receivedByStars: byStars(received),
    held: sumOf(received, ({ held }) => held),
    voided: sumOf(voided, count),
    voidedByGround: [...Map.groupBy(voided, ({ ground }) => ground)].map(([ground, rows]) => ({
      ground,
      count: sumOf(rows, count),
    })),
    voidedByStars: byStars(voided),
    foundAutomatically,
    foundByPeople: sumOf(voided, count) - foundAutomatically,
    decidedAutomatically: sumOf(voided, ({ automatic }) => automatic),
    restored: sumOf(voided, ({ restored }) => restored),
  };
}

const ofOrders = ({ voided, detected, automatic, restored }: OrderNumbers) => ({
  ordersVoided: voided,
  ordersFoundAutomatically: detected,
  ordersDecidedAutomatically: automatic,
  ordersRestored: restored,
});

const ofAppeals = ({ filed, upheld, overturned, overdue, medianHours }: AppealNumbers) => ({
  appealsFiled: filed,
  appealsUpheld: upheld,
  appealsOverturned: overturned,
  appealsOpen: filed - upheld - overturned,
  appealsOverdue: overdue,
  medianHoursToDecision: medianHours,
});
