import { leaveNotes } from '../db/notes.ts';
import type { Tx } from '../db/tx.ts';
import { evidenceText } from '../detection/texts.ts';
import type { OrderState } from '../orders/order-state.ts';
import { BRUSHING, orderVoidedNote } from '../orders/voided-note.ts';
import type { ReviewFact } from '../reviews/review-fact.ts';
import type { VoidGround } from '../reviews/review.ts';
import { voidReviews, type FactKey, type Moment } from '../reviews/void.commands.ts';
import { voidedNote } from '../reviews/voided-note.ts';
import { reviewsAbout } from '../reviews/weigh.commands.ts';
import { confirmSuspicions } from './confirm.commands.ts';
import type { KeptFinding } from './findings.ts';
import { followProven, holdDoubtsAbout } from './proven-authors.ts';
import { voidableOrders, voidableReviews } from './void-found.queries.ts';

const HOUR_MS = 3_600_000;
const REASONS = 3;
/** One decision is about so many orders at most, as a person's is: so many an appeal against all of it brings back. */
const MOST_ORDERS = 1_000;

/**
 * Where the settings say so, what two families of evidence prove is voided without a person: all but what a person has dealt with, or
 * is dealing with. It can be appealed against like any void. How many.
 */
export async function voidFound(tx: Tx, finding: KeptFinding, moment: Moment): Promise<number> {
  const { merchantId, voidableIds = [] } = finding;
  if (voidableIds.length === 0) return 0;
  const ids = await voidableReviews(tx, merchantId, voidableIds, new Date(moment.now));
  if (ids.length === 0) return 0;
  const reviews = ids.map((id) => ({ merchantId, id }));
  const statement = `Found automatically. ${reasonsOf(finding)}`;
  await carryOut(tx, { reviews, orders: [], ground: groundOf(finding), statement }, moment);
  return ids.length;
}

/**
 * The same of orders that a crew placed, with their reviews: once people have had the time to look at the suspicion. The transaction
 * holds the orders. How many.
 */
export async function voidFoundOrders(
  tx: Tx,
  finding: KeptFinding,
  held: readonly OrderState[],
  moment: Moment,
): Promise<number> {
  if (!finding.voidableOrders) return 0;
  const { merchantId } = finding;
  const { ids, waitHours } = finding.voidableOrders;
  const times = { now: new Date(moment.now), openSince: new Date(moment.now - waitHours * HOUR_MS) };
  const voidable = new Set(await voidableOrders(tx, merchantId, ids, times));
  const all = held.filter(({ id }) => voidable.has(id));
  for (let from = 0; from < all.length; from += MOST_ORDERS) {
    const orders = all.slice(from, from + MOST_ORDERS);
    const reviews = (await reviewsAbout(tx, orders)).filter(({ status }) => status !== 'VOIDED');
    const statement = `Found automatically to be made up: placed by its merchant or for it, to lift its sales and grade. ${reasonsOf(finding)}`;
    await carryOut(tx, { reviews, orders, ground: 'FAKE_PURCHASED', statement }, moment);
  }
  return all.length;
}

/** What is voided by one decision of a scan. */
interface Found {
  readonly reviews: readonly FactKey[];
  readonly orders: readonly OrderState[];
  readonly ground: VoidGround; // of the reviews
  readonly statement: string;
}

async function carryOut(tx: Tx, { reviews, orders, ...why }: Found, moment: Moment): Promise<void> {
  const { now } = moment;
  const authors = await holdDoubtsAbout(tx, reviews);
  await confirmSuspicions(tx, reviews, now, 'SCAN', null, orders);
  const detected = new Set([...reviews, ...orders].map(({ id }) => id));
  const what = { reviews, orders: { held: orders, ground: BRUSHING }, ...why, voidedBy: 'SCAN', detected };
  const voided: ReviewFact[] = [];
  await voidReviews(tx, what, moment, async (_, facts) => {
    voided.push(...facts);
    return 0; // points follow the facts by themselves (rewards/)
  });
  await followProven(tx, authors, { now, by: 'SCAN' });
  await leaveNotes(tx, now, [
    ...voided.map((review) => voidedNote(review, why.ground, null)),
    ...orders.map((order) => orderVoidedNote(order, null)),
  ]);
}

function groundOf({ kind, evidence }: KeptFinding): VoidGround {
  if (kind === 'RING') return 'COLLUSION_RING';
  if (kind === 'BRUSHING') return 'INSIDER';
  return evidence.some(({ family, logLikelihoodRatio }) => family === 'TEXT' && logLikelihoodRatio > 0)
    ? 'SPAM'
    : 'FAKE_PURCHASED';
}

/** What spoke loudest, in words: for those concerned. */
const reasonsOf = ({ evidence }: KeptFinding): string =>
  evidence
    .filter(({ logLikelihoodRatio }) => logLikelihoodRatio > 0)
    .toSorted((a, b) => b.logLikelihoodRatio - a.logLikelihoodRatio || (a.code < b.code ? -1 : 1))
    .slice(0, REASONS)
    .map((row) => `${evidenceText(row)}.`)
    .join(' ');
