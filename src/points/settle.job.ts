import type { Pool } from 'pg';
import { inTransaction, type Tx } from '../db/tx.ts';
import { lockDueAccounts } from './accounts.queries.ts';
import { deskOf, save } from './desk.ts';

const EVERY_MS = 1_000;
/** Accounts in one transaction. */
const AT_ONCE = 200;

/** The worker's: pending points begin to count, holds time out, and points expire. Several processes share the work. */
export const settlePoints = (pool: Pool) => ({
  name: 'settle points that are due',
  everyMs: EVERY_MS,
  run: async (now: number): Promise<void> => {
    while ((await inTransaction(pool, (tx) => settleSome(tx, now))) === AT_ONCE);
  },
});

/** How many accounts had something due. */
async function settleSome(tx: Tx, now: number): Promise<number> {
  const rows = await lockDueAccounts(tx, now, AT_ONCE);
  if (rows.length > 0) await save(await deskOf(tx, now, rows));
  return rows.length;
}
