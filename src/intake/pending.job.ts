import type { Pool } from 'pg';
import { inTransaction, reader, type Tx } from '../db/tx.ts';
import { forget } from './inbox.queries.ts';
import { expirePending, lockKeys, overdueKeys } from './keys.queries.ts';
import { forgetRejected } from './waiting.queries.ts';

const EVERY_MS = 60_000;
const KEYS_AT_ONCE = 1_000; // so that no transaction holds keys for long
const HOURLY_MS = 3_600_000;
const FORGOTTEN_AT_ONCE = 5_000;
/** For so long after it would have ended its waiting, what was rejected is listed by `waitingEvents`: as long as a webhook can be sent again. */
const KEPT_MS = 30 * 86_400_000;

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

/** Sent again meanwhile or not: nobody will. */
export const forgetRejectedEvents = (pool: Pool) => ({
  name: 'forget events that were rejected after waiting',
  everyMs: HOURLY_MS,
  run: async (now: number): Promise<void> => {
    const before = new Date(now - KEPT_MS);
    while ((await forgetRejected(reader(pool), before, FORGOTTEN_AT_ONCE)) === FORGOTTEN_AT_ONCE);
  },
});
