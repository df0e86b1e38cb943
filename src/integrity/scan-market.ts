import type { Pool } from 'pg';
import { inSnapshot } from '../db/snapshot.ts';
import { inTransaction, reader } from '../db/tx.ts';
import { brushingFindings, reviewFindings } from './group-findings.ts';
import { confirmBorneOut } from './confirm-borne-out.ts';
import { lookBackApart } from './look-back-apart.ts';
import { readOrders, type MarketOrders } from './read-orders.ts';
import { readReviews, type MarketReviews } from './read-reviews.ts';
import { markHistory } from './mark-history.ts';
import { saveHabit, sweepMarks, type Habit } from './marks.queries.ts';
import { provenRows, weighProven } from './proven-rows.ts';
import type { Recorded } from './record-findings.ts';
import { recordScan } from './record-scan.ts';
import { settingsInForce } from './settings.ts';
import type { FoldingsOf } from './suspicions.commands.ts';

const DAY_MS = 86_400_000;
const WINDOW_MS = 90 * DAY_MS;
const NEW_MS = 14 * DAY_MS;
/** A review that is as old as this, and is not in doubt, may bear others out: by then a campaign is found. */
const SETTLED_MS = 14 * DAY_MS;

/** What a scan saw and did. */
export interface ScanReport {
  readonly reviews: number; // in the window
  readonly orders: number;
  readonly marked: number; // reviews of before, now comparable with what comes in
  readonly opened: number; // suspicions
  readonly updated: number;
  readonly reopened: number;
  readonly held: number; // reviews that counted until now
  readonly voided: number; // reviews; none, unless the settings say so
  readonly ordersVoided: number; // with their reviews; likewise
  readonly confirmed: number; // reviews that later ones bore out
  readonly readSeconds: number;
  readonly scanSeconds: number; // the scan proper
  readonly seconds: number; // all in all
}

/**
 * Stage 2: the last 90 days of reviews and orders at once. It proposes; it holds what the settings let it hold, and voids nothing unless they say so.
 */
export async function scanMarket(
  pool: Pool,
  foldingsAt: (now: number) => FoldingsOf,
  now: number,
  signal?: AbortSignal,
): Promise<ScanReport> {
  const startedAt = performance.now();
  const since = now - WINDOW_MS;
  const settings = await settingsInForce(reader(pool));
  const [reviews, orders] = await inSnapshot(pool, (snapshot) =>
    Promise.all([readReviews(snapshot, since), readOrders(snapshot, since)]),
  );
  const readSeconds = (performance.now() - startedAt) / 1000;
  await saveHabit(reader(pool), habitOf(reviews, orders), new Date(now));
  const marked = await markHistory(pool, reviews, settings, now, signal);
  const proven = await provenRows(reader(pool), reviews, settings);
  weighProven(proven, reviews);
  const seen = await lookBackApart(
    {
      reviews: reviews.columns,
      knownSince: reviews.knownSince,
      isVoided: reviews.isVoided,
      weights: reviews.weights,
      orders: orders.columns,
      table: settings.table,
      baseRate: settings.baseRate,
      from: settings.lookingBack.heldFrom,
      standings: reviews.standings,
      until: now - SETTLED_MS,
    },
    signal,
  );
  const recorded = await recordScan(
    pool,
    [
      ...(await brushingFindings(reader(pool), seen, orders, settings)),
      ...(await reviewFindings(reader(pool), seen, reviews, settings, proven, now)),
    ],
    { now, foldingsAt },
    signal,
  );
  const confirmed = await confirmBorneOut(pool, seen, reviews, { now, foldingsAt }, signal);
  await inTransaction(pool, (tx) => sweepMarks(tx, new Date(since)));
  const became = (what: Recorded['became']) => recorded.filter((each) => each.became === what).length;
  return {
    reviews: reviews.columns.times.length,
    orders: orders.columns.placedAt.length,
    marked,
    opened: became('OPENED'),
    updated: became('UPDATED'),
    reopened: became('REOPENED'),
    held: recorded.reduce((sum, { held }) => sum + held, 0),
    voided: recorded.reduce((sum, { voided }) => sum + voided, 0),
    ordersVoided: recorded.reduce((sum, each) => sum + each.ordersVoided, 0),
    confirmed,
    readSeconds,
    scanSeconds: seen.seconds,
    seconds: (performance.now() - startedAt) / 1000,
  };
}

/** The marketplace's habits, by which stage 1 judges a merchant's week. */
function habitOf({ columns, knownSince }: MarketReviews, { columns: { deliveredAt } }: MarketOrders): Habit {
  let newcomers = 0;
  for (let row = 0; row < columns.times.length; row++)
    if (columns.times[row]! - knownSince[columns.reviewers[row]!]! < NEW_MS) newcomers++;
  return {
    reviews: columns.times.length,
    newcomers,
    deliveries: deliveredAt.reduce((count, at) => count + (Number.isNaN(at) ? 0 : 1), 0),
  };
}
