import type { Pool } from 'pg';
import { inTransaction, type Tx } from '../db/tx.ts';
import type { EvidenceRow } from '../detection/evidence.ts';
import type { EvidenceCode } from '../detection/llr.ts';
import { suspect } from '../detection/suspect.ts';
import { ordersOf } from '../orders/orders.commands.ts';
import type { ReviewFact } from '../reviews/review-fact.ts';
import { reviewsWith } from '../reviews/weigh.commands.ts';
import { doubtKnown } from './later-signs.ts';
import type { MarketReviews } from './read-reviews.ts';
import { unmarked } from './market.queries.ts';
import { lockHabit, type FactKey } from './marks.queries.ts';
import { learnPasts, type Past } from './review-pasts.ts';
import type { SettingsInForce } from './settings.ts';
import { markFor, saveMarks } from './stage-one.ts';

const MOST_AT_ONCE = 20_000; // reviews a scan; the next one goes on
const PAGE = 1_000;

/**
 * Marks the latest reviews that came in as history, so that what comes in from now on is compared with them, and looks at them as stage
 * 1 does as far as that can be told afterwards. Their weights join those of the window. How many were marked.
 */
export async function markHistory(
  pool: Pool,
  market: MarketReviews,
  settings: SettingsInForce,
  now: number,
  signal?: AbortSignal,
): Promise<number> {
  const { weights, columns, idOf, subject } = market;
  const rows: number[] = [];
  for (let row = weights.length - 1; row >= 0 && rows.length < MOST_AT_ONCE; row--)
    if (Number.isNaN(weights[row])) rows.push(row);
  rows.reverse(); // in order of time, as they would have come
  let marked = 0;
  for (let from = 0; from < rows.length; from += PAGE) {
    signal?.throwIfAborted();
    const page = rows.slice(from, from + PAGE);
    const keys = page.map((row) => ({ merchantId: subject(columns.subjects[row]!), id: idOf(row) }));
    const found = await inTransaction(pool, (tx) => markPage(tx, keys, settings, weights.length, now));
    for (const [i, row] of page.entries()) weights[row] = found.get(keys[i]!.id) ?? Number.NaN;
    marked += found.size;
  }
  return marked;
}

/** The weights of those that were marked. */
async function markPage(
  tx: Tx,
  keys: readonly FactKey[],
  settings: SettingsInForce,
  marketReviews: number,
  now: number,
): Promise<Map<string, number>> {
  const { table } = settings;
  await lockHabit(tx);
  const reviews = await reviewsWith(tx, await unmarked(tx, keys));
  const states = await ordersOf(
    tx,
    reviews.flatMap(({ merchantId, orderId }) => (orderId === null ? [] : [{ merchantId, id: orderId }])),
  );
  const { pasts } = await learnPasts(tx, reviews, new Map(states.map((state) => [state.id, { state }])));
  const marks = reviews.map((review) => {
    const past = pasts.get(review.id)!;
    return { past, mark: markFor(review, past, afterwards(review, past, marketReviews, table), table) };
  });
  await saveMarks(tx, marks, table);
  const live = new Set(reviews.flatMap(({ id, status }) => (status === 'VOIDED' ? [] : [id])));
  const told = marks.flatMap(({ mark: { merchantId, id, evidence } }) =>
    live.has(id) ? [{ merchantId, id, evidence }] : [],
  );
  await doubtKnown(tx, told, settings, { now, by: 'SCAN' });
  return new Map(marks.map(({ mark: { id, weight } }) => [id, weight]));
}

/** What needs the books as they were: it cannot be told afterwards, and stage 2 sees the same in other ways. */
const ONLY_AT_ONCE: readonly EvidenceCode[] = ['BURST', 'BURST_OF_NEWCOMERS', 'FAR_FROM_CONSENSUS', 'RELIABILITY'];

function afterwards(
  { occurredAt }: ReviewFact,
  past: Past,
  marketReviews: number,
  table: SettingsInForce['table'],
): EvidenceRow[] {
  const context = {
    ...past.seen,
    order: past.order && { ...past.order, deliveredAt: past.order.deliveredAt ?? occurredAt }, // a delivery untold says nothing
    traces: past.traces(past.quarter / Math.max(1, marketReviews, past.quarter)),
    subject: NO_BOOKS,
    reviewer: { ...past.reviewer, reliability: 1 },
  };
  return suspect(context, table).filter(({ code }) => !ONLY_AT_ONCE.includes(code));
}

const NO_BOOKS = {
  consensusSum: 0,
  consensusWeight: 0,
  meanSum: 0,
  meanCount: 0,
  reviews: 0,
  newcomers: 0,
  deliveries: 0,
  reviewsPerDelivery: 0,
  newcomerShare: 0,
};
