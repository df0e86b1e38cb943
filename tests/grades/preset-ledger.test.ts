import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { daysAgo, NOW } from '../kit/events.ts';
import { aMarket, eventsOfMarket, take } from './fixtures.ts';
import { presetGrade, saleOf } from './preset-kit.ts';

const db = aDatabase();
const api = anApi(db, { clock: () => NOW });
const LEARNT = NOW - 3_600_000;
const POLICIES = [
  'taobao-levels',
  'trustpilot-stars',
  'ebay-seller-standards',
  'amazon-account-health',
  'mercado-libre-mx',
];

describe('a preset', () => {
  it('gives the same answer from the facts as they stand and from the ledger as it was, when nothing came in between', async () => {
    let round = 0;
    await fc.assert(
      fc.asyncProperty(aMarket, fc.integer({ min: 0, max: 60 }), async (market, days) => {
        const name = `ledger-${round++}`;
        await take(db, eventsOfMarket(name, market), LEARNT);
        const merchants = [...new Set(market.map(({ merchant }) => `${name}-${merchant}`))];
        for (const merchant of merchants)
          for (const policy of POLICIES) {
            const asOf = daysAgo(days, 1);
            const now = await presetGrade(api, merchant, policy, { asOf });
            const asRecorded = await presetGrade(api, merchant, policy, {
              asOf,
              knownAt: new Date(NOW - 1).toISOString(),
            });
            expect({ ...asRecorded, knownAt: now['knownAt'] }).toEqual(now);
          }
      }),
      { numRuns: 12 },
    );
  });

  it('leaves out held reviews, whether it reads them as they stand or from the ledger', async () => {
    const reviewed = Array.from({ length: 12 }, (_, i) => i).flatMap((i) =>
      saleOf({ order: `burst-${i}`, merchant: 'burst', placed: 9, reviewed: [3, 5] }),
    );
    await take(db, reviewed, LEARNT);
    const { rows } = await db.pool.query(
      `select status, count(*)::int from review where external_id like 'r-burst-%' group by 1 order by 1`,
    );
    const [counts, held] = rows as [{ count: number }, { status: string }];
    const reviews = async (knownAt: number) =>
      (await presetGrade(api, 'burst', 'trustpilot-stars', { knownAt: new Date(knownAt).toISOString() })).metrics[
        'stars'
      ];

    expect(held).toMatchObject({ status: 'HELD' });
    expect(await reviews(NOW)).toMatchObject({ denominator: counts.count });
    expect(await reviews(NOW - 1)).toMatchObject({ denominator: counts.count });
  });
});
