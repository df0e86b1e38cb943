import { setImmediate as breath } from 'node:timers/promises';
import type { Tx } from '../db/tx.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import { dayOf } from '../evidence/book.ts';
import { liveEntries, openMore, isLive, saveEntries } from '../evidence/books.ts';
import type { BooksToOpen } from '../evidence/books-found.ts';
import type { Entry, Ledger } from '../evidence/ledger.ts';
import type { KnownOrder } from '../integrity/known-order.ts';
import { noteLaterSigns } from '../integrity/later-signs.ts';
import { openStageOne, type OrdersBehind } from '../integrity/stage-one.ts';
import { byTime, changesOf, type TimedEntry } from '../orders/enter-orders.ts';
import { isPurchase, mayHaveMeant, verificationOf, type Meaning } from '../orders/order-evidence.ts';
import type { OrderState } from '../orders/order-state.ts';
import { saveNewOrders, saveProgress, type NewOrder } from '../orders/orders.commands.ts';
import type { ReviewFact } from '../reviews/review-fact.ts';
import { mendWeeks, reviewsWith, saveReviews } from '../reviews/weigh.commands.ts';
import {
  countReview,
  daysBefore,
  moveExcluded,
  reweighAsPurchase,
  uncountReview,
  type Mean,
} from '../reviews/weigh.ts';
import { leaveForRewards } from '../rewards/changed.ts';
import type { Drafts } from './drafts.ts';
import { newMeanings, type NewMeaning } from './new-meanings.ts';
import type { Running } from './running.ts';

/** What a transaction's drafts change, and whom. */
interface Change {
  readonly placed: ReadonlySet<string>; // external ids of new orders
  readonly orders: readonly OrderState[];
  readonly meanings: ReadonlyMap<OrderState, NewMeaning>; // of those of them that mean something else now
  readonly posted: readonly ReviewFact[];
  readonly known: readonly ReviewFact[]; // older reviews that are retracted, or whose order moved
}

export interface Circumstances {
  /** Of long ago: nobody is told of the grades that change, and no review is doubted as it comes in. */
  readonly isHistory: boolean;
  /** New orders and nothing else: whatever they need to know is in memory, or in books of which nobody else has entered anything. */
  readonly isPlain: boolean;
  /** Points are earned and lost by it. */
  readonly earns: boolean;
  /** Waits until the batches before have entered what they bring; `opened` tells when all is read that is read before it. */
  readonly turn: (opened: Promise<unknown>) => Promise<void>;
}

/** Makes facts of the drafts: asks for them to be written, and enters everything that they mean, in this transaction. */
export async function enterFacts(
  tx: Tx,
  drafts: Drafts,
  running: Running,
  now: number,
  { isHistory, isPlain, earns, turn }: Circumstances,
): Promise<void> {
  const change = changeIn(drafts);
  if (change.orders.length + change.posted.length + change.known.length === 0) return turn(Promise.resolve());
  const hasReviews = change.posted.length + change.known.length > 0;
  const { ledger } = running;
  const early = isPlain ? [] : saveEarly(tx, drafts, change, earns, now);
  for (const each of early) running.write(each);
  // All is asked for at once: others wait for these books until this transaction is done.
  const opened = Promise.all([openMore(tx, ledger, booksFor(change, drafts)), hasReviews ? running.mean(tx) : NO_MEAN]);
  await turn(opened);
  const doubtable = isHistory ? [] : change.posted;
  const [{ known, latest }, stageOne, [, mean]] = await Promise.all([
    olderOf(tx, drafts, change),
    openStageOne(tx, doubtable, doubtable.length === 0 ? NO_ORDERS : ordersBehind(drafts)),
    opened,
  ]);
  const timed: TimedEntry[] = [];
  for (const [order, { is }] of change.meanings)
    timed.push(...changesOf(ledger, order, is, latest.get(order.id)?.last ?? []));
  followOrders(ledger, drafts, known, latest);
  for (const review of change.posted)
    timed.push({
      at: review.occurredAt,
      tie: `review ${review.externalId}`,
      enter: () => {
        stageOne.judge(ledger, mean, review);
        countReview(ledger, mean, review);
      },
    });
  for (const review of known) timed.push(...retractionOf(ledger, mean, drafts, review, () => liveOf(latest, review)));
  for (const review of change.posted)
    timed.push(
      ...retractionOf(ledger, mean, drafts, review, () => ledger.entries.filter(({ factId }) => factId === review.id)),
    );
  await enterInTurn(timed.toSorted(byTime));
  if (isPlain && earns) running.write(leaveForRewards(tx, now, change));
  if (isPlain) return running.place(placedIn(drafts), now); // what they mean is written with the balances
  const saved = saveReviews(tx, change.posted, known, now);
  if (drafts.retractions.size > 0) {
    await saved;
    await mendWeeks(
      tx,
      ledger,
      [...known, ...change.posted].map(({ authorId }) => authorId),
    );
  }
  running.write(saved);
  running.write((await saveEntries(tx, ledger, now)).written);
  running.write(stageOne.save(tx, now));
  running.write(noteLaterSigns(tx, known, ordersById(drafts), now));
}

