import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addSubject, openBacktest, reportOf, type Tried } from '../../src/scoring/backtest.ts';
import type { CompiledPolicy } from '../../src/scoring/compiled.ts';
import { scoreOf } from '../../src/scoring/grade.ts';
import type { Policy } from '../../src/scoring/policy.ts';
import type { Posting } from '../../src/scoring/posting.ts';
import { balanceAtEnd, emptyTrial, termsUpTo, trialSetting, tryPosting } from '../../src/scoring/trial.ts';
import { aFactOf, aPosting, balanceOf, buyers, countsOf, DAY, fold, merchants, NOW, policyWith } from './kit.ts';

const strict = policyWith({ badWeight: 3, goodHalfLifeDays: 60 });

describe('a trial', () => {
  const CUT = Date.UTC(2010, 0, 1);
  const setting = trialSetting([merchants, strict], [CUT, NOW]);
  const tried = (postings: readonly Posting[]) => {
    const trial = emptyTrial(setting);
    for (const posting of postings) tryPosting(trial, posting, setting);
    return trial;
  };

  it('has the bits of a standing under each policy and at each instant, in whatever order postings come', () => {
    fc.assert(
      fc.property(fc.array(aFactOf('MERCHANT'), { maxLength: 20 }), fc.array(fc.nat(19)), (facts, voided) => {
        const reversed = [...new Set(voided)].flatMap((i) => (facts[i] ? [{ ...facts[i], sign: -1 as const }] : []));
        const postings = [...facts, ...reversed];
        const early = postings.filter(({ occurredAt }) => occurredAt <= CUT);
        for (const order of [postings, postings.toReversed()]) {
          const trial = tried(order);
          for (const [i, policy] of [merchants, strict].entries()) {
            expect(termsUpTo(trial, i, 0, setting)).toEqual(fold(policy, early).map(Number));
            const { terms, counts, counterparties } = balanceAtEnd(trial, i, setting);
            expect([terms, counts]).toEqual([fold(policy, postings).map(Number), countsOf(policy, postings)]);
            const live = facts.filter((_, at) => !voided.includes(at)).map(({ counterparty }) => counterparty);
            expect(counterparties).toBe(new Set(live).size);
          }
        }
      }),
    );
  });

  it('tells how deals went between its instants, and looks at nothing after the last', () => {
    const trial = tried([
      aPosting('ORDER_DELIVERED', { occurredAt: CUT }),
      aPosting('LATE_DELIVERY', { occurredAt: CUT + 1 }),
      aPosting('CANCELLED_BY_SELLER', { occurredAt: NOW }),
      aPosting('REVIEW_1', { occurredAt: NOW }),
      aPosting('LATE_DELIVERY', { occurredAt: NOW + 1 }),
    ]);

    expect([trial.good, trial.bad]).toEqual([
      [1, 0],
      [0, 2],
    ]);
    expect(balanceAtEnd(trial, 0, setting)).toMatchObject({
      firstDay: Math.floor(CUT / DAY) * DAY,
      lastDay: Math.floor((CUT + 1) / DAY) * DAY,
    });
  });

  it('is of one kind of subject', () => {
    expect(() => trialSetting([merchants, buyers], [NOW])).toThrow(RangeError);
  });
});

