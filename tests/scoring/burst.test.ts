import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countedOf, reliabilityInBurst, weightInBurst } from '../../src/scoring/burst.ts';

const aCount = fc.integer({ min: 1, max: 400 });
const before = fc.nat(2000);

/** What the first `seen` of a week weigh together. */
const together = (seen: number, earlier: number): number =>
  Array.from({ length: seen }, (_, i) => weightInBurst(i + 1, earlier)).reduce((sum, weight) => sum + weight, 0);

describe('free praise of seven days', () => {
  it('counts whole while there is little of it', () => {
    expect(Array.from({ length: 9 }, (_, i) => weightInBurst(i + 1, 0))).toEqual(Array(9).fill(1));
    expect(weightInBurst(10, 0)).toBeCloseTo(3 * Math.sqrt(10) - 9, 12);
    expect(weightInBurst(100, 0)).toBeCloseTo(0.15, 3);
  });

  it('weighs together what is allowed, and never more', () => {
    fc.assert(
      fc.property(aCount, before, (seen, earlier) => {
        expect(together(seen, earlier)).toBeCloseTo(countedOf(seen, earlier), 8);
        expect(countedOf(seen, earlier)).toBeLessThanOrEqual(Math.min(seen, earlier / 4 + 3 * Math.sqrt(seen)));
      }),
    );
  });

  it('weighs less word by word, but always something, and more where more had come before', () => {
    fc.assert(
      fc.property(aCount, before, fc.nat(100), (seen, earlier, more) => {
        const weight = weightInBurst(seen, earlier);
        expect(weight).toBeGreaterThan(0);
        expect(weightInBurst(seen + 1, earlier)).toBeLessThanOrEqual(weight + 1e-9);
        expect(countedOf(seen, earlier + more)).toBeGreaterThanOrEqual(countedOf(seen, earlier));
      }),
    );
  });

  it('leaves a reliability as it is where nothing binds, and keeps it in whole units where it does', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e8 }), aCount, before, (reliability, seen, earlier) => {
        const kept = reliabilityInBurst(reliability, seen, earlier);
        expect(Number.isSafeInteger(kept)).toBe(true);
        expect(kept).toBeLessThanOrEqual(reliability);
        if (countedOf(seen, earlier) === seen) expect(kept).toBe(reliability);
      }),
    );
  });
});
