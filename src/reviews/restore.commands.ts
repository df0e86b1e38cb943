import type { Tx } from '../db/tx.ts';
import { liveEntries, isLive, openBooks } from '../evidence/books.ts';
import { moveReviewMean, readReviewMean } from '../evidence/mean.ts';
import { snapshotsOf } from '../evidence/standing.ts';
import { newId } from '../kernel/ids.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { OrderState } from '../orders/order-state.ts';
import { liftOrderVoids, placesOfOrder, recountOrder } from '../orders/void-orders.ts';
import { liftVoids, openVoids } from './restore.queries.ts';
import {
  booksOf,
  findNamed,
  nothingBeside,
  placesOf,
  settle,
  type Beside,
  type FactKey,
  type Moment,
  type VoidReceipt,
} from './void.commands.ts';
import { reviewsWith } from './weigh.commands.ts';
import { moveExcluded, recountReview } from './weigh.ts';

/** Which reviews were voided wrongly. */
export interface RestoreReviews {
  readonly id?: string; // of the receipt; a new one unless given
  readonly reviews: readonly FactKey[];
  readonly orders?: readonly OrderState[]; // voided ones that the transaction holds (`holdOrders`)
  readonly restoredBy: string; // the actor's name
}

/**
 * The exact inverse of `voidReviews`: the reviews count again, or are held or unverified again, and the orders count, as if they had never
 * been voided. Their postings come in again with the weights that they had, and every sum moves by what is stored with the review; neighbours
 * are not weighed anew. What befell a review meanwhile has befallen it: whose order was paid weighs as a purchase, and whose author
 * took it back stays taken back.
 */
export async function restoreReviews(
  tx: Tx,
  { id: given, reviews: named, orders = [], restoredBy }: RestoreReviews,
  moment: Moment,
  beside: Beside = nothingBeside,
): Promise<VoidReceipt> {
  const id = given ?? newId(moment.now);
  const { keys, seen } = await findNamed(tx, named);
  const before = await readReviewMean(tx);
  const mean = { ...before };
  const ledger = await openBooks(tx, moment.foldings, booksOf(seen, orders));
  const reviews = await reviewsWith(tx, keys); // again, now that nobody else can change them
  const voids = new Map((await openVoids(tx, keys)).map((each) => [each.reviewId, each]));
  if (voids.size < keys.length)
    throw new Refusal('CONFLICT', 'REVIEW_NOT_VOIDED', 'The review is not voided, or no longer.', ['reviewIds']);
  const latest = await liveEntries(tx, [...reviews.flatMap(placesOf), ...orders.flatMap(placesOfOrder)]);
  const shownBefore = snapshotsOf(ledger, moment.now);
  for (const order of orders) recountOrder(ledger, order, latest.get(order.id)?.last ?? []);
  for (const review of reviews.filter(({ retractedAt }) => retractedAt === null)) {
    review.status = voids.get(review.id)!.statusBefore;
    moveExcluded(ledger, review, -1);
    const reversed = (latest.get(review.id)?.last ?? []).filter((entry) => !isLive(entry));
    recountReview(ledger, mean, review, reversed);
  }
  const change = { id, ledger, reviews, orders, shownBefore, cause: 'RESTORE' } as const;
  const receipt = await settle(tx, change, { by: restoredBy, ground: null, statement: null }, moment.now, beside);
  const lift = { by: restoredBy, at: new Date(moment.now), receiptId: id };
  await liftVoids(tx, reviews, lift);
  if (orders.length > 0) await liftOrderVoids(tx, orders, lift);
  await moveReviewMean(tx, mean.sum - before.sum, mean.count - before.count);
  return receipt;
}
