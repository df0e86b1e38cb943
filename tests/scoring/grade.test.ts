import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { badProbability, gradeOf, scoreOf, type Balance } from '../../src/scoring/grade.ts';
import {
  aFactOf,
  aPosting,
  balanceOf,
  buyers,
  DAY,
  merchantPolicy,
  merchants,
  NOW,
  policyWith,
  products,
} from './kit.ts';

const deliveries = (count: number) => Array.from({ length: count }, () => aPosting('ORDER_DELIVERED'));
const open: Partial<Balance> = { counterparties: 10_000, firstDay: NOW - 3000 * DAY, lastDay: NOW };

describe('the score', () => {
  it('starts at 650, and at 596 less one standard deviation', () => {
    const { exactScore, lowScore, goodMass, badMass } = scoreOf(merchants, balanceOf(merchants, []), NOW);

    expect([exactScore, goodMass, badMass]).toEqual([650, 0, 0]);
    expect(lowScore).toBeCloseTo(650 - (50 / Math.LN2) * Math.sqrt(1 / 18 + 1 / 2), 9);
  });

  it('gains 50 points when the good doubles, and loses 50 when the bad does', () => {
    const eighteen = scoreOf(merchants, balanceOf(merchants, deliveries(18)), NOW);
    expect(eighteen.exactScore).toBeCloseTo(700, 6); // G = G0

    const bad = [aPosting('CANCELLED_BY_SELLER'), aPosting('CANCELLED_BY_SELLER')]; // B = 2 · 1.5, B0 = 2
    expect(scoreOf(merchants, balanceOf(merchants, bad), NOW).exactScore).toBeCloseTo(650 - 50 * Math.log2(2.5), 6);
  });

  it('is the log-odds of the posterior, in points', () => {
    const { exactScore, goodMass, badMass } = scoreOf(
      merchants,
      balanceOf(merchants, [...deliveries(40), aPosting('LATE_DELIVERY')]),
      NOW,
    );
    const bad = badProbability(merchants, goodMass, badMass);

    expect(650 + 50 * Math.log2((1 - bad) / bad / 9)).toBeCloseTo(exactScore, 9);
  });

  it('never falls by more good, never rises by more bad', () => {
    fc.assert(
      fc.property(fc.array(aFactOf('MERCHANT'), { maxLength: 30 }), aFactOf('MERCHANT'), (past, fact) => {
        const before = scoreOf(merchants, balanceOf(merchants, past), NOW).exactScore;
        const after = scoreOf(merchants, balanceOf(merchants, [...past, fact]), NOW).exactScore;
        const direction = merchants.rulesByCode[fact.kind]!.isBad ? -1 : 1;
        expect(direction * (after - before)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('returns to 650 as all is forgotten', () => {
    const balance = balanceOf(merchants, [...deliveries(200), aPosting('COUNTERFEIT_PROVEN')]);
    expect(scoreOf(merchants, balance, NOW + 30 * 365 * DAY).exactScore).toBeCloseTo(650, 6);
  });

  it('lies with 90 % between 1.6449 standard deviations of the log-odds on either side', () => {
    const grade = gradeOf(merchants, balanceOf(merchants, deliveries(18)), NOW);
    const deviation = (50 / Math.LN2) * Math.sqrt(1 / 36 + 1 / 2);

    expect(grade.lowScore).toBeCloseTo(700 - deviation, 6);
    expect(grade.interval).toEqual({
      low: Math.round(700 - 1.6449 * deviation),
      high: Math.round(700 + 1.6449 * deviation),
    });
  });

  it('is the base for a subject without facts, at any instant that can be asked for', () => {
    const instants = [Date.parse('0001-01-01T00:00:00Z'), 0, Date.UTC(9999, 11, 31)];
    expect(instants.map((at) => scoreOf(merchants, balanceOf(merchants, []), at).exactScore)).toEqual([650, 650, 650]);
  });

  it('stays on the scale when shown', () => {
    const cheats = Array.from({ length: 300 }, () => aPosting('COUNTERFEIT_PROVEN'));
    const grade = gradeOf(merchants, balanceOf(merchants, [...deliveries(10), ...cheats]), NOW);
    expect(grade).toMatchObject({ level: 'D', score: 300, interval: { low: 300, high: 300 } });
    expect(grade.exactScore).toBeLessThan(300);
  });
});

describe('the level', () => {
  it('is cut on the low score', () => {
    const grade = gradeOf(merchants, balanceOf(merchants, deliveries(56), open), NOW);

    expect(grade.exactScore).toBeGreaterThan(740);
    expect(grade.lowScore).toBeGreaterThanOrEqual(merchantPolicy.cuts.A);
    expect(grade.level).toBe('AA');
    expect(grade.interval!.low).toBeLessThan(grade.score!);
    expect(grade.interval!.high).toBeGreaterThan(grade.score!);
  });

  it('is NOT_RATED, without score or interval, under ten orders or five counterparties', () => {
    const few = gradeOf(merchants, balanceOf(merchants, deliveries(7), { counterparties: 3 }), NOW);

    expect(few).toMatchObject({
      level: 'NOT_RATED',
      score: null,
      interval: null,
      missing: { deals: 3, counterparties: 2 },
    });
    expect(gradeOf(merchants, balanceOf(merchants, deliveries(10), { counterparties: 5 }), NOW).missing).toBeNull();
  });

  it('counts late and complained orders as deals, reviews not', () => {
    const deals = ['ORDER_DELIVERED', 'LATE_DELIVERY', 'ORDER_COMPLAINED', 'REVIEW_5'].map((key) => aPosting(key));
    expect(gradeOf(merchants, balanceOf(merchants, deals), NOW).missing).toEqual({ deals: 7, counterparties: 0 });
  });

  it('is held by the first gate that is shut, which says what it asks for', () => {
    const young = balanceOf(merchants, deliveries(500), { ...open, firstDay: NOW - 106 * DAY, counterparties: 101 });
    expect(gradeOf(merchants, young, NOW)).toMatchObject({
      level: 'A',
      gate: { gate: { level: 'AA' }, days: 74, counterparties: 0 },
    });

    const bought = balanceOf(merchants, deliveries(500), { ...open, counterparties: 12 });
    expect(gradeOf(merchants, bought, NOW)).toMatchObject({ level: 'BBB', gate: { counterparties: 18, days: 0 } });
  });

  it('has no gate to show where the cut is not reached', () => {
    const grade = gradeOf(merchants, balanceOf(merchants, deliveries(10), { counterparties: 5 }), NOW);
    expect(grade).toMatchObject({ level: 'BBB', gate: null });
  });

  it('is cut exactly at the cut', () => {
    const balance = balanceOf(merchants, deliveries(20), open);
    const { lowScore } = scoreOf(merchants, balance, NOW);
    const cutAt = (A: number) => scoreOf(policyWith({ cuts: { ...merchantPolicy.cuts, A } }), balance, NOW).level;

    expect([cutAt(lowScore), cutAt(lowScore + 1e-9)]).toEqual(['A', 'BBB']);
  });
});

describe('the factors', () => {
  const someSubject = fc.constantFrom(merchants, buyers, products);

  it('add up to the score less its base, to 1e-9', () => {
    const facts = someSubject.chain((policy) =>
      fc.tuple(fc.constant(policy), fc.array(aFactOf(policy.subjectKind), { maxLength: 80 })),
    );
    fc.assert(
      fc.property(facts, ([policy, postings]) => {
        const grade = gradeOf(policy, balanceOf(policy, postings), NOW);
        const sum = grade.factors.reduce((total, { points }) => total + points, 0);
        expect(Math.abs(sum - (grade.exactScore - grade.baseScore))).toBeLessThan(1e-9);
      }),
    );
  });

  it('name each kind with postings, its count, and the side that it pulls to', () => {
    const postings = [...deliveries(30), aPosting('LATE_DELIVERY'), aPosting('REVIEW_1'), aPosting('REVIEW_1')];
    const grade = gradeOf(merchants, balanceOf(merchants, postings), NOW);

    expect(grade.postings).toBe(33);
    expect(grade.factors.map(({ kind, count }) => [kind, count])).toEqual([
      ['ORDER_DELIVERED', 30],
      ['LATE_DELIVERY', 1],
      ['REVIEW_1', 2],
    ]);
    expect(grade.factors.map(({ points }) => Math.sign(points))).toEqual([1, -1, -1]);
  });
});

it('a balance of another subject’s layout is refused', () => {
  expect(() => scoreOf(merchants, balanceOf(buyers, []), NOW)).toThrow(/16 accumulators, not 7/);
});
