import type { Tx } from '../db/tx.ts';
import type { SuspicionKey } from './findings.queries.ts';
import { recordVerdicts } from './suspicions.commands.ts';
import { decide, lockAboutReviews } from './suspicions.queries.ts';

/** A review that was judged: its merchant's id and its own. */
type JudgedReview = SuspicionKey;

/**
 * These reviews were penalized: every open suspicion about one of them was right. Returns which. Call it before the books are opened:
 * whoever decides a suspicion holds its row first, and the books after it.
 */
export async function confirmSuspicions(
  tx: Tx,
  reviews: readonly JudgedReview[],
  now: number,
  by: string,
): Promise<SuspicionKey[]> {
  if (reviews.length === 0) return [];
  const keys = await lockAboutReviews(tx, 'OPEN', reviews);
  if (keys.length === 0) return [];
  await decide(tx, keys, { status: 'CONFIRMED', by, note: null, at: new Date(now) });
  await recordVerdicts(tx, keys, { kind: 'CONFIRMED', by, note: null, now });
  return keys;
}

/** The exact inverse, for a penalty that was overturned: the suspicions that it confirmed are open again. */
export async function reopenSuspicions(
  tx: Tx,
  reviews: readonly JudgedReview[],
  now: number,
  by: string,
): Promise<SuspicionKey[]> {
  if (reviews.length === 0) return [];
  const keys = await lockAboutReviews(tx, 'CONFIRMED', reviews);
  if (keys.length === 0) return [];
  await decide(tx, keys, { status: 'OPEN', by: null, note: null, at: null });
  await recordVerdicts(tx, keys, { kind: 'REOPENED', by, note: null, now });
  return keys;
}
