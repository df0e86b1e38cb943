import { setImmediate as breath } from 'node:timers/promises';
import type { Tx } from '../db/tx.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import { dayOf } from '../evidence/book.ts';
import { liveEntries, openMore, isLive, saveEntries } from '../evidence/books.ts';
import type { BooksToOpen } from '../evidence/books-found.ts';
import type { Entry, Ledger } from '../evidence/ledger.ts';
import { noteLaterSigns } from '../integrity/later-signs.ts';
import { openStageOne, type OrdersBehind } from '../integrity/stage-one.ts';
import { byTime, changesOf, type TimedEntry } from '../orders/enter-orders.ts';
import { isPurchase, mayHaveMeant, meaningsOf, verificationOf, type Meaning } from '../orders/order-evidence.ts';
import type { OrderState } from '../orders/order-state.ts';
import { saveOrders, type NewOrder } from '../orders/orders.commands.ts';
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
  /** Waits until the batches before have entered what they bring. */
  readonly turn: () => Promise<void>;
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
  if (change.orders.length + change.posted.length + change.known.length === 0) return turn();
  const hasReviews = change.posted.length + change.known.length > 0;
  const mean: Mean = hasReviews ? await running.mean(tx) : { sum: 0, count: 0 };
  const { ledger } = running;
  await openMore(tx, ledger, booksFor(change, drafts));
  await turn();
  const known = await reviewsWith(tx, change.known); // again, now that nobody else can change them
  const latest = await latestOf(tx, drafts, change, known);
  const timed: TimedEntry[] = [];
  for (const [order, { is }] of change.meanings)
    timed.push(...changesOf(ledger, order, is, latest.get(order.id)?.last ?? []));
  followOrders(ledger, drafts, known, latest);
  const stageOne = await openStageOne(tx, isHistory ? [] : change.posted, ordersBehind(drafts));
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
  if (earns) running.write(leaveForRewards(tx, now, { ...change, known }));
  if (isPlain) return running.place(placedIn(drafts), now); // what they mean is written with the balances
  const saved = save(tx, drafts, change, known, now);
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

/** Those that reviews may be about; none where there is no review. */
const ordersById = ({ orders, reviews }: Drafts): Map<string, OrderState> =>
  new Map(reviews.size === 0 ? [] : Array.from(orders.values(), (order) => [order.id, order]));

const STRETCH = 100; // entered before anything else gets its turn: about 1 ms

/** With breaths: meanwhile the database is given what the next batch asks. */
async function enterInTurn(timed: readonly TimedEntry[]): Promise<void> {
  for (const [i, { enter }] of timed.entries()) {
    if (i > 0 && i % STRETCH === 0) await breath();
    enter();
  }
}

/** By order id. Those that are new here bring their traces along. */
const ordersBehind = ({ orders, newOrders }: Drafts): OrdersBehind =>
  new Map(
    [...orders].map(([externalId, state]) => {
      const details = newOrders.get(externalId);
      const traces = details && { ip: details.ipHash, device: details.deviceHash, payment: details.paymentHash };
      return [state.id, { state, ...(traces && { traces }) }];
    }),
  );

function changeIn(drafts: Drafts): Change {
  const placed = new Set(drafts.newOrders.keys());
  const orders = [...new Set([...placed, ...drafts.changedOrders.keys()])].map((id) => drafts.orders.get(id)!);
  const posted = [...drafts.newReviews.values()];
  const byId = ordersById(drafts);
  for (const review of posted) {
    const order = byId.get(review.orderId ?? ''); // it may have gone on since the review was drafted
    if (order) Object.assign(review, { verification: verificationOf(order), isPurchase: isPurchase(order) });
  }
  const moved = new Set(orders.map(({ id }) => id));
  const known = [...drafts.reviews].flatMap(([externalId, review]) =>
    !drafts.newReviews.has(externalId) && (drafts.retractions.has(externalId) || moved.has(review.orderId ?? ''))
      ? [review]
      : [],
  );
  return { placed, orders, meanings: newMeanings(orders, drafts), posted, known };
}

