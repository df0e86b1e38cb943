import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { weightOf } from '../../src/detection/evidence.ts';
import { fitShares, fitSteps } from '../../src/detection/fit.ts';
import { fitTable, recallAt } from '../../src/detection/fit-table.ts';
import { surpriseOf } from '../../src/detection/poisson.ts';
import { chance } from './kit.ts';

const cases = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.boolean()), { minLength: 2, maxLength: 200 });

describe('fitSteps', () => {
  it('weighs by the share of fakes against the share of honest ones', () => {
    const strengths = [...Array<number>(100).fill(0), ...Array<number>(100).fill(1)];
    const isFake = strengths.map((strength, i) => i % 100 < (strength === 1 ? 80 : 20));
    const [low, high] = fitSteps(strengths, isFake);
    expect(low).toEqual([Number.NEGATIVE_INFINITY, expect.closeTo(Math.log(0.2 / 0.8), 1)]);
    expect(high).toEqual([1, expect.closeTo(Math.log(0.8 / 0.2), 1)]);
  });

  it('always rises, and is always finite', () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 1, max: 30 }), (pairs, bins) => {
        const steps = fitSteps(
          pairs.map(([strength]) => strength),
          pairs.map(([, fake]) => fake),
          bins,
        );
        const rises = (values: readonly number[]) => values.every((value, i) => i === 0 || value > values[i - 1]!);
        expect(steps.every(([, llr]) => Number.isFinite(llr))).toBe(true);
        expect(rises(steps.map(([from]) => from))).toBe(true);
        expect(rises(steps.map(([, llr]) => llr))).toBe(true);
      }),
    );
  });

  it('says nothing of what tells nothing, and has no steps for no cases', () => {
    const steps = fitSteps(
      Array.from({ length: 1000 }, (_, i) => i),
      Array.from({ length: 1000 }, (_, i) => i % 2 === 0),
      4,
    );
    expect(Math.max(...steps.map(([, llr]) => Math.abs(llr)))).toBeLessThan(0.05);
    expect(fitSteps([], [])).toEqual([]);
  });
});

it('fitTable fits each code by itself and learns nothing from what is unknown', () => {
  const table = fitTable([
    ...Array.from({ length: 50 }, () => ({ isFake: true, strengths: [['BURST', 5]] as const })),
    ...Array.from({ length: 50 }, () => ({ isFake: false, strengths: [['BURST', 0]] as const })),
    { isFake: false, strengths: [['SURGE', Number.NaN]] as const },
  ]);
  expect(weightOf(table, 'BURST', 5)).toBeGreaterThan(3);
  expect(weightOf(table, 'BURST', 0)).toBeLessThan(-3);
  expect(table.SURGE).toBeUndefined();
});

describe('fitShares', () => {
  const random = chance(3);
  const isFake = Array.from({ length: 2000 }, () => random() < 0.5);
  const noisy = (fake: boolean) => (fake === random() < 0.8 ? Math.log(4) : -Math.log(4));

  it('keeps independent codes whole, halves what is told twice and drops what tells nothing', () => {
    const rows = isFake.map((fake) => {
      const told = noisy(fake);
      return Float64Array.of(noisy(fake), told, told, noisy(random() < 0.5));
    });
    const [alone, twice, again, noise] = fitShares(rows, isFake);
    expect(alone).toBeGreaterThan(0.85);
    expect(twice! + again!).toBeGreaterThan(0.8);
    expect(twice! + again!).toBeLessThan(1.2);
    expect(noise).toBeLessThan(0.15);
  });

  it('has no shares for no cases', () => {
    expect(fitShares([], [])).toEqual(new Float64Array());
  });
});

describe('surpriseOf', () => {
  it('is −log10 of the Poisson tail', () => {
    const tail = (seen: number, mean: number): number => {
      let below = 0;
      let term = Math.exp(-mean);
      for (let k = 0; k < seen; term *= mean / ++k) below += term;
      return 1 - below;
    };
    for (const [seen, mean] of [
      [1, 0.5],
      [3, 0.2],
      [10, 4],
      [25, 20],
      [60, 45],
    ] as const) {
      expect(surpriseOf(seen, mean)).toBeCloseTo(-Math.log10(tail(seen, mean)), 6);
    }
  });

  it('is 0 for what was expected, rises with what is seen and stays finite', () => {
    expect([surpriseOf(0, 0), surpriseOf(3, 3), surpriseOf(2, 9)]).toEqual([0, 0, 0]);
    expect(surpriseOf(5, 0)).toBeLessThan(100);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 0.01, max: 5000, noNaN: true }), (seen, mean) => {
        const surprise = surpriseOf(seen, mean);
        expect(Number.isFinite(surprise)).toBe(true);
        expect(surpriseOf(seen + 1, mean)).toBeGreaterThanOrEqual(surprise);
      }),
    );
  });
});

it('recallAt finds as much as precision allows, ties taken whole', () => {
  expect(recallAt(1, [4, 3, 2, 1], [true, false, true, false])).toBe(0.5);
  expect(recallAt(0.6, [4, 3, 2, 1], [true, false, true, false])).toBe(1);
  expect(recallAt(0.9, [1, 1], [true, false])).toBe(0);
  expect(recallAt(0.9, [1], [false])).toBe(0);
});
