import { timesStrictness } from '../../src/evaluate/strictness.ts';
import { describe, expect, it } from 'vitest';
import {
  betaNoDecay,
  meanDeviation,
  percentPositive,
  plainMean,
  trustpilotLike,
} from '../../src/evaluate/baselines.ts';
import type { Rating } from '../../src/evaluate/network.ts';
import { rev2, rev2Suspicion } from '../../src/evaluate/rev2.ts';

const DAY = 86_400;
const rating = (from: string, to: string, stars: number, day: number): Rating => ({
  from,
  to,
  rating: stars,
  time: 1_500_000_000 + day * DAY,
});
const last = (values: readonly number[]) => values.at(-1);

describe('the baselines', () => {
  const past = [rating('a', 'shop', 10, 0), rating('b', 'shop', -10, 0), rating('c', 'other', 4, 1)];

  it('take the plain mean, and that of all for a newcomer', () => {
    expect(last(plainMean([...past, rating('d', 'shop', 1, 2)]))).toBeCloseTo(0, 12);
    expect(last(plainMean([...past, rating('d', 'new', 1, 2)]))).toBeCloseTo(-4 / 3, 12);
  });

  it('start from seven reviews of 3.5 stars, as Trustpilot does, and halve after 180 days', () => {
    expect(trustpilotLike([rating('a', 'shop', 10, 0)])).toEqual([-3.5]);
    const later = trustpilotLike([rating('a', 'shop', 10, 0), rating('b', 'shop', 10, 180)]);
    expect(last(later)).toBeCloseTo(-(7 * 3.5 + 0.5 * 5) / 7.5, 12);
  });

  it('show the share of positives in twelve months, as eBay does', () => {
    expect(last(percentPositive([...past, rating('d', 'shop', 1, 300)]))).toBe(-0.5);
    expect(last(percentPositive([...past, rating('d', 'shop', 1, 400)]))).toBe(-0.95);
  });

  it('count good and bad from a prior of two', () => {
    expect(last(betaNoDecay([...past, rating('d', 'shop', 1, 2)]))).toBeCloseTo((1 + 2 / 3) / 4, 12);
  });

  it('expect more negatives from who gives many', () => {
    const history = [rating('strict', 'x', -10, 0), rating('kind', 'x', 10, 0)];
    const asked = (rater: string) => timesStrictness([...history, rating(rater, 'new', 1, 1)], [0.1, 0.1, 0.1]);

    expect(last(asked('strict'))).toBeGreaterThan(0.1);
    expect(last(asked('kind'))).toBeLessThan(0.1);
  });

  it('measure how far raters stray from the others', () => {
    const deviations = meanDeviation([rating('a', 'x', 10, 0), rating('b', 'x', 10, 0), rating('liar', 'x', -10, 0)]);
    expect([deviations.get('a'), deviations.get('liar')]).toEqual([10, 20]);
  });

  it('let REV2 find the rater whom all others contradict', () => {
    const crowd = ['a', 'b', 'c', 'd'].flatMap((from) => [rating(from, 'x', 10, 0), rating(from, 'y', 10, 0)]);
    const network = [...crowd, rating('liar', 'x', -10, 1), rating('liar', 'y', -10, 1)];
    const suspicion = [...rev2Suspicion(network)].toSorted(([, a], [, b]) => b - a);

    expect(suspicion[0]![0]).toBe('liar');
    expect(rev2(network).goodness.get('x')).toBeGreaterThan(0.5);
  });
});
