import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { inTransaction } from '../../src/db/tx.ts';
import { checkStandings } from '../../src/evidence/check.ts';
import { rebuildStandings } from '../../src/evidence/rebuild.ts';
import { foldingsAt } from '../../src/grades/foldings.ts';
import { voidReviews } from '../../src/reviews/void.commands.ts';
import { aDatabase, emptied } from '../kit/database.ts';
import { NOW, takeEvents, type RawEvent } from '../kit/events.ts';
import { aHistory } from '../kit/histories.ts';
import { balancesOf } from '../kit/state.ts';

const foldings = foldingsAt(NOW);

describe('exactness, over random histories', () => {
  const database = aDatabase();

  const balancesAfter = async (batches: readonly (readonly RawEvent[])[]) => {
    await emptied(database);
    for (const batch of batches) await takeEvents(database, batch);
    return balancesOf(database);
  };
  const expectChecked = async () => {
    const { differences } = await checkStandings(database.pool, foldings);
    expect(differences).toEqual([]);
  };

  it('gives the same bits in whatever order the events of a batch come, and however often', async () => {
    await fc.assert(
      fc.asyncProperty(aHistory, fc.infiniteStream(fc.nat()), async (history, keys) => {
        const shuffled = history
          .map((event) => ({ event, key: keys.next().value! }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ event }) => event);
        const inOrder = await balancesAfter([history]);
        expect(await balancesAfter([[...shuffled, ...history], shuffled])).toEqual(inOrder);
        await expectChecked();
      }),
      { numRuns: 8 },
    );
  });

  it('gives the same bits when a history is replayed in other batches', async () => {
    await fc.assert(
      fc.asyncProperty(aHistory, fc.integer({ min: 1, max: 40 }), async (history, size) => {
        const batches = Array.from({ length: Math.ceil(history.length / size) }, (_, i) =>
          history.slice(i * size, (i + 1) * size),
        );
        expect(await balancesAfter(batches)).toEqual(await balancesAfter([history]));
      }),
      { numRuns: 8 },
    );
  });

  it('keeps every sum equal to what its facts add up to, however late they come', async () => {
    await fc.assert(
      fc.asyncProperty(aHistory, fc.integer({ min: 1, max: 5 }), async (history, size) => {
        const late = history.toReversed();
        await balancesAfter(
          Array.from({ length: Math.ceil(late.length / size) }, (_, i) => late.slice(i * size, (i + 1) * size)),
        );
        await expectChecked();
        const { rows } = await database.pool.query(
          'select count(*)::int as waiting from pending_event where rejected_code is null',
        );
        expect(rows[0].waiting).toBe(0);
      }),
      { numRuns: 8 },
    );
  });

  it('leaves, after voiding any subset, exactly the sum of what remains', async () => {
    await fc.assert(
      fc.asyncProperty(aHistory, fc.array(fc.boolean(), { minLength: 24, maxLength: 24 }), async (history, picks) => {
        await balancesAfter([history]);
        const voided = (await countedReviews(database)).filter((_, i) => picks[i]);
        if (voided.length > 0)
          await inTransaction(database.pool, async (tx) =>
            voidReviews(
              tx,
              { reviews: voided, ground: 'SPAM', statement: 'Advertising.', voidedBy: 'ADMIN' },
              { now: NOW, foldings: await foldings(tx) },
            ),
          );
        await expectChecked();
      }),
      { numRuns: 10 },
    );
  });

  it('rebuilds what it kept, bit for bit, after any damage', async () => {
    await fc.assert(
      fc.asyncProperty(aHistory, async (history) => {
        const kept = await balancesAfter([history]);
        await database.pool.query(`update standing set terms = array(select t + 1 from unnest(terms) t)`);
        await database.pool.query(`update tally set counterparties = counterparties + 1`);
        expect((await checkStandings(database.pool, foldings)).differing).toBeGreaterThan(0);
        await rebuildStandings(database.pool, foldings, NOW);
        expect(await balancesOf(database)).toEqual(kept);
      }),
      { numRuns: 6 },
    );
  });
});

const countedReviews = async ({ pool }: Database): Promise<{ merchantId: string; id: string }[]> =>
  (
    await pool.query(
      `select merchant_id as "merchantId", id from review where status in ('COUNTED', 'HELD') order by external_id`,
    )
  ).rows;
