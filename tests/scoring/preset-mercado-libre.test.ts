import { describe, expect, it } from 'vitest';
import { PRESETS } from '../../src/grades/presets.ts';
import type { OrderFault } from '../../src/scoring/preset-facts.ts';
import { lookBackDays, standardsGrade } from '../../src/scoring/preset-standards.ts';
import { aDay, documentOf, factsOf, metricIn, presetOf, times, TODAY } from './preset-kit.ts';

const COUNTRIES = {
  br: presetOf('mercado-libre-br', 'STANDARDS'),
  mx: presetOf('mercado-libre-mx', 'STANDARDS'),
  co: presetOf('mercado-libre-co', 'STANDARDS'),
};

/** Of 200 sales so many with this fault. */
const bandWith = (country: keyof typeof COUNTRIES, fault: OrderFault, count: number) =>
  standardsGrade(
    COUNTRIES[country],
    factsOf([aDay(TODAY - 30, 200, times(count, { faults: [fault] }))]),
    TODAY,
    200,
    [],
  ).band.key;

describe("Mercado Libre's reputation", () => {
  it('looks back 60 days from 40 sales on, and a year below', () => {
    expect(lookBackDays(COUNTRIES.br, 40)).toBe(60);
    expect(lookBackDays(COUNTRIES.br, 39)).toBe(365);
  });

  it('grades no one below 10 sales', () => {
    const [nine, ten] = [9, 10].map((sales) =>
      standardsGrade(COUNTRIES.mx, factsOf([aDay(TODAY, sales)]), TODAY, sales, []),
    );

    expect(nine!.band).toMatchObject({ key: 'ungraded', level: 'NOT_RATED' });
    expect(nine!.next!.suggestion()).toBe('Not graded: needs 1 more order');
    expect(nine!.next!.suggestion('zh-CN')).toBe('未评级：还需 1 笔订单');
    expect(ten!.band.key).toBe('leader');
  });

  // Of 200 sales, one is 0.5 %. Limits of the tables: leader, green, yellow, orange.
  it.each([
    ['br', 'REFUNDED_FOR_FAULT', [2, 4, 9, 16]], // claims 1, 2, 4.5, 8 %
    ['mx', 'REFUNDED_FOR_FAULT', [2, 3, 6, 12]], // 1, 1.5, 3, 6 %
    ['co', 'CHARGEBACK_LOST', [5, 7, 11, 14]], // 2.5, 3.5, 5.5, 7 %
    ['br', 'CANCELLED_BY_SELLER', [1, 3, 7, 8]], // 0.5, 1.5, 3.5, 4 %
    ['mx', 'CANCELLED_BY_SELLER', [1, 2, 5, 6]], // 0.5, 1, 2.5, 3 %
    ['co', 'CANCELLED_BY_SELLER', [3, 5, 14, 18]], // 1.5, 2.5, 7, 9 %
    ['br', 'LATE_HANDOVER', [12, 20, 36, 44]], // 6, 10, 18, 22 %
    ['mx', 'LATE_HANDOVER', [16, 20, 30, 44]], // 8, 10, 15, 22 %
    ['co', 'LATE_HANDOVER', [20, 24, 36, 52]], // 10, 12, 18, 26 %
  ] as const)('in %s draws its lines for %s where the table has them', (country, fault, limits) => {
    const bands = ['leader', '5_green', '3_yellow', '2_orange', '1_red'];

    for (const [i, limit] of limits.entries()) {
      expect(bandWith(country, fault, limit)).toBe(bands[i]);
      expect(bandWith(country, fault, limit + 1)).toBe(bands[i + 1]);
    }
  });

  it('lets a mediation count as a claim too, and lead no more with the second of 200', () => {
    expect(bandWith('br', 'DISPUTE_LOST', 1)).toBe('leader'); // 0.5 % mediations
    expect(bandWith('br', 'DISPUTE_LOST', 2)).toBe('5_green'); // 1 % mediations, 1 % claims
    expect(bandWith('br', 'DISPUTE_LOST', 17)).toBe('1_red'); // 8.5 % claims
  });

  it('gives the worst colour of any metric, and says which one it was', () => {
    const faults = [
      ...times(10, { faults: ['REFUNDED_FOR_FAULT'] as const }),
      ...times(30, { faults: ['LATE_HANDOVER'] as const }),
    ];
    const grade = standardsGrade(COUNTRIES.br, factsOf([aDay(TODAY, 200, faults)]), TODAY, 200, []);

    expect(grade.band.key).toBe('2_orange'); // claims 5 %: above yellow's 4.5; late 15 %: within yellow's 18
    expect(grade.next!.band).toBe('3_yellow');
    expect(grade.reasons.map(({ code }) => code)).toEqual(['CLAIMS', 'DELAYED_HANDLING_TIME']); // the second misses green, the target
    expect(metricIn(grade, 'claims')).toMatchObject({ target: 0.02, status: 'BAD' });
    expect(metricIn(grade, 'mediations')).toMatchObject({ target: 0.005, status: 'GOOD' }); // of the leader, which alone limits it
  });

  it('is that of Brazil where no country is named', () => {
    expect(PRESETS).toContainEqual({ ...documentOf('mercado-libre-br'), key: 'mercado-libre' });
  });
});
