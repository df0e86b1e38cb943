import { describe, expect, it } from 'vitest';
import { bandsOf, BANDS, likenessOf, signatureOf, SIGNATURE_LENGTH } from '../../src/detection/minhash.ts';
import { markOf, nearDuplicates } from '../../src/detection/near-duplicates.ts';
import { jaccardOf, shinglesOf } from '../../src/detection/shingles.ts';
import { chance } from './kit.ts';

const ENGLISH =
  'this is the best kettle I have ever bought, amazing quality and super fast shipping, my whole family is in love with it';
const CHINESE = '这家店的水壶真的太好了，质量超级好，发货速度快，客服态度也好，和店家描述的完全一样，强烈推荐大家购买';

const likeness = (one: string, other: string) => jaccardOf(shinglesOf(one), shinglesOf(other));

describe('shinglesOf', () => {
  it('does not care about case, width, punctuation and spaces', () => {
    expect(likeness(ENGLISH, `  ${ENGLISH.toUpperCase().replaceAll(',', ' !!')}`)).toBe(1);
    expect(likeness(CHINESE, `${CHINESE.replaceAll('，', '!')}。。`)).toBeGreaterThan(0.8);
    expect(likeness('ＡＢＣ one two three', 'abc one two three')).toBe(1);
  });

  it('takes words where words are parted and characters where they are not', () => {
    expect(shinglesOf('one two three four')).toHaveLength(2);
    expect(shinglesOf('一二三四')).toHaveLength(2);
    expect(shinglesOf('one two three 一二三')).toHaveLength(2);
  });

  it('has nothing of an empty text and one of a short one', () => {
    expect([shinglesOf(''), shinglesOf('!!! … ?')]).toEqual([new Uint32Array(), new Uint32Array()]);
    expect(shinglesOf('Good')).toHaveLength(1);
  });

  it('reads a very long text only so far', () => {
    expect(shinglesOf('一二三四五六七八九十'.repeat(100_000)).length).toBeLessThan(20);
  });
});

describe('signatures', () => {
  it('agree in about as many places as their shingles overlap', () => {
    const random = chance(1);
    const numbers = (count: number) => Array.from({ length: count }, () => Math.floor(random() * 2 ** 32));
    for (const overlap of [0.2, 0.5, 0.8]) {
      let sum = 0;
      for (let i = 0; i < 40; i++) {
        const shared = numbers(100 * overlap);
        const [one, other] = [0, 1].map(() => Uint32Array.from([...shared, ...numbers((100 - 100 * overlap) / 2)]));
        sum += likenessOf(signatureOf(one!), signatureOf(other!));
      }
      expect(sum / 40).toBeCloseTo(overlap, 1);
    }
  });

  it('are the same for ever: they are stored', () => {
    const signature = signatureOf(shinglesOf(ENGLISH));
    expect(signature).toHaveLength(SIGNATURE_LENGTH);
    expect(bandsOf(signature)).toHaveLength(BANDS);
    expect([...signature.slice(0, 2), ...bandsOf(signature).slice(0, 2)]).toMatchInlineSnapshot(`
      [
        64237932,
        156436684,
        841473949,
        3875822691,
      ]
    `);
  });
});

describe('nearDuplicates', () => {
  it('finds what was handed out with hardly a word changed, in English and in Chinese', () => {
    const texts = [
      `Wow, ${ENGLISH}!`,
      'The kettle leaks a little, but the shop answered within the hour and sent another one, so I am content.',
      `${ENGLISH} A+`,
      `${CHINESE}！！`,
      null,
      `哇，${CHINESE}`,
    ];
    const found = nearDuplicates(texts, [1, 2, 3, 4, 5, 6]);
    expect(found.map(({ other }) => other)).toEqual([2, -1, 0, 5, -1, 3]);
    expect(found[0]!.likeness).toBeGreaterThanOrEqual(0.8);
  });

  it('holds nobody to copy others by repeating themselves, nor by saying "very good"', () => {
    expect(nearDuplicates([ENGLISH, ENGLISH], [1, 1]).map(({ other }) => other)).toEqual([-1, -1]);
    expect(
      nearDuplicates(['Very good', 'Very good', '很好', '很好'], [1, 2, 3, 4]).every(({ other }) => other < 0),
    ).toBe(true);
    expect(markOf('很好')).toBeNull();
  });

  it('stays linear where thousands say the same', () => {
    const texts = Array.from({ length: 3000 }, () => ENGLISH);
    const found = nearDuplicates(texts, [...texts.keys()]);
    expect(found.every(({ likeness }) => likeness === 1)).toBe(true);
  });
});
