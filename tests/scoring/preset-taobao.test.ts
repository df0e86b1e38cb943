import { describe, expect, it } from 'vitest';
import type { RatingFacts, RatingPattern } from '../../src/scoring/preset-facts.ts';
import { levelsGrade } from '../../src/scoring/preset-levels.ts';
import { metricIn, presetOf, TODAY } from './preset-kit.ts';

const taobao = presetOf('taobao-levels', 'LEVELS');
const NOTHING = { count: 0, sum: 0, raters: 0 };
const gradeOf = (
  patterns: readonly RatingPattern[],
  dimensions: RatingFacts['dimensions'] = [NOTHING, NOTHING, NOTHING],
) => levelsGrade(taobao, { patterns, raters: 9, firstDay: TODAY - 100, dimensions }, TODAY);
/** So many buyers who each gave so many ratings in one month. */
const months = (times: number, good: number, neutral = 0, bad = 0): RatingPattern => ({ good, neutral, bad, times });
/** The band of a shop with so many good ratings, each by a buyer of its own. */
const bandAt = (points: number) => gradeOf([months(points, 1)]).band.key;

describe("Taobao's levels", () => {
  it('are twenty, five of each kind', () => {
    const kinds = taobao.ranks.map(({ key }) => key.replace(/-\d$/, ''));

    expect(taobao.ranks).toHaveLength(20);
    expect([...new Set(kinds)]).toEqual(['heart', 'diamond', 'crown', 'gold-crown']);
  });

  it.each([
    ['heart-1', 4],
    ['heart-2', 11],
    ['heart-3', 41],
    ['heart-4', 91],
    ['heart-5', 151],
    ['diamond-1', 251],
    ['diamond-2', 501],
    ['diamond-3', 1001],
    ['diamond-4', 2001],
    ['diamond-5', 5001],
    ['crown-1', 10_001],
    ['crown-2', 20_001],
    ['crown-3', 50_001],
    ['crown-4', 100_001],
    ['crown-5', 200_001],
    ['gold-crown-1', 500_001],
    ['gold-crown-2', 1_000_001],
    ['gold-crown-3', 2_000_001],
    ['gold-crown-4', 5_000_001],
    ['gold-crown-5', 10_000_001],
  ])('reach %s with %d points', (band, points) => {
    expect(bandAt(points)).toBe(band);
    expect(bandAt(points - 1)).not.toBe(band);
  });

  it('add one point for a good rating, none for a neutral one, and take one for a bad one', () => {
    const grade = gradeOf([months(300, 1), months(20, 0, 1), months(40, 0, 0, 1)]);

    expect(grade.band).toMatchObject({ key: 'diamond-1', level: 'A' }); // 300 − 40 = 260
    expect(metricIn(grade, 'rating_points')).toMatchObject({
      value: 260,
      numerator: 260,
      denominator: 360,
      unit: 'POINTS',
      target: 4,
      status: 'GOOD',
      window: { from: TODAY - 100, to: TODAY },
      excluded: null,
    });
    expect(grade.factors.map(({ kind, points, count }) => [kind, points, count])).toEqual([
      ['GOOD_RATING', 300, 300],
      ['NEUTRAL_RATING', 0, 20],
      ['BAD_RATING', -40, 40],
    ]);
  });

  it('take at most 6 points a month of one buyer, for and against', () => {
    const grade = gradeOf([months(1, 9), months(2, 6), months(1, 0, 0, 8), months(1, 5, 4, 1)]);

    // 6 + 2·6 − 6 + 4 = 16, where without the cap 9 + 12 − 8 + 4 = 17
    expect(metricIn(grade, 'rating_points')).toMatchObject({
      value: 16,
      excluded: { value: 17, numerator: 5, denominator: 17, grounds: ['SAME_BUYER_CAP'] },
    });
    expect(grade.factors.reduce((sum, { points }) => sum + points, 0)).toBe(16);
    expect(grade.factors.at(-1)).toMatchObject({ kind: 'SAME_BUYER_CAP', points: -1, count: 17 });
  });

  it('say how many points are missing, and what moved them', () => {
    const grade = gradeOf([months(214, 1), months(1, 0, 0, 1)]);

    expect(grade.next).toMatchObject({ band: 'diamond-1', level: 'A', points: 38 });
    expect(grade.next!.suggestion()).toBe('38 more points lead to 1 diamond; one buyer gives at most 6 a month.');
    expect(grade.next!.suggestion('zh-CN')).toBe('距一钻还差 38 分；同一买家每月至多计 6 分。');
    expect(grade.reasons.map(({ code, points, text }) => [code, points, text()])).toEqual([
      ['GOOD_RATING', 214, 'Good ratings (214): +214 points'],
      ['BAD_RATING', -1, 'Bad ratings (1): -1 points'],
    ]);
    expect(gradeOf([months(10_000_001, 1)]).next).toBeNull();
  });

  it('rank nobody below 4 points, however few or bad its ratings', () => {
    expect(gradeOf([]).band).toMatchObject({ key: 'none', level: 'NOT_RATED' });
    expect(metricIn(gradeOf([]), 'rating_points')).toMatchObject({ value: null, status: 'NOT_ENOUGH_DATA' });
    expect(gradeOf([]).reasons.map(({ code }) => code)).toEqual(['NOT_ENOUGH_EVIDENCE']);
    expect(metricIn(gradeOf([months(50, 0, 0, 1)]), 'rating_points')).toMatchObject({ value: -50, status: 'BAD' });
    expect(gradeOf([months(50, 0, 0, 1)]).band.key).toBe('none');
  });

  it('show the three sides of a deal over 180 days', () => {
    const grade = gradeOf([months(3, 1)], [{ count: 3, sum: 14, raters: 2 }, { count: 1, sum: 5, raters: 1 }, NOTHING]);

    expect(metricIn(grade, 'description')).toMatchObject({
      value: 14 / 3,
      denominator: 3,
      distinctCounterparties: 2,
      target: null,
      status: 'GOOD',
      window: { from: TODAY - 179, to: TODAY },
    });
    expect(metricIn(grade, 'logistics')).toMatchObject({ value: null, status: 'NOT_ENOUGH_DATA' });
  });
});
