import type { Tx } from '../db/tx.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import { globalId } from '../kernel/global-id.ts';
import { newId } from '../kernel/ids.ts';
import { Refusal } from '../kernel/refusal.ts';
import { dayOf } from '../evidence/book.ts';
import { leaveChangedFacts, reviewPlaces } from '../evidence/changed-facts.ts';
import { isLive, liveEntries, openBooks, saveBooks } from '../evidence/books.ts';
import type { Folding, Ledger } from '../evidence/ledger.ts';
import { moveReviewMean, readReviewMean } from '../evidence/mean.ts';
import type { StandingChange } from '../evidence/receipt.ts';
import { changesSince, snapshotsOf } from '../evidence/standing.ts';
import type { VoidGround } from './review.ts';
import type { ReviewFact } from './review-fact.ts';
import { enterReceipt } from './receipt-log.ts';
import { insertReceipt, insertVoids } from './void.queries.ts';
import { mendWeeks, reviewsWith, saveReviews } from './weigh.commands.ts';
import { daysBefore, moveExcluded, uncountReview } from './weigh.ts';

export interface FactKey {
  readonly merchantId: string;
  readonly id: string;
}

/** Which reviews are to stop counting, and why. */
export interface VoidReviews {
  readonly id?: string; // of the decision, which is its receipt's too; a new one unless given
  readonly reviews: readonly FactKey[];
  readonly ground: VoidGround;
  readonly statement: string; // for those concerned
  readonly voidedBy: string; // the actor's name
  readonly detected?: ReadonlySet<string>; // ids of those that were under suspicion before anyone looked at them
}

/** When, and under which policies standings are kept. */
export interface Moment {
  readonly now: number;
  readonly foldings: readonly Folding[];
}

/**
 * What else one decision does to the same books, after its reviews have moved and before anything is written: offences entered or
 * taken back, points, measures. How many points it moved.
 */
export type Beside = (ledger: Ledger, reviews: readonly ReviewFact[]) => Promise<number>;
export const nothingBeside: Beside = () => Promise.resolve(0);

export interface VoidReceipt {
  readonly id: string;
  readonly merchantIds: readonly string[]; // under which it is filed
  readonly reversedPostings: number;
  readonly changes: readonly StandingChange[];
  readonly pointsMoved: number;
}

/**
 * Makes reviews stop counting, exactly and everywhere, in this transaction: postings are reversed, and every sum that a review
 * moved moves back by what it moved. The reviews stay, with the ground. The receipt names every subject before and after.
 */
export async function voidReviews(
  tx: Tx,
  { id: given, reviews: named, ground, statement, voidedBy, detected }: VoidReviews,
  moment: Moment,
  beside: Beside = nothingBeside,
): Promise<VoidReceipt> {
  const id = given ?? newId(moment.now);
  const { keys, seen } = await findNamed(tx, named);
  const before = await readReviewMean(tx);
  const mean = { ...before };
  const ledger = await openBooks(tx, moment.foldings, booksOf(seen));
  const reviews = await reviewsWith(tx, keys); // again, now that nobody else can change them
  refuseVoided(reviews);
  const latest = await liveEntries(tx, reviews.flatMap(placesOf));
  const shownBefore = snapshotsOf(ledger, moment.now);
  const voided = reviews.map(({ merchantId, id: reviewId, status }) => ({
    merchantId,
    id: reviewId,
    status,
    isDetected: detected?.has(reviewId) ?? false,
  }));
  for (const review of reviews) {
    uncountReview(ledger, mean, review, (latest.get(review.id)?.last ?? []).filter(isLive));
    review.status = 'VOIDED';
    moveExcluded(ledger, review, 1);
  }
  const change = { id, keys, ledger, reviews, shownBefore, cause: 'VOID', operation: 'voidReviews' } as const;
  const why = { by: voidedBy, ground, statement };
  const receipt = await settle(tx, change, why, moment.now, beside);
  await insertVoids(tx, voided, { ground, statement, voidedBy, voidedAt: new Date(moment.now), receiptId: id });
  await moveReviewMean(tx, mean.sum - before.sum, mean.count - before.count);
  return receipt;
}

/** Reviews that have moved in the books, not yet written. */
interface Moved {
  readonly id: string; // of the receipt
  readonly keys: readonly FactKey[];
  readonly ledger: Ledger;
  readonly reviews: readonly ReviewFact[];
  readonly shownBefore: ReturnType<typeof snapshotsOf>;
  readonly cause: 'VOID' | 'RESTORE';
  readonly operation: 'voidReviews' | 'restoreReviews';
}

