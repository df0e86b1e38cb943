import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { log2, powerOfTwo, wholePowerOfTwo } from '../../src/scoring/powers.ts';

const relativeError = (ours: number, theirs: number) => Math.abs(ours / theirs - 1);

describe('powerOfTwo', () => {
  it('agrees with Math.pow to 1e-15 between whole powers', () => {
    const whole = 2 ** 40; // division by it is exact, so that both are asked for the same power
    fc.assert(
      fc.property(fc.integer({ min: -whole, max: whole }), (part) => {
        expect(relativeError(powerOfTwo(part, whole), 2 ** (part / whole))).toBeLessThan(1e-15);
      }),
      { numRuns: 20_000 },
    );
  });

  it('loses no digit over long times', () => {
    const whole = 90 * 86_400_000;
    fc.assert(
      fc.property(fc.integer({ min: -900, max: 900 }), fc.integer({ min: 0, max: whole - 1 }), (n, part) => {
        const expected = powerOfTwo(part, whole) * wholePowerOfTwo(n);
        expect(relativeError(powerOfTwo(n * whole + part, whole), expected)).toBeLessThan(5e-16);
      }),
    );
  });

  it('is exact at whole powers, and 0 or Infinity beyond what a double holds', () => {
    expect([0, 1, -1, 10, 1023, -1022, -1074].map((n) => powerOfTwo(n * 7, 7))).toEqual(
      [0, 1, -1, 10, 1023, -1022, -1074].map((n) => 2 ** n),
    );
    expect(powerOfTwo(-1100, 1)).toBe(0);
    expect(powerOfTwo(1100, 1)).toBe(Infinity);
  });

  it('gives these bits, on every machine', () => {
    expect([1, 2, 3].map((part) => powerOfTwo(part, 7))).toEqual([
      1.1040895136738123, 1.2190136542044754, 1.3459001926323562,
    ]);
  });
});

describe('log2', () => {
  it('agrees with Math.log2 to 1e-15', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 1e300, noNaN: true }), (x) => {
        expect(Math.abs(log2(x) - Math.log2(x))).toBeLessThanOrEqual(1e-15 * Math.max(1, Math.abs(Math.log2(x))));
      }),
      { numRuns: 20_000 },
    );
  });

  it('is 0 at 1 and exact at powers of two', () => {
    expect([1, 2, 0.5, 2 ** 1000, 2 ** -1000].map(log2)).toEqual([0, 1, -1, 1000, -1000]);
  });
});