/** What an order means otherwise than before, for those of its parties to whom it does. */
interface NewMeaning {
  readonly is: readonly Meaning[];
  readonly was: readonly Meaning[];
}

/** Most events of an order, such as its payment, mean nothing to anybody's balances: then no book is opened for it. */
function newMeanings(orders: readonly OrderState[], { found }: Drafts): Map<OrderState, NewMeaning> {
  const meanings = new Map<OrderState, NewMeaning>();
  for (const order of orders) {
    const before = found.get(order.externalId);
    const is = meaningsOf(order);
    if (!before) {
      if (is.length > 0) meanings.set(order, { is, was: [] });
      continue;
    }
    const was = meaningsOf(before);
    if (isSame(was, is)) continue;
    const of = (id: string) => (each: Meaning) => each.subjectId === id;
    const concerned = new Set(
      [...was, ...is].map(({ subjectId }) => subjectId).filter((id) => !isSame(was.filter(of(id)), is.filter(of(id)))),
    );
    const isConcerned = ({ subjectId }: Meaning) => concerned.has(subjectId);
    if (concerned.size > 0) meanings.set(order, { is: is.filter(isConcerned), was: was.filter(isConcerned) });
  }
  return meanings;
}

const isSame = (was: readonly Meaning[], is: readonly Meaning[]): boolean =>
  was.length === is.length &&
  was.every(
    ({ subjectId, kind, occurredAt }, i) =>
      subjectId === is[i]!.subjectId && kind === is[i]!.kind && occurredAt === is[i]!.occurredAt,
  );

/** Whose books are touched. */
function booksFor({ meanings, posted, known }: Change, drafts: Drafts): BooksToOpen {
  const subjects = new Map<string, SubjectKind>();
  const pairs: { subjectId: string; counterparty: string }[] = [];
  const days: { subjectId: string; day: number }[] = [];
  const deal = (subjectId: string, kind: SubjectKind, counterparty: string) => {
    subjects.set(subjectId, kind);
    pairs.push({ subjectId, counterparty });
  };
  for (const { is, was } of meanings.values())
    for (const each of [...is, ...was]) {
      deal(each.subjectId, each.subjectKind, each.counterparty);
      if (each.subjectKind === 'MERCHANT') days.push({ subjectId: each.subjectId, day: dayOf(each.occurredAt) });
    }
  const reviewers = new Set<string>();
  for (const review of [...posted, ...known]) {
    if (review.status === 'UNVERIFIED' && !drafts.retractions.has(review.externalId ?? '')) continue;
    deal(review.merchantId, 'MERCHANT', review.authorId);
    if (review.productId !== null) deal(review.productId, 'PRODUCT', review.authorId);
    subjects.set(review.authorId, 'BUYER');
    reviewers.add(review.authorId);
    if (drafts.retractions.has(review.externalId ?? ''))
      pairs.push({ subjectId: review.authorId, counterparty: review.merchantId }); // it may have been confirmed
    for (const day of daysBefore(review.occurredAt)) days.push({ subjectId: review.merchantId, day });
  }
  return { subjects, pairs, days, reviewers: [...reviewers] };
}

/** What of these facts is in the ledger. New orders have nothing there yet, nor has one that never meant anything for somebody. */
function latestOf(
  tx: Tx,
  { retractions, found }: Drafts,
  { placed, meanings }: Change,
  known: readonly ReviewFact[],
): Promise<Map<string, { last: Entry[] }>> {
  const asked: { subjectId: string; factId: string }[] = [];
  for (const [order, { is, was }] of meanings) {
    if (placed.has(order.externalId)) continue;
    const before = found.get(order.externalId)!;
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

async function save(tx: Tx, drafts: Drafts, change: Change, known: readonly ReviewFact[], now: number): Promise<void> {
  await saveOrders(
    tx,
    placedIn(drafts),
    change.orders.filter(({ externalId }) => !change.placed.has(externalId)),
    now,
  );
  await saveReviews(tx, change.posted, known, now);
}
