import type { Reader, Tx } from '../db/tx.ts';
import { oneEach, type EvidenceRow } from '../detection/evidence.ts';
import { mutualRating } from '../detection/known-signs.ts';
import type { EvidenceCode, LlrTable } from '../detection/llr.ts';
import { suspect } from '../detection/suspect.ts';
import type { ReviewContext } from '../detection/review-context.ts';
import { bookOf, type Ledger } from '../evidence/ledger.ts';
import { NEW_REVIEWER, reliabilityOf } from '../scoring/reliability.ts';
import type { ReviewFact } from '../reviews/review-fact.ts';
import { daysBefore, type Mean } from '../reviews/weigh.ts';
import { findingAbout, openFindings } from './findings.ts';
import { noteHolds } from './holds.ts';
import { laterSign } from './later-signs.ts';
import { addToMarks } from './later-signs.queries.ts';
import { insertBands, insertMarks, saveTraces, type Habit, type NewMark } from './marks.queries.ts';
import type { KnownOrder } from './known-order.ts';
import { learnPasts, type Past } from './review-pasts.ts';
import { bytesOf } from './review-likeness.ts';
import { settingsInForce } from './settings.ts';
import { verdictOf, type Verdict } from './verdict.ts';

/** Stage 1 for the reviews of one transaction: judged as each is weighed, by what the books say at that moment. */
export interface StageOne {
  /** Sets the status of a doubtful review to HELD. To be asked before it is weighed, in order of time. */
  judge(ledger: Ledger, mean: Mean, review: ReviewFact): void;
  /** Writes what was found: suspicions, and the marks by which later reviews are compared with these. */
  save(tx: Tx, now: number): Promise<void>;
}

/** What is needed of the orders behind the reviews, by order id. */
export type OrdersBehind = ReadonlyMap<string, KnownOrder>;

/**
 * Learns in a few statements, however many the reviews, all that stage 1 looks at beside the books. It looks at nothing that happened
 * after a review: facts that come in order of time are judged alike in whatever batches they come.
 */
export async function openStageOne(
  tx: Reader,
  reviews: readonly ReviewFact[],
  orders: OrdersBehind,
): Promise<StageOne> {
  const judged = new Map<string, { review: ReviewFact; past: Past; verdict: Verdict }>();
  const asked = reviews.filter(isJudged);
  if (asked.length === 0) return { judge: () => {}, save: () => Promise.resolve() };
  const [settings, { pasts, habit }] = await Promise.all([settingsInForce(tx), learnPasts(tx, asked, orders)]);
  return {
    judge(ledger, mean, review) {
      const past = pasts.get(review.id);
      if (!past) return;
      const verdict = verdictOf(
        suspect(contextOf(past, ledger, mean, review, habit), settings.table),
        settings,
        settings.atOnce,
      );
      if (verdict.isHeld) review.status = 'HELD';
      judged.set(review.id, { review, past, verdict });
    },
    async save(saving, now) {
      const all = [...judged.values()];
      await saveMarks(
        saving,
        all.map(({ review, past, verdict }) => ({
          past,
          mark: markFor(review, past, verdict.evidence, settings.table),
        })),
        settings.table,
      );
      const doubted = all.filter(({ review, verdict }) => verdict.isDoubted && review.status !== 'VOIDED');
      const opened = await openFindings(
        saving,
        doubted.map(({ review, verdict }) => ({
          ...findingAbout(review, verdict),
          heldIds: verdict.isHeld ? [review.id] : [],
        })),
        { now, by: 'STAGE_1' },
      );
      await noteHolds(saving, opened, { now, by: 'STAGE_1' });
    },
  };
}

/** What has no order of ours behind it counts for nothing, and a rating network tells of no orders. */
const isJudged = ({ status, isNetworkRating }: ReviewFact): boolean => status !== 'UNVERIFIED' && !isNetworkRating;

/** What the books say at the moment of weighing, beside what was learnt before. */
function contextOf(past: Past, ledger: Ledger, mean: Mean, review: ReviewFact, habit: Habit | null): ReviewContext {
  const merchant = bookOf(ledger, review.merchantId);
  const week = daysBefore(review.occurredAt).map((day) => merchant.days.get(day));
  const sum = (of: 'reviewsSeen' | 'deals') => week.reduce((total, day) => total + (day?.[of] ?? 0), 0);
  const { reviews, newcomers, deliveries } = habit ?? { reviews: 0, newcomers: 0, deliveries: 0 };
  const quarter = past.quarter + (week.at(-1)?.reviewsSeen ?? 0);
  const share = quarter / Math.max(1, habit ? reviews : mean.count, quarter);
  const order = past.order && { ...past.order };
  // Where no delivery was ever told of, that none is known says nothing.
  if (order && order.deliveredAt === null && merchant.tally.lastDay === null) order.deliveredAt = review.occurredAt;
  return {
    ...past.seen,
    order,
    traces: past.traces(share),
    subject: {
      consensusSum: merchant.tally.consensusSum,
      consensusWeight: merchant.tally.consensusWeight,
      meanSum: mean.sum,
      meanCount: mean.count,
      reviews: sum('reviewsSeen') + 1,
      newcomers: past.newcomers,
      deliveries: sum('deals'),
      reviewsPerDelivery: (reviews + 1) / (deliveries + 2),
      newcomerShare: (newcomers + 1) / (reviews + 2),
    },
    reviewer: {
      ...past.reviewer,
      reliability: reliabilityOf(bookOf(ledger, review.authorId).reviewer ?? NEW_REVIEWER),
    },
  };
}

/** Stage 2 tells these anew, from the whole window. */
const TOLD_ANEW: readonly EvidenceCode[] = ['RELIABILITY', 'EXTREME_STARS', 'PROVEN_FAKES'];

export function markFor(
  review: ReviewFact,
  { isNewcomer, text, later }: Past,
  rows: readonly EvidenceRow[],
  table: LlrTable,
): NewMark {
  const { merchantId, id, authorId, occurredAt } = review;
  const since = later && laterSign(review, later, table);
  const evidence = oneEach([...rows, ...(since ? [since] : [])]).filter(({ code }) => !TOLD_ANEW.includes(code));
  return {
    merchantId,
    id,
    authorId,
    occurredAt: new Date(occurredAt),
    isNewcomer,
    signature: text && bytesOf(text.signature),
    bands: text ? [...text.bands] : [],
    weight: evidence.reduce((sum, { logLikelihoodRatio }) => sum + logLikelihoodRatio, 0),
    evidence,
  };
}

export interface Marked {
  readonly past: Past;
  readonly mark: NewMark;
}

/** A review that another answers in kind is told so afterwards: no verdict changes by that, but the next look back weighs it. */
export async function saveMarks(tx: Tx, marked: readonly Marked[], table: LlrTable): Promise<void> {
  if (marked.length === 0) return;
  const marks = marked.map(({ mark }) => mark);
  const answered = marked.flatMap(({ past, mark }) => {
    const { inReturnFor } = past;
    const row = mutualRating(table, [{ type: 'Review', ids: [mark.merchantId, mark.id] }]);
    return inReturnFor && row ? [{ ...inReturnFor, row }] : [];
  });
  const traces = marked.flatMap(({ past }) => past.newTraces);
  await Promise.all([
    insertMarks(tx, marks),
    answered.length > 0 && addToMarks(tx, 'MUTUAL_RATING', answered), // these marks among them
    marks.some(({ bands }) => bands.length > 0) && insertBands(tx, marks),
    traces.length > 0 && saveTraces(tx, traces),
  ]);
}
