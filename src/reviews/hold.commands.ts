import type { Tx } from '../db/tx.ts';
import { newId } from '../kernel/ids.ts';
import { leaveChangedFacts, reviewPlaces } from '../evidence/changed-facts.ts';
import { isLive, liveEntries, openBooks, saveBooks } from '../evidence/books.ts';
import { moveReviewMean, readReviewMean } from '../evidence/mean.ts';
import { snapshotsOf } from '../evidence/standing.ts';
import { enterReceipt } from './receipt-log.ts';
import type { ReviewFact } from './review-fact.ts';
import type { ReviewStatus } from './review.ts';
import {
  booksOf,
  findNamed,
  placesOf,
  receiptFor,
  type FactKey,
  type Moment,
  type VoidReceipt,
} from './void.commands.ts';
import { insertReceipt } from './void.queries.ts';
import { mendWeeks, reviewsWith, saveReviews } from './weigh.commands.ts';
import { recountReview, uncountReview } from './weigh.ts';

/** Which reviews, by whom and why. */
export interface TurnReviews {
  readonly reviews: readonly FactKey[];
  readonly by: string; // the actor's name
  readonly note: string | null;
}

/** The reviews that were turned, and the proof of what that moved. */
export interface TurnedReviews {
  readonly reviewIds: readonly string[];
  readonly receipt: VoidReceipt;
}

/**
 * Reviews that count are held from now on: their postings are taken back and come in again without mass, and every sum moves by what is
 * stored with the review. Reviews that do not count are left as they are. Null where nothing moved.
 */
export const holdReviews = (tx: Tx, turn: TurnReviews, moment: Moment): Promise<TurnedReviews | null> =>
  turnReviews(tx, turn, moment, 'COUNTED', 'HELD');

/** The exact inverse: reviews that are held count as if they never had been held, with the weights of when they came in. */
export const releaseReviews = (tx: Tx, turn: TurnReviews, moment: Moment): Promise<TurnedReviews | null> =>
  turnReviews(tx, turn, moment, 'HELD', 'COUNTED');

async function turnReviews(
  tx: Tx,
  { reviews: named, by, note }: TurnReviews,
  moment: Moment,
  from: ReviewStatus,
  to: Extract<ReviewStatus, 'COUNTED' | 'HELD'>,
): Promise<TurnedReviews | null> {
  if (named.length === 0) return null;
  const { keys, seen } = await findNamed(tx, named);
  const before = await readReviewMean(tx);
  const mean = { ...before };
  const ledger = await openBooks(tx, moment.foldings, booksOf(seen));
  const reviews = (await reviewsWith(tx, keys)).filter(({ status }) => status === from); // now that nobody else can change them
  if (reviews.length === 0) return null;
  const latest = await liveEntries(tx, reviews.flatMap(placesOf));
  const shownBefore = snapshotsOf(ledger, moment.now);
  for (const review of reviews) {
    const live = (latest.get(review.id)?.last ?? []).filter(isLive);
    uncountReview(ledger, mean, review, live);
    review.status = to;
    const isHeld = to === 'HELD';
    const anew = live.map((entry) => ({ ...entry, revision: entry.revision + 1, sign: -1 as const, isHeld }));
    recountReview(ledger, mean, review, anew);
  }
  await saveReviews(tx, [], reviews, moment.now);
  await leaveChangedFacts(tx, moment.now, reviewPlaces(reviews));
  await mendWeeks(tx, ledger, reviews.map(authorOf));
  const receipt = { id: newId(moment.now), ...receiptFor(ledger, reviews, shownBefore, moment.now), pointsMoved: 0 };
  await saveBooks(tx, ledger, moment.now, 'VERDICT');
  await insertReceipt(tx, receipt, new Date(moment.now));
  const operation = to === 'HELD' ? 'holdReviews' : 'releaseReviews';
  await enterReceipt(
    tx,
    operation,
    receipt,
    { reviews, orders: [] },
    { by, ground: null, statement: note },
    moment.now,
  );
  await moveReviewMean(tx, mean.sum - before.sum, mean.count - before.count);
  return { reviewIds: reviews.map(({ id }) => id), receipt };
}

const authorOf = ({ authorId }: ReviewFact): string => authorId;
