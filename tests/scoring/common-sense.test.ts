import { describe, expect, it } from 'vitest';
import { commonSense } from '../../src/scoring/common-sense.ts';
import { merchants, NOW } from './kit.ts';

/** late, one-star, then "score/low level" at 0.1, 1 and 10 orders a day. */
const TABLE: [late: number, oneStar: number, ...rows: string[]][] = [
  [0.02, 0.02, '673/627 BBB', '709/683 A', '721/711 AA'],
  [0.02, 0.1, '655/613 BBB', '660/641 BBB', '662/655 A'],
  [0.02, 0.4, '609/578 BB', '583/570 BB', '578/574 BB'],
  [0.07, 0.1, '635/598 BB', '622/606 BB', '619/614 BBB'],
  [0.2, 0.02, '606/574 BB', '575/562 B', '569/565 B'],
  [0.2, 0.4, '571/545 B', '528/518 C', '520/517 C'],
];

const grades = commonSense(merchants, NOW);

describe('the table of common sense', () => {
  it.each(TABLE)('holds for %f late and %f one-star reviews', (late, oneStar, ...rows) => {
    const found = grades.filter((grade) => grade.late === late && grade.oneStar === oneStar);

    expect(found.map(({ ordersADay }) => ordersADay)).toEqual([0.1, 1, 10]);
    found.forEach(({ score, lowScore, level }, i) => {
      const [wanted, low, band] = rows[i]!.split(/[/ ]/);
      expect(Math.abs(Math.round(score) - Number(wanted)), `score ${score}`).toBeLessThanOrEqual(1);
      expect(Math.abs(Math.round(lowScore) - Number(low)), `low ${lowScore}`).toBeLessThanOrEqual(1);
      expect(level).toBe(band);
    });
  });

  it('says the same at any time', () => {
    expect(commonSense(merchants, NOW - 1e11).map(({ level }) => level)).toEqual(grades.map(({ level }) => level));
  });
});
