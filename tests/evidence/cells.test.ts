import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cells } from '../../src/evidence/cells.ts';
import { Roll, putWords, textOfWords } from '../../src/evidence/roll.ts';
import { SlotSums } from '../../src/evidence/slot-sums.ts';
import { newId } from '../../src/kernel/ids.ts';

describe('cells', () => {
  it('are numbered as a map of both numbers would number them', () => {
    const aKey = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: -40, max: 40 }));
    fc.assert(
      fc.property(fc.array(aKey, { maxLength: 1_000, size: 'max' }), (keys) => {
        const cells = new Cells(4);
        const numbers = new Map<string, number>();
        for (const [first, second] of keys) {
          const known = numbers.get(`${first}/${second}`);
          expect(cells.find(first, second)).toBe(known ?? -1);
          const cell = cells.numberOf(first, second);
          expect(cell).toBe(known ?? numbers.size);
          numbers.set(`${first}/${second}`, cell);
          expect([cells.first(cell), cells.second(cell)]).toEqual([first, second]);
        }
        expect(cells.size).toBe(numbers.size);
      }),
      { numRuns: 20 },
    );
  });
});

describe('a roll', () => {
  it('numbers ids as they come, and sorts them as texts are sorted', () => {
    const ids = Array.from({ length: 3_000 }, (_, i) => newId(1_700_000_000_000 + (i % 7)));
    const roll = new Roll();
    const numbers = ids.map((id) => roll.numberOf(id));
    expect(ids.map((id) => roll.numberOf(id))).toEqual(numbers);
    expect(numbers.map((number) => roll.textOf(number))).toEqual(ids);
    expect(Array.from(roll.inOrder(Uint32Array.from(numbers)), (number) => roll.textOf(number))).toEqual(
      ids.toSorted(),
    );
  });

  it('keeps each id to the last bit', () => {
    fc.assert(
      fc.property(fc.uuid(), (id) => {
        const words = new Uint32Array(8);
        putWords(id, words, 4);
        expect(textOfWords(words, 4)).toBe(id);
      }),
    );
  });
});

describe('sums by place', () => {
  it('are gone on with where they are found, as those that are made', () => {
    const sums = new SlotSums();
    sums.reserve(2);
    sums.add(1, 0, 2 ** 60);
    sums.set(1, 3n ** 60n);
    sums.add(1, 0, 2 ** 70);
    sums.set(0, 0n);
    sums.reserve(5_000);
    sums.add(4_999, 1, 2 ** 71);
    sums.add(3, 0, 0);
    expect([sums.of(0, 0), sums.of(1, 0), sums.of(3, 0), sums.of(4_999, 1)]).toEqual([
      0n,
      3n ** 60n + 2n ** 70n,
      0n,
      2n ** 71n,
    ]);
  });
});
