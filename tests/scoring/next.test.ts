import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CompiledPolicy } from '../../src/scoring/compiled.ts';
import { scoreOf, type Balance } from '../../src/scoring/grade.ts';
import { BANDS } from '../../src/scoring/levels.ts';
import { nextLevel, withGoodDeals } from '../../src/scoring/next.ts';
import { aFactOf, aPosting, balanceOf, buyers, DAY, merchants, NOW, policyWith, products } from './kit.ts';

const deliveries = (count: number) => Array.from({ length: count }, () => aPosting('ORDER_DELIVERED'));

const aCase: fc.Arbitrary<[CompiledPolicy, Balance]> = fc.constantFrom(merchants, buyers, products).chain((policy) =>
  fc
    .record({
      postings: fc.array(aFactOf(policy.subjectKind), { maxLength: 60 }),
      counterparties: fc.integer({ min: 0, max: 600 }),
      age: fc.integer({ min: 0, max: 500 }),
      quiet: fc.integer({ min: 0, max: 100 }),
    })
    .map(({ postings, counterparties, age, quiet }) => [
      policy,
      balanceOf(policy, postings, {
        counterparties,
        firstDay: NOW - (age + quiet) * DAY,
        lastDay: NOW - quiet * DAY,
      }),
    ]),
);

/** How good the level would be after so many deals; with `waited`, days are not asked for. */
function rankAfter(policy: CompiledPolicy, balance: Balance, deals: number, waited: boolean): number {
  const then = withGoodDeals(policy, balance, NOW, deals);
  const { level } = scoreOf(policy, waited ? { ...then, firstDay: 0, lastDay: NOW } : then, NOW);
  return level === 'NOT_RATED' ? -1 : BANDS.length - BANDS.indexOf(level);
}

describe('nextLevel', () => {
  it('names the least number of good deals that gets there: one fewer does not', () => {
    fc.assert(
      fc.property(aCase, ([policy, balance]) => {
        const next = nextLevel(policy, balance, NOW);
        fc.pre(next !== null && next.deals !== null);
        const isRated = scoreOf(policy, balance, NOW).level !== 'NOT_RATED';
        const goal = isRated ? BANDS.length - BANDS.indexOf(next.level) : 0;
        const waited = next.days > 0;

        expect(rankAfter(policy, balance, next.deals, waited)).toBeGreaterThanOrEqual(goal);
        const withOneFewer = next.deals === 0 ? -Infinity : rankAfter(policy, balance, next.deals - 1, waited);
        expect(withOneFewer).toBeLessThan(goal);
        expect(next.points).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 500 },
    );
  });

  it('asks for the days that no number of orders can buy', () => {
    const young = balanceOf(merchants, deliveries(500), { firstDay: NOW - 106 * DAY, counterparties: 600 });
    const next = nextLevel(merchants, young, NOW)!;

    expect(next).toMatchObject({ level: 'AA', deals: 0, days: 74, points: 0 });
    expect(next.suggestion('en')).toBe('74 more days of trading lead to AA.');
    expect(next.suggestion('zh-CN')).toBe('再交易 74 天，即可升至 AA。');
  });

  it('counts today’s order towards the days', () => {
    const quiet = { firstDay: NOW - 70 * DAY, lastDay: NOW - 20 * DAY, counterparties: 50 };
    const next = nextLevel(merchants, balanceOf(merchants, deliveries(50), quiet), NOW)!;

    expect(next).toMatchObject({ level: 'A', deals: 1, days: 0 });
    expect(next.suggestion()).toBe(
      '1 more order delivered on time and without complaint, with a new buyer, leads to A.',
    );
  });

  it('says how many orders and days lead to a better level', () => {
    const next = nextLevel(merchants, balanceOf(merchants, deliveries(12), { counterparties: 6, firstDay: NOW }), NOW)!;

    expect(next).toMatchObject({ level: 'A', days: 60 });
    expect(next.points).toBeGreaterThan(0);
    expect(next.suggestion('en')).toBe(
      '24 more orders delivered on time and without complaint, each with a new buyer, and 60 more days of trading, lead to A.',
    );
    expect(next.suggestion('zh-CN')).toBe(
      '再有 24 笔订单按时送达且无投诉（每笔对应一个新买家），并再交易 60 天，即可升至 A。',
    );
  });

  it('tells who is not rated what a first grade takes, and which it would be', () => {
    const next = nextLevel(merchants, balanceOf(merchants, deliveries(7), { counterparties: 1 }), NOW)!;

    expect(next).toMatchObject({ level: 'BBB', deals: 4, days: 0, points: expect.any(Number) });
    expect(next.suggestion()).toMatch(/^4 more orders .* lead to a first grade, BBB\.$/);
  });

  it('is null at the top', () => {
    expect(nextLevel(merchants, balanceOf(merchants, deliveries(2000)), NOW)).toBeNull();
  });

  it('admits where no number of orders helps', () => {
    const policy = policyWith({ masses: { REVIEW_5: { good: 1 }, DISPUTE_LOST: { bad: 2 } } });
    const counts = balanceOf(policy, deliveries(10));
    const next = nextLevel(policy, counts, NOW)!;

    expect(next.deals).toBeNull();
    expect(next.suggestion()).toBe('BBB is 13.8 points away; no number of further orders alone gets there.');
    expect(next.suggestion('zh-CN')).toBe('距升至 BBB 还差 13.8 分，仅靠新订单无法达到。');
  });

  it('speaks of the subject’s own good deal', () => {
    const suggestion = (policy: CompiledPolicy) =>
      nextLevel(policy, { ...balanceOf(policy, []), counterparties: 0 }, NOW)!.suggestion();

    expect(suggestion(buyers)).toMatch(/^5 more orders paid and kept, each with a new merchant, lead to/);
    expect(suggestion(products)).toMatch(
      /^10 more orders delivered without complaint about the product, each with a new buyer/,
    );
  });
});