describe('a backtest', () => {
  const subject = (after: CompiledPolicy, good: number, bad: number, more: Partial<Tried> = {}, fields = {}): Tried => {
    const postings = [
      ...Array.from({ length: good }, () => aPosting('ORDER_DELIVERED')),
      ...Array.from({ length: bad }, () => aPosting('LATE_DELIVERY')),
    ];
    const before = balanceOf(merchants, postings, fields);
    const traits = { category: null, deals: good + bad, since: NOW - 400 * DAY };
    return {
      subjectId: `${good}-${bad}`,
      traits,
      before,
      after: balanceOf(after, postings, fields),
      foretold: null,
      ...more,
    };
  };
  const run = (fields: Partial<Policy>, ...deals: [good: number, bad: number][]) => {
    const after = policyWith(fields);
    const trying = openBacktest(merchants, after, NOW);
    const moves = deals.map(([good, bad]) => addSubject(trying, subject(after, good, bad)));
    return { moves, report: reportOf(trying), after };
  };

  it('finds nobody moved by the same rules', () => {
    const { moves, report } = run({}, [50, 0], [20, 5], [0, 0]);

    expect(moves).toEqual([null, null, null]);
    expect(report).toMatchObject({ subjects: 3, changed: 0, movers: { up: [], down: [] } });
  });

  it('names the kind of fact that moves a subject, with its points', () => {
    const { moves, after } = run({ badWeight: 3 }, [40, 10]);
    const { before, after: balance } = subject(after, 40, 10);
    const points = scoreOf(after, balance, NOW).exactScore - scoreOf(merchants, before, NOW).exactScore;

    expect(moves[0]).toMatchObject({
      from: 'BB',
      points,
      causes: [{ code: 'LATE_DELIVERY', points: expect.closeTo(points, 9) }, { code: 'CERTAINTY' }],
    });
  });

  it('names the gate that holds a level under one of the rules only', () => {
    const gates = merchants.document.gates.map((gate) => (gate.level === 'A' ? { ...gate, deals: 100 } : gate));
    const { moves, report } = run({ gates }, [60, 0]);

    expect(moves[0]).toMatchObject({ from: 'AA', to: 'BBB', points: 0, causes: [{ code: 'GATE_A', points: 0 }] });
    expect(report.crossings.filter(({ downwards }) => downwards > 0).map(({ level }) => level)).toEqual(['AA', 'A']);
    expect(report.movers.down).toEqual([]);
  });

  it('tells how sure one can be where that moves a level', () => {
    const { moves } = run({ prior: { k: 200, p0: 0.9 } }, [10, 2]);

    expect(moves[0]).toMatchObject({ from: 'BB', to: 'BBB' });
    expect(moves[0]!.causes.find(({ code }) => code === 'CERTAINTY')!.points).toBeCloseTo(24.4, 0);
  });

  it('tells no points of who is not rated, and lets it cross no cut', () => {
    const { moves, report } = run({ minimum: { deals: 1, counterparties: 1 } }, [5, 0]);

    expect(moves[0]).toMatchObject({ from: 'NOT_RATED', scoreBefore: null, points: null, causes: [] });
    expect(report.crossings.every(({ upwards, downwards }) => upwards + downwards === 0)).toBe(true);
    expect(report.changed).toBe(1);
  });

  it('keeps the ten who move most, the furthest first', () => {
    const deals = Array.from({ length: 30 }, (_, i): [number, number] => [20, (i * 7) % 30]);
    const { report } = run({ badWeight: 3 }, ...deals);
    const points = report.movers.down.map((move) => move.points!);

    expect(points).toHaveLength(10);
    expect(points).toEqual(points.toSorted((a, b) => a - b));
    expect(report.movers.down[0]!.subjectId).toBe('20-29');
    expect(report.movers.up).toEqual([]);
  });

  it('sorts subjects by size, age and category, the many small categories together', () => {
    const trying = openBacktest(merchants, strict, NOW);
    for (let i = 0; i < 60; i++)
      addSubject(
        trying,
        subject(strict, i, 0, { traits: { category: `c-${i}`, deals: i, since: i === 0 ? null : NOW - i * 20 * DAY } }),
      );
    const of = (by: string) => reportOf(trying).segments.filter((segment) => segment.by === by);

    expect(of('category')).toHaveLength(51);
    expect(of('category').at(-1)).toMatchObject({ name: '10 others', subjects: 10 });
    expect(of('size').map(({ name, subjects }) => [name, subjects])).toEqual([
      ['0 deals', 1],
      ['1–9 deals', 9],
      ['10–99 deals', 50],
    ]);
    expect(of('age').map(({ name }) => name)).toEqual([
      'no deal yet',
      '0–29 days',
      '30–89 days',
      '90–364 days',
      '365–729 days',
      '730 or more days',
    ]);
  });
});
