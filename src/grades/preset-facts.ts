import {
  faultBits,
  ORDER_BASES,
  type DueAndDone,
  type ExcusedPeriod,
  type FaultyOrder,
  type OrderBase,
  type OrderFacts,
  type RatingFacts,
  type StarFacts,
} from '../scoring/preset-facts.ts';
import { DIMENSION_KEYS, type StandardsPreset } from '../scoring/preset-policy.ts';
import type { ExcuseRow } from './excuses.queries.ts';
import type { DimensionsRow, FaultyCell, OrderDayRow, RatingPatternRow, StarDayRow } from './preset-facts.queries.ts';

/** Rows as the statements give them to facts as the rules want them. */

/** What a preset needs to know of orders, so that no more is read. */
export function wantedOf({ metrics }: StandardsPreset): { faults: number; feedback: boolean; currency: string | null } {
  const faults = metrics.flatMap((metric) => (metric.unit === 'RATE' ? metric.faults : []));
  const money = metrics.find((metric) => metric.unit === 'MONEY');
  return {
    faults: faultBits(faults),
    feedback: faults.includes('NEGATIVE_FEEDBACK'),
    currency: money?.currency ?? null,
  };
}

export function orderFactsOf(rows: readonly OrderDayRow[], firstDay: number | null): OrderFacts {
  const days = rows.flatMap(({ day, orders, revenue, revenueOrders, faulty }) =>
    day === null
      ? []
      : [{ day, orders: byBase(orders), revenue, revenueOrders, faulty: (faulty ?? []).map(faultyOrderOf) }],
  );
  return { days, buyers: rows.find(({ day }) => day === null)?.buyers ?? 0, firstDay };
}

const byBase = (counts: readonly number[]): Record<OrderBase, number> =>
  Object.fromEntries(ORDER_BASES.map((base, i) => [base, counts[i]!])) as Record<OrderBase, number>;

function faultyOrderOf([
  faults,
  bases,
  buyer,
  handoverDue,
  handedOver,
  deliveryDue,
  delivered,
  cancelled,
]: FaultyCell): FaultyOrder {
  return {
    buyer,
    faults,
    bases,
    handover: late(handoverDue, handedOver),
    delivery: late(deliveryDue, delivered),
    cancelled: faults & CANCELLED ? cancelled : null,
  };
}

const CANCELLED = faultBits(['CANCELLED_BY_SELLER']);
const late = (due: number | null, done: number | null): DueAndDone | null =>
  due === null || done === null ? null : { due, done };

/** The periods that excuse this merchant. */
export const periodsOf = (excuses: readonly ExcuseRow[], merchantId: string): ExcusedPeriod[] =>
  excuses.filter(({ merchantIds }) => merchantIds === null || merchantIds.includes(merchantId));

export function ratingFactsOf(rows: readonly RatingPatternRow[], dimensions: DimensionsRow | undefined): RatingFacts {
  const whole = rows.find(({ good }) => good === null);
  return {
    patterns: rows.flatMap(({ good, neutral, bad, times }) =>
      good === null || neutral === null || bad === null ? [] : [{ good, neutral, bad, times }],
    ),
    raters: whole?.times ?? 0,
    firstDay: whole?.firstDay ?? null,
    dimensions: DIMENSION_KEYS.map((_, i) => ({
      count: dimensions?.counts[i] ?? 0,
      sum: dimensions?.sums[i] ?? 0,
      raters: dimensions?.raters[i] ?? 0,
    })),
  };
}

export const starFactsOf = (rows: readonly StarDayRow[]): StarFacts => ({
  days: rows.flatMap(({ day, stars }) => (day === null ? [] : [{ day, stars }])),
  raters: rows.find(({ day }) => day === null)?.raters ?? 0,
});
