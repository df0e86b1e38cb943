import type { Reader, Tx } from '../db/tx.ts';
import * as queries from './books.queries.ts';

/** What all counted reviews say, as of the last commit: the sum of w in units of 1e-8, and how many. */
export async function readReviewMean(on: Reader): Promise<{ sum: number; count: number }> {
  const row = await queries.reviewMean(on);
  return { sum: row.valence_sum, count: row.count };
}

/** One row for all: move it last, so that it is locked for a moment only. */
export async function moveReviewMean(tx: Tx, sum: number, count: number): Promise<void> {
  if (sum !== 0 || count !== 0) await queries.moveReviewMean(tx, sum, count);
}
