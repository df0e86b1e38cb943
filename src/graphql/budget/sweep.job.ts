import type { Pool } from 'pg';
import { reader } from '../../db/tx.ts';
import { sweepBudgets } from './budget.queries.ts';

const EVERY_MS = 600_000;
const ROWS_AT_ONCE = 10_000;

/** Forgets the budgets of callers that have not called for so long that they are whole again. */
export const sweepFullBudgets = (pool: Pool) => ({
  name: 'forget budgets that are full',
  everyMs: EVERY_MS,
  run: async (): Promise<void> => {
    while ((await sweepBudgets(reader(pool), ROWS_AT_ONCE)).length === ROWS_AT_ONCE);
  },
});
