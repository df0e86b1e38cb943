import { describe, expect, it } from 'vitest';
import type { StarFacts } from '../../src/scoring/preset-facts.ts';
import { starsGrade } from '../../src/scoring/preset-stars.ts';
import { metricIn, presetOf, TODAY } from './preset-kit.ts';

const trustpilot = presetOf('trustpilot-stars', 'STARS');
const gradeOf = (...days: StarFacts['days']) => starsGrade(trustpilot, { days, raters: 5 }, TODAY);
const on = (day: number, ...stars: readonly number[]) => ({ day, stars });

describe("Trustpilot's stars", () => {
  it('begin with 7 reviews of 3.5 stars', () => {
    const grade = gradeOf(on(TODAY, 0, 0, 0, 0, 1));

    expect(metricIn(grade, 'stars').value).toBe((7 * 3.5 + 5) / 8); // 3.6875
    expect(grade.band).toMatchObject({ key: '3.5_stars', level: 'BBB' });
  });

  it('give a review half its weight after 180 days, and a quarter after 360', () => {
    const grade = gradeOf(on(TODAY - 360, 4, 0, 0, 0, 0), on(TODAY - 180, 0, 0, 0, 0, 6), on(TODAY, 0, 0, 2, 0, 0));

    expect(metricIn(grade, 'stars').value).toBeCloseTo((24.5 + 1 * 1 + 3 * 5 + 2 * 3) / (7 + 1 + 3 + 2), 12);
    expect(grade.evidence).toEqual({
      postings: 12,
      goodMass: 3,
      badMass: 1,
      distinctCounterparties: 5,
      since: TODAY - 360,
    });
  });

  it('are shown to the nearest half, halves upwards', () => {
    // (24.5 + 5n)/(7 + n): 4.25 with n = 7, which is halfway from 4 to 4.5; 4.21 with n = 6.
    expect(gradeOf(on(TODAY, 0, 0, 0, 0, 7)).band.key).toBe('4.5_stars');
    expect(gradeOf(on(TODAY, 0, 0, 0, 0, 6)).band.key).toBe('4_stars');
    // 4.75 with n = 35
    expect(gradeOf(on(TODAY, 0, 0, 0, 0, 35)).band.key).toBe('5_stars');
    expect(gradeOf(on(TODAY, 0, 0, 0, 0, 34)).band.key).toBe('4.5_stars');
  });

  it('fall to one star with enough bad reviews, and never below', () => {
    expect(gradeOf(on(TODAY, 1000, 0, 0, 0, 0)).band).toMatchObject({ key: '1_stars', level: 'D' });
  });

  it('say how many reviews of five stars lead to the next half', () => {
    const grade = gradeOf(on(TODAY, 0, 0, 0, 0, 1)); // 3.6875: 3.75 shows as 4; (24.5 + 10)/9 = 3.83

    expect(grade.next).toMatchObject({ band: '4_stars', level: 'A', points: 0 });
    expect(grade.next!.suggestion()).toBe('1 more five-star review leads to 4 stars.');
    expect(gradeOf(on(TODAY, 30, 0, 0, 0, 0)).next!.suggestion('zh-CN')).toMatch(
      /^再有 \d+ 条五星评价，即可升至2 星。$/,
    );
    expect(gradeOf(on(TODAY, 0, 0, 0, 0, 35)).next).toBeNull();
  });

  it('tell how far the reviews of each number of stars moved them', () => {
    const grade = gradeOf(on(TODAY, 3, 0, 0, 0, 10)); // 20 in all with the prior's 7

    expect(grade.factors.map(({ kind, points, count }) => [kind, points, count])).toEqual([
      ['REVIEW_1', (3 * -2.5) / 20, 3],
      ['REVIEW_5', (10 * 1.5) / 20, 10],
    ]);
    const moved = grade.factors.reduce((sum, { points }) => sum + points, 0);
    expect(metricIn(grade, 'stars').value).toBeCloseTo(3.5 + moved, 12);
    expect(grade.reasons.map(({ code }) => code)).toEqual(['REVIEW_5', 'REVIEW_1']);
  });

  it('are none without reviews', () => {
    const grade = gradeOf();

    expect(grade.band).toMatchObject({ key: 'no_reviews', level: 'NOT_RATED' });
    expect(grade).toMatchObject({ next: null, factors: [] });
    expect(metricIn(grade, 'stars')).toMatchObject({
      value: null,
      denominator: 0,
      status: 'NOT_ENOUGH_DATA',
      window: { from: null },
    });
  });

  it('have the same bits in whatever order the days come', () => {
    const days = [on(TODAY - 3, 1, 2, 3, 4, 5), on(TODAY - 77, 5, 4, 3, 2, 1), on(TODAY - 1000, 0, 7, 0, 7, 0)];

    expect(metricIn(gradeOf(...days.toReversed()), 'stars').value).toBe(metricIn(gradeOf(...days), 'stars').value);
  });
});
