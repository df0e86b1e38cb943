import type { Pool } from 'pg';
import { inTransaction } from '../db/tx.ts';
import type { GradeCause } from '../evidence/grade-notes.ts';
import { changesAfter, headOf, lockReader, moveReader } from './changes.queries.ts';
import * as queries from './credentials.queries.ts';

const EVERY_MS = 2_000;
const READER = 'credentials';
const CHANGES_AT_ONCE = 500;
/** Whoever signed a grade while the change was being made may have read what stood before. */
const OVERLAP_MS = 60_000;

/** These say that what was stated before had been wrong. Facts, time and rules are news: a short life is enough for them. */
const CORRECTING: readonly GradeCause[] = ['VOID', 'RESTORE'];

/** The worker's: revokes what states a level that a void, or the restoring of what was voided, has put right. */
export const revokeCorrected = (pool: Pool) => ({
  name: 'revoke signed grades that were put right',
  everyMs: EVERY_MS,
  run: async (now: number): Promise<void> => {
    while (await revokeNext(pool, now));
  },
});

const revokeNext = (pool: Pool, now: number): Promise<boolean> =>
  inTransaction(pool, async (tx) => {
    const place = await lockReader(tx, READER);
    if (place === null) {
      await moveReader(tx, READER, 0);
      return true;
    }
    const { keptFrom } = await headOf(tx);
    const changes = await changesAfter(tx, Math.max(place, keptFrom - 1), CHANGES_AT_ONCE);
    const last = changes.at(-1);
    if (!last) return false;
    const corrections = changes
      .filter(({ cause }) => CORRECTING.includes(cause))
      .map(({ subjectId, policyId, after, at }) => ({
        subjectId,
        policyId,
        level: after.level,
        until: new Date(at.getTime() + OVERLAP_MS),
      }));
    const why = { at: new Date(now), by: 'HOUSE', note: 'What its grade rested on was voided, or counts again.' };
    if (corrections.length > 0) await queries.revokeCorrected(tx, corrections, why);
    await moveReader(tx, READER, last.place);
    return true;
  });

const HOURLY_MS = 3_600_000;
const KEPT_MS = 30 * 86_400_000; // after their end
const FORGOTTEN_AT_ONCE = 5_000;

/** The worker's: forgets signed grades, their places and lists, a month after they ended. */
export const forgetCredentials = (pool: Pool) => ({
  name: 'forget signed grades of long ago',
  everyMs: HOURLY_MS,
  run: async (now: number): Promise<void> => {
    const before = new Date(now - KEPT_MS);
    const forgetSome = () => inTransaction(pool, (tx) => queries.forgetCredentials(tx, before, FORGOTTEN_AT_ONCE));
    while ((await forgetSome()) === FORGOTTEN_AT_ONCE);
    await inTransaction(pool, async (tx) => {
      await queries.forgetLists(tx, before);
      await queries.forgetKeys(tx, before);
    });
  },
});
