import type { Pool } from 'pg';
import { inTransaction, reader, type Tx } from '../db/tx.ts';
import { dayOf } from '../evidence/book.ts';
import type { Folding } from '../evidence/ledger.ts';
import { rescoreNext } from '../evidence/rescore.ts';
import { builtFoldingsAt } from './foldings.ts';
import { lockSweep, saveSweep, type Sweep } from './sweep.queries.ts';

const EVERY_MS = 5_000;
/** After so many the next run goes on, with an instant of its own. */
const PAGES_A_RUN = 20;

/**
 * The worker's: time alone changes grades, so once a UTC day every level and score that is kept for lists is brought up to date, under
 * the policies that apply where none is named; and at once when another version of such a policy comes into force. A level that is
 * another one then is noted. Anyone may go on where another stopped.
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

/** False when there is nothing to do until tomorrow. */
async function sweepPage(tx: Tx, folding: Folding, now: number, atOnce: number | undefined): Promise<boolean> {
  const { subjectKind, policyId } = folding;
  const fresh: Sweep = { policyId, replacedId: null, day: dayOf(now), after: null, isDone: false };
  const sweep = goOn(await lockSweep(tx, subjectKind, fresh), fresh);
  if (!sweep) return false;
  const after = await rescoreNext(tx, folding, { after: sweep.after, now, toldBy: sweep.replacedId, atOnce });
  await saveSweep(tx, subjectKind, { ...sweep, after, isDone: after === null });
  return true;
}

/** The sweep that is under way, or the next one, if there is something to do. */
function goOn(known: Sweep, fresh: Sweep): Sweep | null {
  if (known.policyId !== fresh.policyId) return { ...fresh, replacedId: known.policyId };
  if (!known.isDone) return known;
  return known.day < fresh.day ? fresh : null;
}
