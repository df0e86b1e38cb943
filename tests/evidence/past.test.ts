import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { reader } from '../../src/db/tx.ts';
import { checkStandings } from '../../src/evidence/check.ts';
import { pastBalance, pastBalances } from '../../src/evidence/past.ts';
import { foldingsAt } from '../../src/grades/foldings.ts';
import { aDatabase, emptied } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { anInstantNear, aTold, foldOf, ledgers, policyFor, tell, voidSome } from './kit.ts';

vi.mock(import('../../src/evidence/volume-size.ts'), () => ({ VOLUME_ENTRIES: 5, SHELF_VOLUMES: 2 }));

const DAY = 86_400_000;

describe('the past, from checkpoints of volumes of 5 entries and shelves of 2', () => {
  const database = aDatabase();

  it('is at every moment, known at any other, what a fold of the ledger gives, bit for bit', async () => {
    let summedUp = 0;
    await fc.assert(
      fc.asyncProperty(aTold, fc.integer({ min: 2, max: 6 }), fc.gen(), async (told, every, draw) => {
        await emptied(database);
        const half = Math.floor(told.length / 2);
        await tell(database, told.slice(0, half));
        if (half > 0) await voidSome(database, every, told[half - 1]!.knownAt);
        await tell(database, told.slice(half));
        await voidSome(database, every, NOW);

        expect((await checkStandings(database.pool, foldingsAt(NOW))).differences).toEqual([]);
        for (const subject of await ledgers(database)) {
          if (subject.lines.length === 0) continue;
          const policy = await policyFor(database, subject.kind);
          const occurred = anInstantNear(subject.lines.map(({ occurredAt }) => occurredAt));
          const recorded = anInstantNear(subject.lines.map(({ recordedAt }) => recordedAt));
          const moments = Array.from({ length: 8 }, (_, i) => ({
            asOf: draw(() => occurred),
            knownAt: i === 0 ? NOW : draw(() => recorded),
          }));
          const served = await Promise.all(
            moments.map(({ asOf, knownAt }) =>
              pastBalance(reader(database.pool), { subjectId: subject.id, ...policy, knownAt }, asOf),
            ),
          );
          expect(served).toEqual(moments.map(({ asOf, knownAt }) => foldOf(subject, policy.policy, asOf, knownAt)));
        }
        const { rows } = await database.pool.query<{ volumes: number }>(
          'select count(*)::int as volumes from ledger_volume',
        );
        summedUp += rows[0]!.volumes;
      }),
      { numRuns: 10 },
    );
    expect(summedUp).toBeGreaterThan(20);
  });

  it('is, day by day, what it is at the end of each day', async () => {
    await fc.assert(
      fc.asyncProperty(aTold, async (told) => {
        await emptied(database);
        await tell(database, told);

        const ends = Array.from({ length: 70 }, (_, i) => Math.floor(NOW / DAY) * DAY - (69 - i) * DAY + DAY - 1);
        ends[69] = NOW;
        for (const subject of await ledgers(database)) {
          const policy = await policyFor(database, subject.kind);
          const days = await pastBalances(
            reader(database.pool),
            { subjectId: subject.id, ...policy, knownAt: NOW },
            ends,
          );
          expect(days).toEqual(ends.map((end) => foldOf(subject, policy.policy, end, NOW)));
        }
      }),
      { numRuns: 4 },
    );
  });
});
