import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gradeOf, scoreOf } from '../../src/scoring/grade.ts';
import { kindOf } from '../../src/scoring/kinds.ts';
import { reasonsOf } from '../../src/scoring/reasons.ts';
import { scoreWithout } from '../../src/scoring/without.ts';
import { aFactOf, aPosting, balanceOf, DAY, merchants, NOW, policyWith } from './kit.ts';

const many = (key: string, count: number) => Array.from({ length: count }, () => aPosting(key));

describe('a grade without one of its reasons', () => {
  it('is that of the other postings alone', () => {
    fc.assert(
      fc.property(fc.array(aFactOf('MERCHANT'), { minLength: 10, maxLength: 60 }), (postings) => {
        const balance = balanceOf(merchants, postings);
        const grade = gradeOf(merchants, balance, NOW);
        if (grade.level === 'NOT_RATED') return;
        for (const { code } of reasonsOf(merchants, grade).filter(({ points }) => points !== 0)) {
          const others = postings.filter(({ kind }) => kind !== kindOf('MERCHANT', code).code);
          const { level, score } = scoreOf(merchants, { ...balanceOf(merchants, others), counts: balance.counts }, NOW);
          expect(scoreWithout(merchants, balance, NOW, code)).toEqual({ level, score });
        }
      }),
    );
  });

  it('is better without what lowers it, and no better without what lifts it', () => {
    const balance = balanceOf(merchants, [...many('ORDER_DELIVERED', 300), ...many('DISPUTE_LOST', 4)]);
    const { score } = scoreOf(merchants, balance, NOW);

    expect(scoreWithout(merchants, balance, NOW, 'DISPUTE_LOST')!.score).toBeGreaterThan(score!);
    expect(scoreWithout(merchants, balance, NOW, 'ORDER_DELIVERED')!.score).toBeLessThan(score!);
  });

  it('goes as far as the next gate when one is open', () => {
    const young = balanceOf(merchants, many('ORDER_DELIVERED', 5000), { firstDay: NOW - 30 * DAY });
    expect(scoreOf(merchants, young, NOW).level).toBe('BBB');

    expect(scoreWithout(merchants, young, NOW, 'GATE_A')).toMatchObject({ level: 'A' });
  });

  it('goes as far as the score when a condition does not hold', () => {
    const policy = policyWith({ caps: [{ when: 'QUALIFICATION_MISSING', level: 'B' }] });
    const capped = balanceOf(policy, many('ORDER_DELIVERED', 5000), { conditions: ['QUALIFICATION_MISSING'] });
    expect(scoreOf(policy, capped, NOW).level).toBe('B');

    expect(scoreWithout(policy, capped, NOW, 'CAP_QUALIFICATION_MISSING')).toMatchObject({ level: 'AAA' });
  });

  it('is not told of who is not rated', () => {
    expect(scoreWithout(merchants, balanceOf(merchants, []), NOW, 'NOT_ENOUGH_EVIDENCE')).toBeNull();
  });
});
