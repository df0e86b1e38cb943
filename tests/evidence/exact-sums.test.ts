import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExactSums } from '../../src/evidence/exact-sums.ts';

const SUMS = 4;

/** A whole number as a term is one: up to 53 bits, times a power of two; of all sizes that half-lives of days can lead to. */
const aTerm = fc
  .tuple(fc.bigInt({ min: 0n, max: 2n ** 53n - 1n }), fc.integer({ min: 0, max: 240 }), fc.constantFrom(1, -1))
  .map(([size, bits, sign]) => sign * Number(size) * 2 ** bits);

describe('exact sums', () => {
  it('are what big integers add up to, in whatever order and of whatever size', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(SUMS - 1), aTerm), { maxLength: 200 }), (terms) => {
        const sums = new ExactSums(SUMS);
        for (const [sum, term] of terms) sums.add(sum, (sum % 2) as 0 | 1, term);

        for (let sum = 0; sum < SUMS; sum++)
          expect(sums.of(sum, (sum % 2) as 0 | 1)).toBe(
            terms.filter(([own]) => own === sum).reduce((all, [, term]) => all + BigInt(term), 0n),
          );
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['the largest that fit into limbs', 2 ** 120 + 2 ** 70],
    ['those that fill the lowest limb', 2 ** 52 - 1],
    ['takings back', -(2 ** 52) + 1],
  ])('lose nothing over a million terms: %s', (_, term) => {
    const sums = new ExactSums(1);
    sums.add(0, 0, 2 ** 88 + 2 ** 36);
    const TIMES = 1_200_000;
    for (let i = 0; i < TIMES; i++) sums.add(0, 0, term);

    expect(sums.of(0, 0)).toBe(2n ** 88n + 2n ** 36n + BigInt(TIMES) * BigInt(term));
  });
});
