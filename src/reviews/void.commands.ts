import type { Tx } from '../db/tx.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import { globalId } from '../kernel/global-id.ts';
import { newId } from '../kernel/ids.ts';
import { Refusal } from '../kernel/refusal.ts';
import { dayOf } from '../evidence/book.ts';
import { leaveChangedFacts, orderPlaces, reviewPlaces } from '../evidence/changed-facts.ts';
import { isLive, liveEntries, openBooks, saveBooks } from '../evidence/books.ts';
import type { BooksToOpen } from '../evidence/books-found.ts';
import type { Folding, Ledger } from '../evidence/ledger.ts';
import { moveReviewMean, readReviewMean } from '../evidence/mean.ts';
import type { StandingChange } from '../evidence/receipt.ts';
import { changesSince, snapshotsOf } from '../evidence/standing.ts';
import type { OrderState } from '../orders/order-state.ts';
import { booksOfOrders, insertOrderVoids, markVoided, placesOfOrder, uncountOrder } from '../orders/void-orders.ts';
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
  readonly orders?: VoidedOrders; // that stop counting with them
  readonly ground: VoidGround; // of the reviews
  readonly statement: string; // for those concerned
  readonly voidedBy: string; // the actor's name
  readonly detected?: ReadonlySet<string>; // ids of those that were under suspicion before anyone looked at them
}

/** Orders that count and that the transaction holds (`holdOrders`). */
export interface VoidedOrders {
  readonly held: readonly OrderState[];
  readonly ground: string; // as the rules of conduct name it
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
 * Makes reviews, and orders, stop counting, exactly and everywhere, in this transaction: postings are reversed, and every sum that one of
 * them moved moves back by what it moved. They stay, with the ground. The receipt names every subject before and after.
 */
export async function voidReviews(
  tx: Tx,
  { id: given, reviews: named, orders: { held: orders, ground: orderGround } = NO_ORDERS, ...why }: VoidReviews,
  moment: Moment,
  beside: Beside = nothingBeside,
): Promise<VoidReceipt> {
  const { ground, statement, voidedBy, detected } = why;
  const id = given ?? newId(moment.now);
  const { keys, seen } = await findNamed(tx, named);
  const before = await readReviewMean(tx);
  const mean = { ...before };
  const ledger = await openBooks(tx, moment.foldings, booksOf(seen, orders));
  const reviews = await reviewsWith(tx, keys); // again, now that nobody else can change them
  refuseVoided(reviews);
  const latest = await liveEntries(tx, [...reviews.flatMap(placesOf), ...orders.flatMap(placesOfOrder)]);
  const shownBefore = snapshotsOf(ledger, moment.now);
  for (const order of orders) uncountOrder(ledger, latest.get(order.id)?.last ?? []);
  const isDetected = (fact: FactKey): boolean => detected?.has(fact.id) ?? false;
  const voided = reviews.map((review) => ({ ...keyOf(review), status: review.status, isDetected: isDetected(review) }));
  for (const review of reviews) {
    uncountReview(ledger, mean, review, (latest.get(review.id)?.last ?? []).filter(isLive));
    review.status = 'VOIDED';
    moveExcluded(ledger, review, 1);
  }
  const change = { id, ledger, reviews, orders, shownBefore, cause: 'VOID' } as const;
  const told = { by: voidedBy, ground: orders.length > 0 ? orderGround : ground, statement };
  const receipt = await settle(tx, change, told, moment.now, beside);
  const record = { statement, voidedBy, voidedAt: new Date(moment.now), receiptId: id };
  if (voided.length > 0) await insertVoids(tx, voided, { ground, ...record });
  const gone = orders.map((order) => ({ ...keyOf(order), isDetected: isDetected(order) }));
  if (gone.length > 0) await insertOrderVoids(tx, gone, { ground: orderGround, ...record });
  await moveReviewMean(tx, mean.sum - before.sum, mean.count - before.count);
  return receipt;
}

const NO_ORDERS: VoidedOrders = { held: [], ground: '' };
const keyOf = ({ merchantId, id }: FactKey): FactKey => ({ merchantId, id });

/** Reviews and orders that have moved in the books, not yet written. */
interface Moved {
  readonly id: string; // of the receipt
  readonly ledger: Ledger;
  readonly reviews: readonly ReviewFact[];
  readonly orders: readonly OrderState[];
  readonly shownBefore: ReturnType<typeof snapshotsOf>;
  readonly cause: 'VOID' | 'RESTORE';
}

/** Writes what moved, and what else the decision does to the same books, and files the receipt of it all. */
export async function settle(
  tx: Tx,
  { id, ledger, reviews, orders, shownBefore, cause }: Moved,
  why: Parameters<typeof enterReceipt>[4],
  now: number,
  beside: Beside,
): Promise<VoidReceipt> {
  await saveReviews(tx, [], reviews, now);
  if (orders.length > 0) await markVoided(tx, orders, cause === 'VOID' ? new Date(now) : null);
  await leaveChangedFacts(tx, now, [...reviewPlaces(reviews), ...orderPlaces(orders)]);
  await mendWeeks(
    tx,
    ledger,
    reviews.map(({ authorId }) => authorId),
  );
  const reversedPostings = ledger.entries.length; // of reviews and orders, not of what is beside them
  const pointsMoved = await beside(ledger, reviews);
  const receipt = {
    id,
    ...receiptFor(ledger, [...reviews, ...orders], shownBefore, now),
    reversedPostings,
    pointsMoved,
  };
  await saveBooks(tx, ledger, now, cause);
  await insertReceipt(tx, receipt, new Date(now));
  await enterReceipt(tx, OPERATION_OF[cause], receipt, { reviews, orders }, why, now);
  return receipt;
}

const OPERATION_OF = { VOID: 'voidReviews', RESTORE: 'restoreReviews' } as const;

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

/** Everyone whose balances these reviews and orders move. */
export function booksOf(reviews: readonly ReviewFact[], orders: readonly OrderState[] = []): BooksToOpen {
  const ofOrders = booksOfOrders(orders);
  const subjects = new Map<string, SubjectKind>(ofOrders.subjects);
  for (const { merchantId, productId, authorId } of reviews) {
    subjects.set(merchantId, 'MERCHANT').set(authorId, 'BUYER');
    if (productId !== null) subjects.set(productId, 'PRODUCT');
  }
  return {
    subjects,
    pairs: [
      ...ofOrders.pairs,
      ...reviews.flatMap(({ merchantId, productId, authorId }) => [
        { subjectId: merchantId, counterparty: authorId },
        ...(productId === null ? [] : [{ subjectId: productId, counterparty: authorId }]),
        { subjectId: authorId, counterparty: merchantId }, // where it was confirmed
      ]),
    ],
    days: [
      ...ofOrders.days,
      ...[...Map.groupBy(reviews, ({ merchantId }) => merchantId)].flatMap(([subjectId, own]) =>
        [...new Set(own.flatMap(({ occurredAt }) => [...daysBefore(occurredAt), dayOf(occurredAt)]))].map((day) => ({
          subjectId,
          day,
        })),
      ),
    ],
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
  facts: readonly FactKey[],
  before: ReturnType<typeof snapshotsOf>,
  now: number,
): Omit<VoidReceipt, 'id' | 'pointsMoved'> {
  return {
    merchantIds: [...new Set(facts.map(({ merchantId }) => merchantId))],
    reversedPostings: ledger.entries.length,
    changes: changesSince(ledger, before, now),
  };
}
