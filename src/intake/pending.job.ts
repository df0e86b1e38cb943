import type { Pool } from 'pg';
import { inTransaction, type Tx } from '../db/tx.ts';
import { forget } from './inbox.queries.ts';
import { expirePending, lockKeys, overdueKeys } from './keys.queries.ts';

const EVERY_MS = 60_000;
const KEYS_AT_ONCE = 1_000; // so that no transaction holds keys for long

/** Rejects what has waited in vain for its order or review. As with all that is rejected, it may be sent again. */
export const expirePendingEvents = (pool: Pool) => ({
  name: 'reject events that waited in vain',
  everyMs: EVERY_MS,
  run: async (now: number): Promise<void> => {
    while (await inTransaction(pool, (tx) => expireSome(tx, new Date(now))));
  },
});

/** False when there are no more. */
async function expireSome(tx: Tx, now: Date): Promise<boolean> {
  const keys = await overdueKeys(tx, now, KEYS_AT_ONCE);
  if (keys.length === 0) return false;
  await lockKeys(tx, keys); // whoever brings the fact holds its key: it was in time, or comes after this
  const expired = await expirePending(tx, keys, now);
  if (expired.length > 0) await forget(tx, expired);
  return true;
}
