import type { Pool } from 'pg';
import { inTransaction } from '../db/tx.ts';
import { tellChanges } from './changes.ts';
import * as queries from './changes.queries.ts';

const EVERY_MS = 1_000;

/** The worker's: keeps the log of changes up to date, so that no reader has to. */
export const logChanges = (pool: Pool) => ({
  name: 'log changed grades',
  everyMs: EVERY_MS,
  run: () => tellChanges(pool),
});

const DAY_MS = 86_400_000;
export const KEPT_DAYS = 90;
const FORGOTTEN_AT_ONCE = 10_000;
const HOURLY_MS = 3_600_000;

/** The worker's: forgets changes that are older than what is promised. */
export const forgetChanges = (pool: Pool) => ({
  name: 'forget old changes of grades',
  everyMs: HOURLY_MS,
  run: async (now: number): Promise<void> => {
    while ((await forgetSome(pool, new Date(now - KEPT_DAYS * DAY_MS))) === FORGOTTEN_AT_ONCE);
  },
});

const forgetSome = (pool: Pool, before: Date): Promise<number> =>
  inTransaction(pool, async (tx) => {
    const { keptFrom } = await queries.lockHead(tx);
    const last = await queries.lastBefore(tx, before, keptFrom, FORGOTTEN_AT_ONCE);
    if (last === null) return 0;
    await queries.forgetUpTo(tx, last);
    await queries.moveKeptFrom(tx, last + 1);
    return last + 1 - keptFrom;
  });
