import type { Pool } from 'pg';
import { inTransaction, reader, type Tx } from '../db/tx.ts';
import { dayOf } from '../evidence/book.ts';
import type { Folding } from '../evidence/ledger.ts';
import { rescoreNext } from '../evidence/rescore.ts';
import { builtFoldingsAt } from './foldings.ts';
import { lockSweep, moveSweep } from './sweep.queries.ts';

const EVERY_MS = 5_000;
/** After so many the next run goes on, with an instant of its own. */
const PAGES_A_RUN = 20;

/**
 * The worker's: time alone changes grades, so once a UTC day every level and score that is kept for lists is brought up to date, under
 * the policies that apply where none is named. A level that time changed is noted, as any other. Anyone may go on where another stopped.
 */
export const sweepGrades = (pool: Pool, { atOnce }: { atOnce?: number } = {}) => ({
  name: 'bring the levels of lists up to date',
  everyMs: EVERY_MS,
  run: async (now: number): Promise<void> => {
    const foldings = await builtFoldingsAt(now)(reader(pool));
    for (const folding of foldings.filter(({ isDefault }) => isDefault))
      for (let page = 0; page < PAGES_A_RUN; page++)
        if (!(await inTransaction(pool, (tx) => sweepPage(tx, folding, now, atOnce)))) break;
  },
});

/** False when the day is done. */
async function sweepPage(tx: Tx, folding: Folding, now: number, atOnce: number | undefined): Promise<boolean> {
  const today = dayOf(now);
  const { day, after, isDone } = await lockSweep(tx, folding.policyId, today);
  if (day > today || (day === today && isDone)) return false;
  const last = await rescoreNext(tx, folding, day === today ? after : null, now, atOnce);
  await moveSweep(tx, folding.policyId, { day: today, after: last, isDone: last === null });
  return last !== null;
}
