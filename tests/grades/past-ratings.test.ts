import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reader } from '../../src/db/tx.ts';
import { ratingsAfter, ratingUpTo, type RatingRow } from '../../src/grades/ratings.queries.ts';
import { aDatabase, emptied } from '../kit/database.ts';
import { NOW, takeEvents } from '../kit/events.ts';
import { aHistory } from '../kit/histories.ts';
import { voidSome } from '../evidence/kit.ts';

const DAY = 86_400_000;

describe('a rating of the past', () => {
  const db = aDatabase();

  it('is the same counted up to then, or as all but what came after, voids and retractions and all', async () => {
    let counted = 0;
    await fc.assert(
      fc.asyncProperty(aHistory, fc.integer({ min: 2, max: 5 }), async (history, every) => {
        await emptied(db);
        await takeEvents(db, history);
        await voidSome(db, every, NOW);
        const { rows } = await db.pool.query<{ merchantId: string; productId: string | null }>(
          `select id as "merchantId", null as "productId" from merchant union all select merchant_id, id from product`,
        );
        for (const rated of rows)
          for (const day of [0, 10, 25, 40, 70]) {
            const upTo = await ratingUpTo(reader(db.pool), rated, NOW - day * DAY);
            const after = await ratingsAfter(reader(db.pool), rated, NOW - day * DAY);
            if (!after) continue; // nothing was entered about it
            expect(sumOf(upTo, after.later)).toEqual(after.all);
            counted += after.all.stars.reduce((a, b) => a + b, 0);
          }
      }),
      { numRuns: 8 },
    );
    expect(counted).toBeGreaterThan(50);
  });
});

const sumOf = (a: RatingRow, b: RatingRow): RatingRow => {
  const plus = (x: readonly number[], y: readonly number[]) => x.map((each, i) => each + y[i]!);
  return {
    stars: plus(a.stars, b.stars),
    verified: a.verified + b.verified,
    excluded: a.excluded + b.excluded,
    dimensionCounts: plus(a.dimensionCounts, b.dimensionCounts),
    dimensionSums: plus(a.dimensionSums, b.dimensionSums),
  };
};
