import type { Pool } from 'pg';
import { inTransaction } from './tx.ts';

const EVERY_MS = 3_600_000;
const KEPT_MS = 7 * 86_400_000;
const AT_ONCE = 5_000; // so that no transaction is long

/** What may move points: a repeat of these finds the first answer for ever. */
export const KEPT_FOR_EVER = [
  'adjustPoints',
  'approveProposal',
  'capturePoints',
  'closePointsAccount',
  'decideAppeal',
  'imposeSanction',
  'liftSanction',
  'penalizeFakeReviews',
  'redeemPoints',
  'refundPoints',
  'releasePoints',
] as const;

/** The worker's: forgets the answers to keyed calls of more than 7 days ago. Their keys can be used again. */
export const forgetKeyedCalls = (pool: Pool) => ({
  name: 'forget the answers to calls of long ago',
  everyMs: EVERY_MS,
  run: async (now: number): Promise<void> => {
    while ((await forgetSome(pool, new Date(now - KEPT_MS))) === AT_ONCE);
  },
});

const forgetSome = (pool: Pool, before: Date): Promise<number> =>
  inTransaction(pool, async (tx) => {
    const forgotten = await tx.query(
      'keyed_calls.forget',
      `delete from keyed_call where (actor, operation, key) in (
         select actor, operation, key from keyed_call
          where created_at < $1 and operation <> all($2::text[]) order by created_at limit $3 for update skip locked)
       returning 1`,
      [before, KEPT_FOR_EVER, AT_ONCE],
    );
    return forgotten.length;
  });
