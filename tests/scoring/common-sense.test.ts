import { describe, expect, it } from 'vitest';
import { gradeOf } from '../../src/scoring/grade.ts';
import { aPosting, balanceOf, DAY, fold, merchants, NOW } from './kit.ts';

const STEP = DAY / 4;
const YEARS = 15;

/** Accumulators of one posting of this kind every quarter of a day, for long enough to stand still. */
function steadily(key: string): number[] {
  const postings = Array.from({ length: YEARS * 365 * 4 }, (_, i) =>
    aPosting(key, { occurredAt: NOW - (i + 0.5) * STEP }),
  );
  return fold(merchants, postings).map(Number);
}

const steady = Object.fromEntries(
  ['ORDER_DELIVERED', 'LATE_DELIVERY', 'REVIEW_5', 'REVIEW_1'].map((key) => [key, steadily(key)]),
);

/** A shop in a steady state: 60 % of its orders reviewed, by new reviewers, with 5 stars but for a share of 1 star. */
function shop(ordersADay: number, late: number, oneStar: number) {
  const shares = {
    ORDER_DELIVERED: 1 - late,
    LATE_DELIVERY: late,
    REVIEW_5: 0.6 * (1 - oneStar),
    REVIEW_1: 0.6 * oneStar,
  };
  const empty = balanceOf(merchants, []);
  const terms = empty.terms.map((_, slot) =>
    Object.entries(shares).reduce((sum, [key, share]) => sum + (ordersADay / 4) * share * steady[key]![slot]!, 0),
  );
  return gradeOf(merchants, { ...empty, terms, counts: empty.counts.with(0, 10) }, NOW);
}

/** late, one-star, then "score/low level" at 0.1, 1 and 10 orders a day. */
const TABLE: [late: number, oneStar: number, ...rows: string[]][] = [
  [0.02, 0.02, '673/627 BBB', '709/683 A', '721/711 AA'],
  [0.02, 0.1, '655/613 BBB', '660/641 BBB', '662/655 A'],
  [0.02, 0.4, '609/578 BB', '583/570 BB', '578/574 BB'],
  [0.07, 0.1, '635/598 BB', '622/606 BB', '619/614 BBB'],
  [0.2, 0.02, '606/574 BB', '575/562 B', '569/565 B'],
  [0.2, 0.4, '571/545 B', '528/518 C', '520/517 C'],
];

describe('the table of common sense', () => {
  it.each(TABLE)('holds for %f late and %f one-star reviews', (late, oneStar, ...rows) => {
    [0.1, 1, 10].forEach((ordersADay, i) => {
      const [score, low, level] = rows[i]!.split(/[/ ]/);
      const grade = shop(ordersADay, late, oneStar);

      expect(Math.abs(Math.round(grade.exactScore) - Number(score)), `score ${grade.exactScore}`).toBeLessThanOrEqual(
        1,
      );
      expect(Math.abs(Math.round(grade.lowScore) - Number(low)), `low ${grade.lowScore}`).toBeLessThanOrEqual(1);
      expect(grade.level).toBe(level);
    });
  });
});
