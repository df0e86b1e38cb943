import { leaveNotes } from '../db/notes.ts';
import type { Tx } from '../db/tx.ts';
import { openBooks, saveBooks } from '../evidence/books.ts';
import type { Ledger } from '../evidence/ledger.ts';
import { changesSince, snapshotsOf } from '../evidence/standing.ts';
import { newId } from '../kernel/ids.ts';
import { Refusal } from '../kernel/refusal.ts';
import { reopenSuspicions } from '../integrity/confirm.commands.ts';
import { followProven, holdDoubtsAbout } from '../integrity/proven-authors.ts';
import type { OrderState } from '../orders/order-state.ts';
import { holdOrders, type OrderKey } from '../orders/void-orders.ts';
import { orderRestoredNote } from '../orders/voided-note.ts';
import { restoreReviews } from '../reviews/restore.commands.ts';
import type { ReviewFact } from '../reviews/review-fact.ts';
import type { FactKey, Moment, VoidReceipt } from '../reviews/void.commands.ts';
import { fileReceipt } from '../reviews/void.commands.ts';
import { restoredNote } from '../reviews/voided-note.ts';
import { settleAtOnce } from '../rewards/settle.commands.ts';
import { annulSanctions } from '../sanctions/impose.commands.ts';
import type { HeldAppeal } from './appeals.queries.ts';
import { orderBehind, ordersInForce, reviewsVoidedWith } from './brushing.queries.ts';
import { takeBackOffences } from './offences.ts';
import { stepDown } from './step-down.ts';
import { liftShares, shareOfSanction, sharesWithoutFacts, type Share } from './penalties.queries.ts';

/** What was undone: the receipt, and the ids of the reviews, orders, decision or sanction. */
export interface Overturned {
  readonly receipt: VoidReceipt;
  readonly factIds: readonly string[];
}

/** What an appeal is about is undone, as if it had never been; the receipt tells who moved. */
export const overturn = (tx: Tx, appeal: HeldAppeal, by: string, moment: Moment): Promise<Overturned> =>
  appeal.about === 'SANCTION' ? overturnSanction(tx, appeal, moment) : overturnVoids(tx, appeal, by, moment);

/**
 * Reviews and orders count again. When they were the last of an author, or of the merchant, in the penalty, their share in it goes too.
 */
async function overturnVoids(tx: Tx, appeal: HeldAppeal, restoredBy: string, moment: Moment): Promise<Overturned> {
  const { factId, decisionId } = appeal;
  const { orders, reviews } = await voidedBy(tx, appeal);
  const factIds = [...reviews, ...orders].map(({ id }) => id);
  const authors = await holdDoubtsAbout(tx, reviews);
  await reopenSuspicions(tx, reviews, moment.now, restoredBy, orders); // before the books, as whoever decides them
  const restored: ReviewFact[] = [];
  const receipt = await restoreReviews(tx, { reviews, orders, restoredBy }, moment, async (ledger, facts) => {
    restored.push(...facts.filter(({ status }) => status !== 'VOIDED')); // what its author took back meanwhile stays away
    const ended = await sharesWithoutFacts(tx, sharesOf(facts, orders, decisionId!), factIds);
    const givenBack = await settleAtOnce(tx, moment.now, facts, orders);
    return givenBack + (await undoShares(tx, ledger, ended, moment));
  });
  await followProven(tx, authors, { now: moment.now, by: restoredBy });
  await leaveNotes(tx, moment.now, [...restored.map(restoredNote), ...orders.map(orderRestoredNote)]);
  return { receipt, factIds: [factId, ...factIds] };
}

/** A review, an order, or all orders of a decision: an order and its review that one decision voided go together. Orders are held. */
async function voidedBy(
  tx: Tx,
  { about, subjectId: merchantId, factId, decisionId }: HeldAppeal,
): Promise<{ orders: OrderState[]; reviews: readonly FactKey[] }> {
  const review = { merchantId, id: factId };
  const behind = about === 'REVIEW' ? await orderBehind(tx, review) : null;
  if (behind === undefined) return { orders: [], reviews: [review] };
  if (behind !== null && behind.decisionId !== decisionId)
    throw new Refusal(
      'CONFLICT',
      'ORDER_VOIDED',
      'The order that the review is about was voided by another decision: that one must be overturned first.',
      ['appealId'],
    );
  const of = { merchantId, decisionId: decisionId!, orderId: about === 'ORDER' ? factId : (behind?.orderId ?? null) };
  await holdOrders(tx, await ordersInForce(tx, of));
  const keys: OrderKey[] = await ordersInForce(tx, of); // again, now that nobody else can restore them
  if (keys.length === 0)
    throw new Refusal('CONFLICT', 'ORDER_NOT_VOIDED', 'The order is not voided, or no longer.', ['appealId']);
  return { orders: await holdOrders(tx, keys), reviews: await reviewsVoidedWith(tx, decisionId!, keys) };
}

const sharesOf = (reviews: readonly ReviewFact[], orders: readonly OrderKey[], penaltyId: string) =>
  [
    ...new Set([
      ...reviews.flatMap(({ authorId, merchantId }) => [authorId, merchantId]),
      ...orders.map(({ merchantId }) => merchantId),
    ]),
  ].map((subjectId) => ({ penaltyId, subjectId }));

/** The sanction is annulled; with it goes all that its penalty did to whom it was imposed on. The reviews stay voided. */
async function overturnSanction(
  tx: Tx,
  { subjectId, factId: id, appellantKind }: HeldAppeal,
  moment: Moment,
): Promise<Overturned> {
  const subjects = new Map([[subjectId, appellantKind]]);
  const ledger = await openBooks(tx, moment.foldings, { subjects, pairs: [], days: [], reviewers: [] });
  const before = snapshotsOf(ledger, moment.now);
  const shares = await shareOfSanction(tx, subjectId, id);
  const pointsMoved =
    shares.length > 0
      ? await undoShares(tx, ledger, shares, moment)
      : (await annulSanctions(tx, { ...moment, ledger }, [{ subjectId, id }])).pointsMoved;
  const receipt = {
    id: newId(moment.now),
    merchantIds: [subjectId],
    reversedPostings: ledger.entries.length,
    changes: changesSince(ledger, before, moment.now),
    pointsMoved,
  };
  await saveBooks(tx, ledger, moment.now, 'RESTORE');
  await fileReceipt(tx, receipt, moment.now);
  return { receipt, factIds: [id] };
}

/** Offences, sanctions and points of these shares, in books that are open; how many points came back. */
async function undoShares(tx: Tx, ledger: Ledger, shares: readonly Share[], moment: Moment): Promise<number> {
  if (shares.length === 0) return 0;
  await liftShares(tx, shares, new Date(moment.now));
  await takeBackOffences(tx, ledger, shares);
  const sanctions = shares.flatMap(({ subjectId, sanctionId }) => (sanctionId ? [{ subjectId, id: sanctionId }] : []));
  const { pointsMoved } = await annulSanctions(tx, { ...moment, ledger }, sanctions);
  return pointsMoved + (await stepDown(tx, ledger, shares, moment));
}
