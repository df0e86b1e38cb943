import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inTransaction } from '../../src/db/tx.ts';
import { checkStandings } from '../../src/evidence/check.ts';
import { foldingsAt } from '../../src/grades/foldings.ts';
import { takeInParts } from '../../src/intake/import-parts.ts';
import { intakeAt } from '../../src/intake/intake.ts';
import { aDatabase, emptied } from '../kit/database.ts';
import { anEvent, daysAgo, envelope, eventsOf, HASH_SECRET, NOW, takeEvents, type RawEvent } from '../kit/events.ts';
import { aHistory } from '../kit/histories.ts';
import { balancesOf } from '../kit/state.ts';
import { countOf } from './ingest-kit.ts';

const database = aDatabase();
const intake = { ...intakeAt(HASH_SECRET, NOW), isHistory: true, earns: false };

/** All in one transaction, so many rows at a time. */
const together = async (events: readonly RawEvent[], rows: number) => {
  await takeEvents(database, []); // so that standings are kept
  const envelopes = events.map((event) => envelope(event));
  const parts = Array.from({ length: Math.ceil(envelopes.length / rows) }, (_, i) =>
    envelopes.slice(i * rows, (i + 1) * rows),
  );
  return inTransaction(database.pool, (tx) => takeInParts(tx, parts, intake));
};
const differences = async () => (await checkStandings(database.pool, foldingsAt(NOW))).differences;

describe('batches of one transaction', () => {
  it('give the same outcomes and the same bits as if each had its own, in whatever order their events come', async () => {
    await fc.assert(
      fc.asyncProperty(aHistory, fc.integer({ min: 2, max: 30 }), fc.boolean(), async (history, rows, isLate) => {
        const events = [...(isLate ? history.toReversed() : history), ...history.slice(0, 20)];
        await emptied(database);
        const outcomes = [];
        for (let i = 0; i < events.length; i += rows)
          outcomes.push(...(await takeEvents(database, events.slice(i, i + rows))));
        const balances = await balancesOf(database);
        await emptied(database);

        expect(await together(events, rows)).toEqual(outcomes);
        expect(await balancesOf(database)).toEqual(balances);
        expect(await differences()).toEqual([]);
      }),
      { numRuns: 10 },
    );
  });

  it('know of each other what was refused: it may be sent again, and who was mentioned by it alone is not known', async () => {
    await emptied(database);
    const order = eventsOf({ order: 'o-1', placed: 40, merchant: 'm-1', product: 'p-1', stars: 4 });
    const foreign = eventsOf({ order: 'o-2', placed: 40, merchant: 'm-2', product: 'p-1' })[0]!; // p-1 is m-1's
    const mended = { ...foreign, data: { ...foreign.data, merchant: 'm-1' } };
    const registered = anEvent('buyer.registered', daysAgo(60), { externalId: 'b-3' });
    const alone = { ...foreign, id: 'alone', data: { ...foreign.data, order: 'o-3', merchant: 'm-3', buyer: 'b-3' } };

    const outcomes = await together([order[0]!, foreign, mended, ...order.slice(1), alone, registered], 1);

    expect(outcomes.map(({ status }) => status)).toEqual([
      'ACCEPTED',
      'REJECTED',
      ...Array<string>(order.length).fill('ACCEPTED'),
      'REJECTED',
      'ACCEPTED',
    ]);
    expect(await countOf(database, 'merchant', "external_id <> 'm-1'")).toBe(0);
    expect(await countOf(database, 'buyer', "external_id = 'b-3'")).toBe(1);
    expect(await countOf(database, 'fact_key', 'fact_id is null')).toBe(0);
    expect(await differences()).toEqual([]);
  });
});