/** Older reviews that change, read again, now that nobody else can change them; and what is in the ledger of them and of older orders. */
async function olderOf(tx: Tx, drafts: Drafts, change: Change) {
  const [known, latest] = await Promise.all([reviewsWith(tx, change.known), latestOf(tx, drafts, change)]);
  return { known, latest };
}

/** Those that reviews are about. */
function ordersById({ orders, reviewOfOrder }: Drafts): Map<string, OrderState> {
  const found = new Map<string, OrderState>();
  if (reviewOfOrder.size === 0) return found;
  for (const order of orders.values()) if (reviewOfOrder.has(order.id)) found.set(order.id, order);
  return found;
}

const STRETCH = 100; // entered before anything else gets its turn: about 1 ms

/** With breaths: meanwhile the database is given what the next batch asks. */
export async function enterInTurn(timed: readonly TimedEntry[]): Promise<void> {
  for (let i = 0; i < timed.length; i++) {
    if (i > 0 && i % STRETCH === 0) await breath();
    timed[i]!.enter();
  }
}

const NO_ORDERS: OrdersBehind = new Map();
const NO_MEAN: Mean = { sum: 0, count: 0 }; // where no review is to be weighed

/** By order id. Those that are new here bring their traces along. */
function ordersBehind({ orders, newOrders }: Drafts): OrdersBehind {
  const found = new Map<string, KnownOrder>();
  for (const state of orders.values()) {
    const details = newOrders.get(state.externalId);
    if (!details) found.set(state.id, { state });
    else {
      const traces = { ip: details.ipHash, device: details.deviceHash, payment: details.paymentHash };
      found.set(state.id, { state, traces });
    }
  }
  return found;
}

function changeIn(drafts: Drafts): Change {
  const placed = new Set(drafts.newOrders.keys());
  const orders = Array.from(placed, (id) => drafts.orders.get(id)!);
  for (const id of drafts.changedOrders.keys()) if (!placed.has(id)) orders.push(drafts.orders.get(id)!);
  const posted = [...drafts.newReviews.values()];
  const byId = ordersById(drafts);
  for (const review of posted) {
    const order = byId.get(review.orderId ?? ''); // it may have gone on since the review was drafted
    if (order) Object.assign(review, { verification: verificationOf(order), isPurchase: isPurchase(order) });
  }
  const known: ReviewFact[] = [];
  const older = [...drafts.reviews].filter(([externalId]) => !drafts.newReviews.has(externalId));
  const moved = new Set(older.length === 0 ? [] : orders.map(({ id }) => id));
  for (const [externalId, review] of older)
    if (drafts.retractions.has(externalId) || moved.has(review.orderId ?? '')) known.push(review);
  return { placed, orders, meanings: newMeanings(orders, drafts.found), posted, known };
}

type Concerns = Pick<Change, 'meanings' | 'posted' | 'known'>;

/** Whose books are touched. */
export function booksFor(
  { meanings, posted, known }: Concerns,
  { retractions }: Pick<Drafts, 'retractions'>,
): BooksToOpen {
  const subjects = new Map<string, SubjectKind>();
  const pairs: { subjectId: string; counterparty: string }[] = [];
  const days: { subjectId: string; day: number }[] = [];
  const deal = (subjectId: string, kind: SubjectKind, counterparty: string) => {
    subjects.set(subjectId, kind);
    pairs.push({ subjectId, counterparty });
  };
  const mean = (each: Meaning) => {
    deal(each.subjectId, each.subjectKind, each.counterparty);
    if (each.subjectKind === 'MERCHANT') days.push({ subjectId: each.subjectId, day: dayOf(each.occurredAt) });
  };
  for (const { is, was } of meanings.values()) {
    is.forEach(mean);
    was.forEach(mean);
  }
  const reviewers = new Set<string>();
  for (const review of [...posted, ...known]) {
    if (review.status === 'UNVERIFIED' && !retractions.has(review.externalId ?? '')) continue;
    deal(review.merchantId, 'MERCHANT', review.authorId);
    if (review.productId !== null) deal(review.productId, 'PRODUCT', review.authorId);
    subjects.set(review.authorId, 'BUYER');
    reviewers.add(review.authorId);
    if (retractions.has(review.externalId ?? ''))
      pairs.push({ subjectId: review.authorId, counterparty: review.merchantId }); // it may have been confirmed
    for (const day of daysBefore(review.occurredAt)) days.push({ subjectId: review.merchantId, day });
  }
  return { subjects, pairs, days, reviewers: [...reviewers] };
}