/** Writes what moved, and what else the decision does to the same books, and files the receipt of it all. */
export async function settle(
  tx: Tx,
  { id, keys, ledger, reviews, shownBefore, cause, operation }: Moved,
  why: Parameters<typeof enterReceipt>[4],
  now: number,
  beside: Beside,
): Promise<VoidReceipt> {
  await saveReviews(tx, [], reviews, now);
  await leaveChangedFacts(tx, now, reviewPlaces(reviews));
  await mendWeeks(
    tx,
    ledger,
    reviews.map(({ authorId }) => authorId),
  );
  const reversedPostings = ledger.entries.length; // of reviews, not of what is beside them
  const pointsMoved = await beside(ledger, reviews);
  const receipt = { id, ...receiptFor(ledger, reviews, shownBefore, now), reversedPostings, pointsMoved };
  await saveBooks(tx, ledger, now, cause);
  await insertReceipt(tx, receipt, new Date(now));
  await enterReceipt(tx, operation, receipt, keys, why, now);
  return receipt;
}

/** The reviews as they are before their books are open, and their keys; one that is named twice is taken once. */
export async function findNamed(
  tx: Tx,
  named: readonly FactKey[],
): Promise<{ keys: readonly FactKey[]; seen: readonly ReviewFact[] }> {
  const keys = [...new Map(named.map((key) => [key.id, key])).values()];
  const seen = await reviewsWith(tx, keys);
  if (seen.length === keys.length) return { keys, seen };
  const known = new Set(seen.map(({ id }) => id));
  const missing = keys
    .filter(({ id }) => !known.has(id))
    .map(({ merchantId, id }) => globalId('Review', merchantId, id));
  const message = `There is no such review: ${shortList(missing)}.`;
  throw new Refusal('NOT_FOUND', 'REVIEW_NOT_FOUND', message, ['reviewIds']);
}

/** Everyone whose balances these reviews move. */
export function booksOf(reviews: readonly ReviewFact[]): Parameters<typeof openBooks>[2] {
  const subjects = new Map<string, SubjectKind>();
  for (const { merchantId, productId, authorId } of reviews) {
    subjects.set(merchantId, 'MERCHANT').set(authorId, 'BUYER');
    if (productId !== null) subjects.set(productId, 'PRODUCT');
  }
  return {
    subjects,
    pairs: reviews.flatMap(({ merchantId, productId, authorId }) => [
      { subjectId: merchantId, counterparty: authorId },
      ...(productId === null ? [] : [{ subjectId: productId, counterparty: authorId }]),
      { subjectId: authorId, counterparty: merchantId }, // where it was confirmed
    ]),
    days: [...Map.groupBy(reviews, ({ merchantId }) => merchantId)].flatMap(([subjectId, own]) =>
      [...new Set(own.flatMap(({ occurredAt }) => [...daysBefore(occurredAt), dayOf(occurredAt)]))].map((day) => ({
        subjectId,
        day,
      })),
    ),
    reviewers: [...new Set(reviews.map(({ authorId }) => authorId))],
  };
}

/** In whose ledgers its postings may be: its author has one where later reviews confirmed it. */
export const placesOf = ({
  id,
  merchantId,
  productId,
  authorId,
}: ReviewFact): { subjectId: string; factId: string }[] =>
  [merchantId, ...(productId === null ? [] : [productId]), authorId].map((subjectId) => ({ subjectId, factId: id }));

const MOST_NAMED = 5; // reviews, in a message

function shortList(names: readonly string[]): string {
  const rest = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '';
  return `${names.slice(0, MOST_NAMED).join(', ')}${rest}`;
}

function refuseVoided(reviews: readonly ReviewFact[]): void {
  const gone = reviews.flatMap(({ status, externalId }) => (status === 'VOIDED' ? [externalId ?? 'one'] : []));
  if (gone.length === 0) return;
  throw new Refusal('CONFLICT', 'REVIEW_VOIDED', `Voided or retracted already: ${shortList(gone)}.`, ['reviewIds']);
}

/** Files a receipt where it is looked for: under the merchants concerned, or under whom alone it concerns. */
export const fileReceipt = (tx: Tx, receipt: VoidReceipt, now: number): Promise<unknown> =>
  insertReceipt(tx, receipt, new Date(now));

/** What moved between the snapshots and now. */
export function receiptFor(
  ledger: Ledger,
  reviews: readonly ReviewFact[],
  before: ReturnType<typeof snapshotsOf>,
  now: number,
): Omit<VoidReceipt, 'id' | 'pointsMoved'> {
  return {
    merchantIds: [...new Set(reviews.map(({ merchantId }) => merchantId))],
    reversedPostings: ledger.entries.length,
    changes: changesSince(ledger, before, now),
  };
}
