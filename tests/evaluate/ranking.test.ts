import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areaUnderCurve, averagePrecision, calibrationError, logLoss } from '../../src/evaluate/ranking.ts';

describe('areaUnderCurve', () => {
  it('is 1 for a perfect order, 0 for the reverse, and a half for ties', () => {
    const happened = [false, false, true, true];
    expect(areaUnderCurve([1, 2, 3, 4], happened)).toBe(1);
    expect(areaUnderCurve([4, 3, 2, 1], happened)).toBe(0);
    expect(areaUnderCurve([7, 7, 7, 7], happened)).toBe(0.5);
    expect(areaUnderCurve([1, 3, 2, 4], happened)).toBe(0.75);
  });

  it('is the share of pairs in the right order', () => {
    const cases = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.boolean()), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(cases, (pairs) => {
        const hits = pairs.filter(([, happened]) => happened);
        const misses = pairs.filter(([, happened]) => !happened);
        const wins = hits.flatMap(([hit]) => misses.map(([miss]) => (hit > miss ? 1 : hit === miss ? 0.5 : 0)));
        fc.pre(wins.length > 0);
        const expected = wins.reduce((sum: number, win) => sum + win, 0) / wins.length;
        const auc = areaUnderCurve(
          pairs.map(([score]) => score),
          pairs.map(([, happened]) => happened),
        );
        expect(auc).toBeCloseTo(expected, 12);
      }),
    );
  });
});

it('areaUnderCurve is null where only one outcome happened', () => {
  expect([areaUnderCurve([1, 2], [true, true]), areaUnderCurve([1], [false]), areaUnderCurve([], [])]).toEqual([
    null,
    null,
    null,
  ]);
});

describe('averagePrecision', () => {
  it('averages the precision at each hit, from the top', () => {
    expect(averagePrecision([4, 3, 2, 1], [true, false, true, false])).toBeCloseTo((1 + 2 / 3) / 2, 12);
    expect(averagePrecision([1, 1, 1, 1], [true, false, false, false])).toBe(0.25);
    expect(averagePrecision([1, 2], [true, true])).toBeNull();
  });
});

describe('logLoss and calibrationError', () => {
  it('are 0 for what was known, and large for what was wrongly sure', () => {
    expect(logLoss([0.5, 0.5], [true, false])).toBeCloseTo(Math.LN2, 12);
    expect(logLoss([0, 1], [true, false])).toBeCloseTo(-Math.log(1e-12), 3);
    expect(calibrationError([0.25, 0.25, 0.25, 0.25], [true, false, false, false])).toBe(0);
    expect(calibrationError([1, 1, 0, 0], [false, true, false, false])).toBe(0.25);
  });

  it('are null without predictions', () => {
    expect([logLoss([], []), calibrationError([], [])]).toEqual([null, null]);
  });
});
