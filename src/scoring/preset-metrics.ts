import {
  baseBit,
  faultBits,
  ORDER_FAULTS,
  type DueAndDone,
  type ExcusedPeriod,
  type FaultyOrder,
  type OrderBase,
  type OrderDay,
  type OrderFacts,
  type OrderFault,
} from './preset-facts.ts';
import type { Excluded, Metric, TargetCondition } from './preset-grade.ts';
import type { MetricRule } from './preset-policy.ts';

/** A metric before it is held against a target. */
export type Measure = Omit<Metric, 'target' | 'status'>;

/** What every measure is taken of: the orders of so many days up to and with `asOfDay`, and what excuses there are. */
export interface Ground {
  readonly facts: OrderFacts;
  readonly asOfDay: number;
  readonly lookBackDays: number; // for what has no window of its own
  readonly periods: readonly ExcusedPeriod[];
}

type RateRule = Extract<MetricRule, { unit: 'RATE' }>;

export function measure(rule: MetricRule, ground: Ground): Measure {
  const { key, label, unit } = rule;
  const window = windowOf(rule, ground);
  const days = ground.facts.days.filter(({ day }) => day >= window.from && day <= window.to);
  return { key, label, unit, condition: conditionOf(rule), window, ...valueOf(rule, days, ground) };
}

export const conditionOf = (rule: MetricRule): TargetCondition =>
  rule.unit === 'RATE' && rule.counts === 'WITH' ? 'AT_MOST' : 'AT_LEAST';

export function windowOf({ windowDays }: MetricRule, { asOfDay, lookBackDays }: Ground): { from: number; to: number } {
  return { from: asOfDay - (windowDays?.value ?? lookBackDays) + 1, to: asOfDay };
}

type Value = Pick<Metric, 'value' | 'numerator' | 'denominator' | 'distinctCounterparties' | 'excluded'>;

function valueOf(rule: MetricRule, days: readonly OrderDay[], { facts, asOfDay, periods }: Ground): Value {
  const whole = { distinctCounterparties: facts.buyers, excluded: null };
  switch (rule.unit) {
    case 'RATE':
      return rateOf(rule, days, periods);
    case 'COUNT': {
      const orders = ordersIn(days, rule.of);
      return { value: orders, numerator: orders, denominator: orders, ...whole };
    }
    case 'DAYS': {
      const value = facts.firstDay === null ? 0 : asOfDay - facts.firstDay;
      return { value, numerator: value, denominator: value, ...whole };
    }
    case 'MONEY': {
      const orders = sum(days, ({ revenueOrders }) => revenueOrders);
      const revenue = sum(days, (day) => day.revenue) / rule.minorUnits;
      return { value: orders === 0 ? null : revenue, numerator: orders, denominator: orders, ...whole };
    }
  }
}

export const ordersIn = (days: readonly OrderDay[], base: OrderBase): number => sum(days, ({ orders }) => orders[base]);

/** The share of orders with any of the faults, or without all of them. An order counts once; what is excused leaves both sides. */
function rateOf(rule: RateRule, days: readonly OrderDay[], periods: readonly ExcusedPeriod[]): Value {
  const all = ordersIn(days, rule.of);
  const buyers = new Set<string>();
  const grounds = new Set<string>();
  let faulty = 0;
  let excused = 0;
  for (const order of countedIn(rule, days)) {
    const why = groundsOf(order, faultBits(rule.faults), periods);
    if (why === null) {
      faulty++;
      buyers.add(order.buyer);
    } else {
      excused++;
      for (const ground of why) grounds.add(ground);
    }
  }
  const denominator = all - excused;
  return {
    value: shareOf(rule, faulty, denominator),
    numerator: rule.counts === 'WITH' ? faulty : denominator - faulty,
    denominator,
    distinctCounterparties: buyers.size,
    excluded: excused === 0 ? null : excludedFrom(shareOf(rule, faulty + excused, all), excused, grounds),
  };
}

/** The orders that speak against the merchant in this metric. */
export function* countedIn(rule: RateRule, days: readonly OrderDay[]): Iterable<FaultyOrder> {
  const [faults, base] = [faultBits(rule.faults), baseBit(rule.of)];
  for (const { faulty } of days)
    for (const order of faulty) if (order.faults & faults && order.bases & base) yield order;
}

const shareOf = ({ counts }: RateRule, faulty: number, of: number): number | null =>
  of === 0 ? null : (counts === 'WITH' ? faulty : of - faulty) / of;

const excludedFrom = (value: number | null, count: number, grounds: ReadonlySet<string>): Excluded => ({
  value,
  numerator: count,
  denominator: count,
  grounds: [...grounds].toSorted(),
});

/** On which grounds each of these faults of an order is excused; null where one of them is not. */
export function groundsOf(order: FaultyOrder, faults: number, periods: readonly ExcusedPeriod[]): string[] | null {
  if (periods.length === 0) return null;
  const grounds: string[] = [];
  for (const [bit, fault] of ORDER_FAULTS.entries()) {
    if (((order.faults & faults) >> bit) % 2 === 0) continue;
    const days = excusableDays(order, fault);
    const excusing = periods.filter(({ from, to }) => days.some((day) => day >= from && day <= to));
    if (excusing.length === 0) return null;
    grounds.push(...excusing.map(({ ground }) => ground));
  }
  return grounds;
}

/** A delay is excused by what befell on the day that it was due or the day that it happened; a cancellation, on its day. */
function excusableDays({ handover, delivery, cancelled }: FaultyOrder, fault: OrderFault): readonly number[] {
  const either = (late: DueAndDone | null) => (late === null ? [] : [late.due, late.done]);
  if (fault === 'LATE_HANDOVER') return either(handover);
  if (fault === 'LATE_DELIVERY' || fault === 'LATE_SHIPMENT') return either(delivery);
  return fault === 'CANCELLED_BY_SELLER' && cancelled !== null ? [cancelled] : [];
}

const sum = <Row>(rows: readonly Row[], value: (row: Row) => number): number =>
  rows.reduce((total, row) => total + value(row), 0);
