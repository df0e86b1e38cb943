import { describe, expect, it } from 'vitest';
import { lookBackDays, standardsGrade } from '../../src/scoring/preset-standards.ts';
import { aDay, factsOf, metricIn, presetOf, times, TODAY, type Fault } from './preset-kit.ts';

const ebay = presetOf('ebay-seller-standards', 'STANDARDS');
const CANCELLED: Fault = { faults: ['CANCELLED_BY_SELLER'] };
const LOST: Fault = { faults: ['DISPUTE_LOST'] };

/** Of 200 transactions in the last year so many have these faults, spread over days; under 400 in 90 days, so the year counts. */
const gradeWith = (faults: readonly Fault[], orders = 200) =>
  standardsGrade(ebay, factsOf([aDay(TODAY - 200, orders / 2), aDay(TODAY, orders / 2, faults)]), TODAY, 399, []);

describe("eBay's seller standards", () => {
  it('look back 3 months from 400 transactions on, and 12 below', () => {
    expect(lookBackDays(ebay, 400)).toBe(90);
    expect(lookBackDays(ebay, 399)).toBe(365);
  });

  it('count a transaction on the first day of the window, and none on the day before', () => {
    const first = TODAY - 89;
    const { metrics, evidence } = standardsGrade(
      ebay,
      factsOf([aDay(first - 1, 400), aDay(first, 3), aDay(TODAY, 400)]),
      TODAY,
      400,
      [],
    );

    expect(metrics.find(({ key }) => key === 'transactions')).toMatchObject({
      value: 403,
      window: { from: first, to: TODAY },
    });
    expect(evidence).toMatchObject({ postings: 403, since: first });
  });

  it('call a seller Top Rated who meets all seven limits', () => {
    const grade = gradeWith([]);

    expect(grade.band.key).toBe('top_rated');
    expect(grade).toMatchObject({ next: null, reasons: [] });
    expect(metricIn(grade, 'sales_usd')).toMatchObject({ value: 10_000, unit: 'MONEY', target: 1000, status: 'GOOD' }); // 200 × 50.00
    expect(metricIn(grade, 'selling_days')).toMatchObject({ value: 400, target: 90 });
  });

  it('ask for the rate and the buyers: 2 defects of 100 are 2 %, but of only 2 buyers', () => {
    const grade = gradeWith(times(2, CANCELLED), 100);

    expect(metricIn(grade, 'transaction_defect_rate')).toMatchObject({
      value: 0.02,
      numerator: 2,
      denominator: 100,
      distinctCounterparties: 2,
    });
    expect(grade.band.key).toBe('top_rated'); // above 0.5 %, and no more than 3 buyers
  });

  it('leave Top Rated with the fourth buyer, and Above Standard with the fifth, where the rate is above the limit too', () => {
    expect(gradeWith(times(3, CANCELLED), 200).band.key).toBe('top_rated'); // 1.5 %
    expect(gradeWith(times(4, CANCELLED), 200).band.key).toBe('above_standard'); // 2 %: not above 2 %
    expect(gradeWith(times(4, CANCELLED), 190).band.key).toBe('above_standard'); // 2.1 %, 4 buyers
    expect(gradeWith(times(5, CANCELLED), 200).band.key).toBe('below_standard'); // 2.5 %, 5 buyers
    expect(gradeWith(times(5, CANCELLED), 1000).band.key).toBe('top_rated'); // 0.5 %: not above 0.5 %
  });

  it('count one buyer with five defects as one buyer', () => {
    const grade = gradeWith(times(5, { ...CANCELLED, buyer: 'the same' }), 200);

    expect(metricIn(grade, 'transaction_defect_rate')).toMatchObject({
      value: 0.025,
      distinctCounterparties: 1,
      status: 'GOOD',
    });
    expect(grade.band.key).toBe('top_rated');
  });

  it('count a transaction once, that was cancelled and disputed', () => {
    const both = gradeWith(times(4, { faults: ['CANCELLED_BY_SELLER', 'DISPUTE_LOST'] }), 200);

    expect(metricIn(both, 'transaction_defect_rate')).toMatchObject({ numerator: 4, value: 0.02 });
  });

  it('limit cases closed without resolution on their own, by their number: 2 of 200 are forgiven, the third is not', () => {
    const grade = gradeWith(times(3, { ...LOST, buyer: 'the same' })); // 1.5 %

    expect(gradeWith(times(2, LOST)).band.key).toBe('top_rated');
    expect(grade.band.key).toBe('below_standard');
    expect(grade.reasons.map(({ code }) => code)).toEqual(['CASES_WITHOUT_RESOLUTION']);
  });

  it('hold no one below standard for late shipments, but keep it from Top Rated', () => {
    const grade = gradeWith(times(7, { faults: ['LATE_SHIPMENT'] })); // 3.5 % of 200

    expect(grade.band.key).toBe('above_standard');
    expect(metricIn(grade, 'late_shipment_rate')).toMatchObject({ value: 0.035, target: 0.03, status: 'BAD' });
    expect(grade.reasons[0]!.text('en')).toBe(
      'Late shipment rate: 3.5% (7 of 200, 7 buyers); Top Rated asks for at most 3%, or no more than 5 orders',
    );
    expect(grade.next).toMatchObject({ band: 'top_rated', level: 'AAA' });
    expect(grade.next!.suggestion('en')).toBe('To Top Rated: Late shipment rate: 34 more orders with nothing wrong.'); // 7/234 < 3 % < 7/233
    expect(grade.next!.suggestion('zh-CN')).toMatch(/^优秀评级卖家还需：延迟运送率/);
  });

  it('measure tracking by the share that has it', () => {
    const grade = gradeWith(times(11, { faults: ['UNTRACKED'] })); // 189 of 200

    expect(metricIn(grade, 'tracking_rate')).toMatchObject({
      value: 0.945,
      numerator: 189,
      denominator: 200,
      distinctCounterparties: 11,
      condition: 'AT_LEAST',
      target: 0.95,
      status: 'BAD',
    });
    expect(grade.next!.suggestion()).toContain('Valid tracking: 20 more orders'); // 209 of 220 are 95 %
  });

  it('keep a small or young seller from Top Rated, and say how much is missing', () => {
    const young = standardsGrade(ebay, factsOf([aDay(TODAY, 60)], 50, TODAY - 30), TODAY, 60, []);

    expect(young.band.key).toBe('above_standard');
    expect(young.reasons.map(({ code }) => code)).toEqual(['SELLING_DAYS', 'TRANSACTIONS']);
    expect(young.next!.suggestion()).toBe(
      'To Top Rated: Days since the first sale: 60 days more; Transactions: 40 more.',
    );
  });

  it('have no limit for sales in a currency of which none is published', () => {
    const day = { ...aDay(TODAY, 200), revenue: 0, revenueOrders: 0 };
    const grade = standardsGrade(ebay, factsOf([day]), TODAY, 200, []);

    expect(metricIn(grade, 'sales_usd')).toMatchObject({ value: null, status: 'NOT_ENOUGH_DATA' });
    expect(grade.band.key).toBe('top_rated');
  });

  it('do not evaluate who has sold nothing', () => {
    const grade = standardsGrade(ebay, factsOf([], 0, null), TODAY, 0, []);

    expect(grade.band).toMatchObject({ key: 'not_evaluated', level: 'NOT_RATED' });
    expect(grade.reasons.map(({ code }) => code)).toEqual(['NOT_ENOUGH_EVIDENCE']);
    expect(grade.metrics.find(({ key }) => key === 'transaction_defect_rate')).toMatchObject({
      value: null,
      status: 'NOT_ENOUGH_DATA',
    });
  });
});
