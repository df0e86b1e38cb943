import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areaUnderCurve, logLoss } from '../../src/evaluate/ranking.ts';
import { foresightOf, type Foretold } from '../../src/scoring/foresight.ts';

const aForecast = fc.record({
  probability: fc.integer({ min: 1, max: 9 }).map((tenths) => tenths / 10),
  good: fc.nat({ max: 5 }),
  bad: fc.nat({ max: 5 }),
});
/** Deal by deal, as those measures take them that know no subjects. */
const dealByDeal = (forecasts: readonly Foretold[]): { said: number[]; happened: boolean[] } => {
  const deals = forecasts.flatMap(({ probability, good, bad }) => [
    ...Array.from({ length: good }, () => ({ probability, isBad: false })),
    ...Array.from({ length: bad }, () => ({ probability, isBad: true })),
  ]);
  return { said: deals.map(({ probability }) => probability), happened: deals.map(({ isBad }) => isBad) };
};

describe('foresight', () => {
  it('is that of the deals one by one', () => {
    fc.assert(
      fc.property(fc.array(aForecast, { maxLength: 30 }), (forecasts) => {
        const { said, happened } = dealByDeal(forecasts);
        const found = foresightOf(forecasts);
        const rounded = (value: number | null) => value && Number(value.toFixed(9));

        expect([found.deals, found.bad]).toEqual([said.length, happened.filter(Boolean).length]);
        expect(rounded(found.auc)).toBe(rounded(areaUnderCurve(said, happened)));
        expect(rounded(found.logLoss)).toBe(rounded(logLoss(said, happened)));
      }),
    );
  });

  it('finds no fault with probabilities that come true, and all of it with their opposites', () => {
    const sure = [
      { probability: 0, good: 50, bad: 0 },
      { probability: 1, good: 0, bad: 50 },
    ];

    expect(foresightOf(sure)).toMatchObject({ auc: 1, calibrationError: 0 });
    expect(foresightOf(sure.map((each) => ({ ...each, probability: 1 - each.probability })))).toMatchObject({
      auc: 0,
      calibrationError: 1,
    });
    expect(foresightOf([{ probability: 0.2, good: 80, bad: 20 }]).calibrationError).toBeCloseTo(0, 12);
  });

  it('has nothing to say without deals, or where all went the same way', () => {
    const nothing = { deals: 0, bad: 0, auc: null, logLoss: null, calibrationError: null };

    expect(foresightOf([])).toEqual(nothing);
    expect(foresightOf([{ probability: 0.5, good: 0, bad: 0 }])).toEqual(nothing);
    expect(foresightOf([{ probability: 0.5, good: 3, bad: 0 }])).toMatchObject({ auc: null, deals: 3 });
  });
});
