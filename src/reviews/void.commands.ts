import type { Tx } from '../db/tx.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import { newId } from '../kernel/ids.ts';
import { Refusal } from '../kernel/refusal.ts';
import { dayOf } from '../evidence/book.ts';
import { isLive, liveEntries, openBooks, saveBooks } from '../evidence/books.ts';
import type { Folding, Ledger } from '../evidence/ledger.ts';
import { moveReviewMean, readReviewMean } from '../evidence/mean.ts';
import type { StandingChange } from '../evidence/receipt.ts';
import { snapshotsOf } from '../evidence/standing.ts';
import type { VoidGround } from './review.ts';
import type { ReviewFact } from './review-fact.ts';
import { insertReceipt, insertVoids } from './void.queries.ts';
import { mendWeeks, reviewsWith, saveReviews } from './weigh.commands.ts';
import { daysBefore, moveExcluded, uncountReview } from './weigh.ts';

/** Which reviews are to stop counting, and why. */
export interface VoidReviews {
  readonly reviews: readonly { readonly merchantId: string; readonly id: string }[];
  readonly ground: VoidGround;
  readonly statement: string; // for those concerned
  readonly voidedBy: string; // the actor's name
}

/** When, and under which policies standings are kept. */
export interface Moment {
  readonly now: number;
  readonly foldings: readonly Folding[];
}

export interface VoidReceipt {
  readonly id: string;
  readonly merchantIds: readonly string[]; // under which it is filed
  readonly reversedPostings: number;
  readonly changes: readonly StandingChange[];
}

/**
 * Makes reviews stop counting, exactly and everywhere, in this transaction: postings are reversed, and every sum that a review
 * moved moves back by what it moved. The reviews stay, with the ground. The receipt names every subject before and after.
 */
export async function voidReviews(
  tx: Tx,
  { reviews: named, ...why }: VoidReviews,
  moment: Moment,
): Promise<VoidReceipt> {
  const keys = [...new Map(named.map((key) => [key.id, key])).values()]; // one that is named twice is voided once
  const seen = await reviewsWith(tx, keys);
  if (seen.length < keys.length)
    throw new Refusal('NOT_FOUND', 'REVIEW_NOT_FOUND', 'There is no such review.', ['reviewIds']);
  const before = await readReviewMean(tx);
  const mean = { ...before };
  const ledger = await openBooks(tx, moment.foldings, booksOf(seen));
  const reviews = await reviewsWith(tx, keys); // again, now that nobody else can change them
  refuseVoided(reviews);
  const latest = await liveEntries(tx, reviews.flatMap(placesOf));
  const shownBefore = snapshotsOf(ledger, moment.now);
  for (const review of reviews) {
    uncountReview(ledger, mean, review, (latest.get(review.id)?.last ?? []).filter(isLive));
    review.status = 'VOIDED';
    moveExcluded(ledger, review, 1);
  }
  await saveReviews(tx, [], reviews, moment.now);
  await mendWeeks(
    tx,
    ledger,
    reviews.map(({ authorId }) => authorId),
  );
  const receipt = receiptFor(ledger, reviews, shownBefore, moment.now);
  await saveBooks(tx, ledger, moment.now, 'VOID');
  await insertReceipt(tx, receipt, new Date(moment.now));
  await insertVoids(tx, reviews, { ...why, voidedAt: new Date(moment.now), receiptId: receipt.id });
  await moveReviewMean(tx, mean.sum - before.sum, mean.count - before.count);
  return receipt;
}

function booksOf(reviews: readonly ReviewFact[]): Parameters<typeof openBooks>[2] {
  const subjects = new Map<string, SubjectKind>();
  for (const { merchantId, productId, authorId } of reviews) {
    subjects.set(merchantId, 'MERCHANT').set(authorId, 'BUYER');
    if (productId !== null) subjects.set(productId, 'PRODUCT');
  }
  return {
    subjects,
    pairs: reviews.flatMap((review) =>
      placesOf(review).map(({ subjectId }) => ({ subjectId, counterparty: review.authorId })),
    ),
    days: reviews.flatMap(({ merchantId, occurredAt }) =>
      [...daysBefore(occurredAt), dayOf(occurredAt)].map((day) => ({ subjectId: merchantId, day })),
    ),
    reviewers: [...new Set(reviews.map(({ authorId }) => authorId))],
  };
}

const placesOf = ({ id, merchantId, productId }: ReviewFact): { subjectId: string; factId: string }[] =>
  [merchantId, ...(productId === null ? [] : [productId])].map((subjectId) => ({ subjectId, factId: id }));

function refuseVoided(reviews: readonly ReviewFact[]): void {
  if (reviews.some(({ status }) => status === 'VOIDED'))
    throw new Refusal('CONFLICT', 'REVIEW_VOIDED', 'The review is voided or retracted already.', ['reviewIds']);
}

function receiptFor(
  ledger: Ledger,
  reviews: readonly ReviewFact[],
  before: ReturnType<typeof snapshotsOf>,
  now: number,
): VoidReceipt {
  const after = snapshotsOf(ledger, now);
  const changes = [...before].flatMap(([subjectId, { kind, snapshot }]): StandingChange[] => {
    const then = after.get(subjectId)!.snapshot;
    const isMoved = JSON.stringify(snapshot) !== JSON.stringify(then);
    return isMoved ? [{ subjectKind: kind, subjectId, before: snapshot, after: then }] : [];
  });
  return {
    id: newId(now),
    merchantIds: [...new Set(reviews.map(({ merchantId }) => merchantId))],
    reversedPostings: ledger.entries.length,
    changes,
  };
}
