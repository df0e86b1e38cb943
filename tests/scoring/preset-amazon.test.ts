import { describe, expect, it } from 'vitest';
import { groundsOf } from '../../src/scoring/preset-metrics.ts';
import { faultBits, type ExcusedPeriod } from '../../src/scoring/preset-facts.ts';
import { lookBackDays, standardsGrade } from '../../src/scoring/preset-standards.ts';
import { aDay, factsOf, metricIn, presetOf, times, TODAY, type Fault } from './preset-kit.ts';

const amazon = presetOf('amazon-account-health', 'STANDARDS');
const gradeOf = (days: Parameters<typeof factsOf>[0], periods: readonly ExcusedPeriod[] = []) =>
  standardsGrade(amazon, factsOf(days), TODAY, 0, periods);

describe("Amazon's account health", () => {
  it('needs 60 days of facts', () => {
    expect(lookBackDays(amazon, 0)).toBe(60);
  });

  it('has a window of its own for each metric: 60, 30 and 7 days, today in it', () => {
    const grade = gradeOf([
      aDay(TODAY - 60, 1000),
      aDay(TODAY - 59, 40),
      aDay(TODAY - 29, 30),
      aDay(TODAY - 6, 20),
      aDay(TODAY, 10),
    ]);
    const windows = grade.metrics.map(({ key, denominator, window }) => [key, TODAY - window.from! + 1, denominator]);

    expect(windows).toEqual([
      ['order_defect_rate', 60, 100],
      ['late_shipment_rate', 30, 60],
      ['cancellation_rate', 7, 30],
      ['valid_tracking_rate', 30, 60],
      ['on_time_delivery_rate', 30, 60],
    ]);
    expect(grade.band.key).toBe('healthy');
  });

  it('counts an order once, however many defects it has', () => {
    const thrice: Fault = { faults: ['NEGATIVE_FEEDBACK', 'DISPUTE_LOST', 'CHARGEBACK_LOST'] };
    const grade = gradeOf([aDay(TODAY - 40, 200, [thrice, thrice])]);

    expect(metricIn(grade, 'order_defect_rate')).toMatchObject({ value: 0.01, numerator: 2, status: 'GOOD' }); // 1 %: not above it
    expect(grade.band.key).toBe('healthy');
  });

  it('is at risk with one target missed', () => {
    const grade = gradeOf([aDay(TODAY - 40, 200, times(3, { faults: ['NEGATIVE_FEEDBACK'] }))]);

    expect(metricIn(grade, 'order_defect_rate')).toMatchObject({ value: 0.015, target: 0.01, status: 'BAD' });
    expect(grade.band).toMatchObject({ key: 'at_risk', level: 'C' });
    expect(grade.next!.suggestion()).toBe('To Healthy: Order defect rate: 100 more orders with nothing wrong.'); // 3 of 300
  });

  it('measures punctuality by the share on time', () => {
    const late: Fault = { faults: ['LATE_DELIVERY'], delivery: { due: TODAY - 5, done: TODAY - 3 } };
    const grade = gradeOf([aDay(TODAY - 9, 50, times(6, late))]);

    expect(metricIn(grade, 'on_time_delivery_rate')).toMatchObject({
      value: 0.88,
      numerator: 44,
      denominator: 50,
      status: 'BAD',
    });
  });

  it('takes a rate only of orders that something was promised for', () => {
    const day = aDay(TODAY, 50);
    const grade = gradeOf([{ ...day, orders: { ...day.orders, HANDOVER_PROMISED: 0 } }]);

    expect(metricIn(grade, 'late_shipment_rate')).toMatchObject({
      value: null,
      denominator: 0,
      status: 'NOT_ENOUGH_DATA',
    });
    expect(grade.band.key).toBe('healthy');
  });
});

describe('an excuse', () => {
  const storm: ExcusedPeriod = { ground: 'STORM', from: TODAY - 12, to: TODAY - 10 };
  const late = (due: number, done: number): Fault => ({ faults: ['LATE_HANDOVER'], handover: { due, done } });

  it('takes late hand-overs out of the rate, below as above, and shows what it would be', () => {
    const faults = [
      late(TODAY - 12, TODAY - 9), // due in the storm
      late(TODAY - 15, TODAY - 10), // done in the storm
      late(TODAY - 15, TODAY - 9), // late before and after: the storm did not make it so
      late(TODAY - 9, TODAY - 8),
    ];
    const days = [aDay(TODAY - 15, 50, faults)];

    expect(metricIn(gradeOf(days), 'late_shipment_rate')).toMatchObject({ value: 0.08, status: 'BAD', excluded: null });
    expect(metricIn(gradeOf(days, [storm]), 'late_shipment_rate')).toMatchObject({
      value: 2 / 48,
      numerator: 2,
      denominator: 48,
      distinctCounterparties: 2,
      excluded: { value: 0.08, numerator: 2, denominator: 2, grounds: ['STORM'] },
    });
  });

  it('names every ground on which something was left out, once', () => {
    const outage = { ...storm, ground: 'PLATFORM_OUTAGE' };
    const days = [aDay(TODAY - 15, 50, times(3, late(TODAY - 11, TODAY - 11)))];

    expect(metricIn(gradeOf(days, [storm, outage, storm]), 'late_shipment_rate').excluded).toEqual({
      value: 0.06,
      numerator: 3,
      denominator: 3,
      grounds: ['PLATFORM_OUTAGE', 'STORM'],
    });
  });

  it('takes a cancellation out by its day, and an order with another fault stays in', () => {
    const cancelled: Fault = { faults: ['CANCELLED_BY_SELLER'], cancelled: TODAY - 3 };
    const strike = { ground: 'STRIKE', from: TODAY - 3, to: TODAY - 3 };
    const grade = gradeOf([aDay(TODAY - 4, 40, [cancelled, { ...cancelled, cancelled: TODAY - 2 }])], [strike]);
    const both = { faults: ['CANCELLED_BY_SELLER', 'DISPUTE_LOST'], cancelled: TODAY - 3 } as const;
    const [order] = aDay(TODAY, 1, [both]).faulty;

    expect(metricIn(grade, 'cancellation_rate')).toMatchObject({ value: 1 / 39, excluded: { value: 0.05 } });
    expect(groundsOf(order!, faultBits(['CANCELLED_BY_SELLER']), [strike])).toEqual(['STRIKE']);
    expect(groundsOf(order!, faultBits(['CANCELLED_BY_SELLER', 'DISPUTE_LOST']), [strike])).toBeNull();
  });

  it('never excuses what no storm makes: a lost dispute, a bad review', () => {
    const days = [aDay(TODAY - 11, 50, times(2, { faults: ['DISPUTE_LOST'] }))];

    expect(metricIn(gradeOf(days, [storm]), 'order_defect_rate')).toMatchObject({ value: 0.04, excluded: null });
  });

  it('leaves nothing to take a rate of, where every order is excused', () => {
    const grade = gradeOf([aDay(TODAY - 12, 2, times(2, late(TODAY - 11, TODAY - 10)))], [storm]);

    expect(metricIn(grade, 'late_shipment_rate')).toMatchObject({
      value: null,
      denominator: 0,
      status: 'NOT_ENOUGH_DATA',
      excluded: { value: 1, numerator: 2 },
    });
  });
});
