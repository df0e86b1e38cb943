import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scoreOfTotals, totalsOf } from '../../src/scoring/grade.ts';
import { steadyMs } from '../../src/scoring/steady.ts';
import { aFactOf, aPosting, balanceOf, DAY, merchants, NOW } from './kit.ts';

const shown = (totals: Parameters<typeof scoreOfTotals>[1], at: number) => {
  const { level, score, gate, cap } = scoreOfTotals(merchants, totals, at);
  return { level, score, gate: gate?.gate ?? null, cap };
};

describe('how long a score stays as it is', () => {
  it('is no longer than it does, before and after', () => {
    const facts = fc.array(aFactOf('MERCHANT'), { maxLength: 60 });
    const moment = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        facts,
        fc.nat(60),
        fc.integer({ min: -900, max: 900 }),
        moment,
        (past, counterparties, days, part) => {
          const at = NOW + days * DAY;
          const totals = totalsOf(merchants, balanceOf(merchants, past, { counterparties }));
          const span = Math.min(steadyMs(merchants, totals, at), 3000 * DAY);
          expect(shown(totals, at + part * span)).toEqual(shown(totals, at));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('is some hours for most, so that it is worth knowing', () => {
    const deliveries = Array.from({ length: 400 }, () => aPosting('ORDER_DELIVERED'));
    const totals = totalsOf(merchants, balanceOf(merchants, deliveries));
    const spans = Array.from({ length: 101 }, (_, i) => steadyMs(merchants, totals, NOW + i * DAY));
    expect(spans.toSorted((a, b) => a - b)[50]).toBeGreaterThan(DAY / 4);
  });

  it('is for ever where too little is known for a score', () => {
    expect(steadyMs(merchants, totalsOf(merchants, balanceOf(merchants, [], { counterparties: 0 })), NOW)).toBe(
      Number.POSITIVE_INFINITY,
    );
  });

  it('is nothing where conditions come and go', () => {
    const totals = { ...totalsOf(merchants, balanceOf(merchants, [])), conditions: [] };
    expect(steadyMs(merchants, totals, NOW)).toBe(0);
  });
});
