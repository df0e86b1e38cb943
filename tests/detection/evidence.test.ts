import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outcomeOf, probabilityOf, weightOf, type EvidenceRow } from '../../src/detection/evidence.ts';
import { DEFAULT_LLRS } from '../../src/detection/llr-default.ts';
import { CODES, type EvidenceCode } from '../../src/detection/llr.ts';

const codes = Object.keys(CODES) as EvidenceCode[];
const row = (code: EvidenceCode, logLikelihoodRatio: number): EvidenceRow => ({
  family: CODES[code],
  code,
  observed: null,
  expected: null,
  logLikelihoodRatio,
  detail: {},
});
const aRow = fc
  .tuple(fc.constantFrom(...codes), fc.double({ min: -5, max: 8, noNaN: true }))
  .map(([code, llr]) => row(code, llr));

describe('probabilityOf', () => {
  it('is the base rate while nothing is known', () => {
    expect(probabilityOf([])).toBeCloseTo(0.05, 12);
    expect(probabilityOf([], 0.2)).toBeCloseTo(0.2, 12);
  });

  it('adds the weights to the log-odds of the base rate', () => {
    const odds = (0.05 / 0.95) * Math.exp(3.5);
    expect(probabilityOf([row('BURST', 1.5), row('NEAR_DUPLICATE', 2)])).toBeCloseTo(odds / (1 + odds), 12);
  });

  it('counts a code once, by the row that speaks loudest', () => {
    expect(probabilityOf([row('BURST', 1), row('BURST', 2), row('BURST', 2)])).toBe(probabilityOf([row('BURST', 2)]));
  });

  it('does not depend on the order of the rows', () => {
    fc.assert(
      fc.property(fc.array(aRow, { maxLength: 8 }), (rows) => {
        expect(probabilityOf(rows.toReversed())).toBeCloseTo(probabilityOf(rows), 12);
        expect(outcomeOf(rows.toReversed())).toBe(outcomeOf(rows));
      }),
    );
  });
});

describe('outcomeOf', () => {
  it('proposes to void only what two families agree on', () => {
    expect(outcomeOf([row('SHARED_DEVICE', 9)])).toBe('HELD');
    expect(outcomeOf([row('SHARED_DEVICE', 9), row('SHARED_PAYMENT', 9)])).toBe('HELD');
    expect(outcomeOf([row('SHARED_DEVICE', 4), row('NEAR_DUPLICATE', 4)])).toBe('VOID_PROPOSED');
  });

  it('takes no family for agreeing that speaks for the review', () => {
    expect(outcomeOf([row('SHARED_DEVICE', 9), row('EXTREME_STARS', -1)])).toBe('HELD');
  });

  it('holds from 0.70 on, and lets the rest count', () => {
    const upTo = (probability: number) => Math.log(probability / (1 - probability)) - Math.log(0.05 / 0.95);
    expect(outcomeOf([row('BURST', upTo(0.701))])).toBe('HELD');
    expect(outcomeOf([row('BURST', upTo(0.699))])).toBe('COUNTED');
  });

  it('never voids for any evidence of one family', () => {
    const ofOneFamily = fc.constantFrom('IDENTITY', 'BEHAVIOUR', 'TEXT', 'GRAPH').chain((family) =>
      fc.array(
        aRow.filter((each) => each.family === family),
        { maxLength: 6 },
      ),
    );
    fc.assert(
      fc.property(ofOneFamily, (rows) => {
        expect(outcomeOf(rows)).not.toBe('VOID_PROPOSED');
      }),
      { numRuns: 200 },
    );
  });
});

describe('the default weights', () => {
  it.each(codes)('%s has steps that rise, in strength and in weight', (code) => {
    const steps = DEFAULT_LLRS[code]!;
    expect(steps.length).toBeGreaterThan(0);
    for (let i = 1; i < steps.length; i++) {
      expect(steps[i]![0]).toBeGreaterThan(steps[i - 1]![0]);
      expect(steps[i]![1]).toBeGreaterThan(steps[i - 1]![1]);
    }
  });

  it('let no burst and no surge reach HELD alone: a sale is no fraud', () => {
    for (const code of ['BURST', 'SURGE'] as const) {
      const loudest = weightOf(DEFAULT_LLRS, code, Number.POSITIVE_INFINITY);
      expect(outcomeOf([row(code, loudest), row('EXTREME_STARS', 0.15)])).toBe('COUNTED');
    }
    const both = ['BURST', 'SURGE'] as const;
    expect(outcomeOf(both.map((code) => row(code, weightOf(DEFAULT_LLRS, code, 1e9))))).not.toBe('VOID_PROPOSED');
  });
});

describe('weightOf', () => {
  it('is the weight of the highest step reached, and 0 below all, for no steps and for what is unknown', () => {
    const table = {
      BURST: [
        [1, 0.5],
        [3, 2],
      ],
    } as const;
    expect([0.9, 1, 2.9, 3, 99, Number.NaN].map((strength) => weightOf(table, 'BURST', strength))).toEqual([
      0, 0.5, 0.5, 2, 2, 0,
    ]);
    expect(weightOf(table, 'SURGE', 9)).toBe(0);
  });
});
