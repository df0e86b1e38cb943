import type { Database } from '../../src/db/database.ts';
import { inTransaction } from '../../src/db/tx.ts';
import { foldingsAt } from '../../src/grades/foldings.ts';
import { restoreReviews } from '../../src/reviews/restore.commands.ts';
import { voidReviews, type FactKey, type VoidReceipt } from '../../src/reviews/void.commands.ts';

/** The keys of reviews by the platform's own ids, in their order. */
export const keysOf = async ({ pool }: Database, externalIds: readonly string[]): Promise<FactKey[]> =>
  (
    await pool.query<FactKey>(
      `select merchant_id as "merchantId", id from unnest($1::text[]) with ordinality as asked (external_id, place)
         join review using (external_id) order by place`,
      [externalIds],
    )
  ).rows;

export const voidAll = (db: Database, reviews: readonly FactKey[], now: number): Promise<VoidReceipt> =>
  inTransaction(db.pool, async (tx) =>
    voidReviews(
      tx,
      { reviews, ground: 'COLLUSION_RING', statement: 'They praise one another.', voidedBy: 'ADMIN:alice' },
      { now, foldings: await foldingsAt(now)(tx) },
    ),
  );

export const restoreAll = (db: Database, reviews: readonly FactKey[], now: number): Promise<VoidReceipt> =>
  inTransaction(db.pool, async (tx) =>
    restoreReviews(tx, { reviews, restoredBy: 'ADMIN:bob' }, { now, foldings: await foldingsAt(now)(tx) }),
  );