/** What of these facts is in the ledger. New orders have nothing there yet, nor has one that never meant anything for somebody. */
function latestOf(
  tx: Tx,
  { retractions, found }: Drafts,
  { placed, meanings, known }: Change,
): Promise<Map<string, { last: Entry[] }>> {
  const asked: { subjectId: string; factId: string }[] = [];
  for (const [order, { is, was }] of meanings) {
    if (placed.has(order.externalId)) continue;
    const before = found.get(order.externalId)!;
    if (!mayHaveMeant(before, 'MERCHANT') && !mayHaveMeant(before, 'BUYER')) continue;
    const concerned = [...is, ...was].filter(({ subjectKind }) => mayHaveMeant(before, subjectKind));
    for (const subjectId of new Set(concerned.map((each) => each.subjectId)))
      asked.push({ subjectId, factId: order.id });
  }
  for (const { id, merchantId, productId, authorId, externalId } of known) {
    for (const subjectId of productId === null ? [merchantId] : [merchantId, productId])
      asked.push({ subjectId, factId: id });
    if (retractions.has(externalId ?? '')) asked.push({ subjectId: authorId, factId: id });
  }
  return liveEntries(tx, asked);
}

const liveOf = (latest: ReadonlyMap<string, { last: Entry[] }>, { id }: ReviewFact): Entry[] =>
  (latest.get(id)?.last ?? []).filter(isLive);

/** Tells older reviews how their order went on. */
function followOrders(
  ledger: Ledger,
  drafts: Drafts,
  known: readonly ReviewFact[],
  latest: Map<string, { last: Entry[] }>,
): void {
  const orders = ordersById(drafts);
  for (const review of known) {
    const order = orders.get(review.orderId ?? '');
    if (!order) continue;
    review.verification = verificationOf(order);
    const live = liveOf(latest, review);
    if (!isPurchase(order) || review.status === 'VOIDED' || live.every((entry) => entry.isPurchase)) continue;
    latest.set(review.id, { last: reweighAsPurchase(ledger, review, live) });
  }
}

/** Its author takes a review back: from then on, not from when we heard of it. One that we heard of at once is counted first, so that the ledger tells both. */
function retractionOf(
  ledger: Ledger,
  mean: Mean,
  drafts: Drafts,
  review: ReviewFact,
  live: () => readonly Entry[],
): TimedEntry[] {
  const retractedAt = drafts.retractions.get(review.externalId!);
  if (retractedAt === undefined || review.retractedAt !== null) return [];
  const enter = () => {
    if (review.status === 'VOIDED') moveExcluded(ledger, review, -1); // its author's own affair now: it is not shown any more
    else uncountReview(ledger, mean, review, live());
    review.status = 'VOIDED';
    review.retractedAt = retractedAt;
  };
  return [{ at: Math.max(retractedAt, review.occurredAt), tie: `review ${review.externalId} retracted`, enter }];
}

const placedIn = ({ newOrders, orders }: Drafts): NewOrder[] =>
  [...newOrders].map(([id, details]) => ({ ...details, ...orders.get(id)! }));

/**
 * Asks for what no book has a say in to be written before the books are locked: the database does so while another transaction still
 * holds them. Orders are held by their keys.
 */
const saveEarly = (tx: Tx, drafts: Drafts, change: Change, earns: boolean, now: number): Promise<void>[] => [
  saveNewOrders(tx, placedIn(drafts), now),
  saveProgress(
    tx,
    change.orders.filter(({ externalId }) => !change.placed.has(externalId)),
  ),
  ...(earns ? [leaveForRewards(tx, now, change)] : []),
];
