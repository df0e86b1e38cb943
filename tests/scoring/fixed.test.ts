import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromUnits, toUnits } from '../../src/scoring/fixed.ts';

describe('units of 1e-8', () => {
  it('come back as the same units', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e15, max: 1e15 }), (units) => {
        expect(toUnits(fromUnits(units))).toBe(units);
      }),
    );
  });

  it('round a half upwards and never keep a negative zero', () => {
    expect(toUnits(2.5e-8)).toBe(3);
    expect(toUnits(-2.5e-8)).toBe(-2);
    expect(Object.is(toUnits(-1e-12), 0)).toBe(true);
  });

  it.each([Number.NaN, Infinity, -Infinity, 1e9])('refuse %s, which they cannot hold', (value) => {
    expect(() => toUnits(value)).toThrow(RangeError);
  });
});
