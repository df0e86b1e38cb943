import type { Pool } from 'pg';
import { inTransaction } from './tx.ts';

const KEPT_HOURS = 1;
const EVERY_MS = 60_000;

/** The worker's: forgets the moves of more than an hour ago. Nobody may remember anything that long without having asked. */
export const forgetMoves = (pool: Pool) => ({
  name: 'forget the moves of long ago',
  everyMs: EVERY_MS,
  run: () =>
    inTransaction(pool, async (tx) => {
      await tx.query('moves.forget', `delete from move where recorded_at < now() - make_interval(hours => $1)`, [
        KEPT_HOURS,
      ]);
    }),
});
