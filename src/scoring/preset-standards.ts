import type { ExcusedPeriod, OrderFacts } from './preset-facts.ts';
import { faultBits, type FaultyOrder } from './preset-facts.ts';
import { MOST_REASONS, type Metric, type NextBand, type PresetEvidence, type PresetGrade } from './preset-grade.ts';
import { countedIn, groundsOf, measure, ordersIn, windowOf, type Ground, type Measure } from './preset-metrics.ts';
import type { Limit, PresetBand, StandardBand, StandardsPreset } from './preset-policy.ts';
import { gapText, joined, metricText, tooFewOrders } from './preset-texts.ts';
import type { Reason } from './reasons.ts';

/** How far back facts are needed: of the look-back's two spans the longer where orders are few. */
export function lookBackDays({ lookBack, metrics }: StandardsPreset, recentOrders: number): number {
  const own = metrics.map(({ windowDays }) => windowDays?.value ?? 0);
  if (lookBack === null) return Math.max(...own);
  const { enough, days, elseDays } = lookBack;
  return Math.max(recentOrders >= enough.value ? days.value : elseDays.value, ...own);
}

/** Of facts of at least `lookBackDays` up to and with `asOfDay`; what lies before them counts for nothing. */
export function standardsGrade(
  preset: StandardsPreset,
  known: OrderFacts,
  asOfDay: number,
  recentOrders: number,
  periods: readonly ExcusedPeriod[],
): PresetGrade {
  const reach = lookBackDays(preset, recentOrders);
  const days = known.days.filter(({ day }) => day > asOfDay - reach && day <= asOfDay);
  const ground: Ground = { facts: { ...known, days }, asOfDay, lookBackDays: reach, periods };
  const measures = preset.metrics.map((rule) => measure(rule, ground));
  const metrics = measures.map((each) => heldAgainst(each, targetOf(preset, each.key)));
  const answer = { metrics, evidence: evidenceOf(preset, ground), factors: [] };
  const missing = preset.minimum.orders.value - ordersIn(days, preset.minimum.of);
  if (missing > 0) return { ...answer, band: preset.minimum, ...notGraded(preset, missing) };
  const place = preset.bands.findIndex(({ limits }) => failings(limits, metrics).length === 0);
  const better = preset.bands[place - 1];
  return {
    ...answer,
    band: preset.bands[place]!,
    reasons: reasonsOf(preset, metrics, better),
    next: better ? nextBand(better, metrics) : null,
  };
}

/** The limit of the band that is expected of everyone, or of the nearest better one that has any. */
function targetOf({ bands, standard }: StandardsPreset, key: string): BandLimit | null {
  const upwards = bands.slice(0, bands.findIndex((band) => band.key === standard) + 1).toReversed();
  const band = upwards.find(({ limits }) => limits[key] !== undefined);
  return band ? { band, limit: band.limits[key]! } : null;
}

const heldAgainst = (measured: Measure, target: BandLimit | null): Metric => ({
  ...measured,
  target: target?.limit.value ?? null,
  status: measured.value === null ? 'NOT_ENOUGH_DATA' : target && !meets(measured, target.limit) ? 'BAD' : 'GOOD',
});

/** What cannot be told yet holds nobody back. */
export function meets({ value, condition, numerator, distinctCounterparties }: Measure, limit: Limit): boolean {
  if (value === null) return true;
  if (condition === 'AT_LEAST') return value >= limit.value;
  if (limit.counterparties !== null && distinctCounterparties <= limit.counterparties) return true;
  return value <= limit.value || (limit.events !== null && numerator <= limit.events);
}

/** The metrics that miss their limits. */
const failings = (limits: StandardBand['limits'], metrics: readonly Metric[]): Metric[] =>
  metrics.filter((metric) => limits[metric.key] !== undefined && !meets(metric, limits[metric.key]!));

interface BandLimit {
  readonly band: StandardBand;
  readonly limit: Limit;
}

/** First what keeps from the next better band, then what misses its target all the same. */
function reasonsOf(preset: StandardsPreset, metrics: readonly Metric[], better: StandardBand | undefined): Reason[] {
  const holding = better ? failings(better.limits, metrics) : [];
  const others = metrics.filter((metric) => metric.status === 'BAD' && !holding.includes(metric));
  return [...holding, ...others].slice(0, MOST_REASONS).map((metric) => {
    const missed = holding.includes(metric)
      ? { band: better!, limit: better!.limits[metric.key]! }
      : targetOf(preset, metric.key)!;
    return reason(metric.key.toUpperCase(), (locale) => metricText(metric, missed.band, missed.limit, locale));
  });
}

const reason = (code: string, text: Reason['text']): Reason => ({ code, points: 0, text });

function nextBand(band: StandardBand, metrics: readonly Metric[]): NextBand {
  const missed = failings(band.limits, metrics);
  return {
    band: band.key,
    level: band.level,
    points: 0,
    suggestion: (locale) =>
      joined(
        band.label,
        missed.map((metric) => gapText(metric, band.limits[metric.key]!, locale)),
        locale,
      ),
  };
}

/** The first band that it may get is the worst that is still expected of everyone. */
function notGraded(
  { minimum, bands, standard }: StandardsPreset,
  missing: number,
): Pick<PresetGrade, 'reasons' | 'next'> {
  const first: PresetBand = bands.find(({ key }) => key === standard)!;
  const suggestion = (locale?: string | null) => tooFewOrders(minimum.label, missing, locale);
  return {
    reasons: [reason('NOT_ENOUGH_EVIDENCE', suggestion)],
    next: { band: first.key, level: first.level, points: 0, suggestion },
  };
}

/** Orders of the widest window; bad are those that speak against the merchant in any metric. */
function evidenceOf(preset: StandardsPreset, { facts, periods, ...ground }: Ground): PresetEvidence {
  const orders = ordersIn(facts.days, preset.minimum.of);
  const bad = new Set<FaultyOrder>();
  for (const rule of preset.metrics) {
    if (rule.unit !== 'RATE') continue;
    const { from, to } = windowOf(rule, { facts, periods, ...ground });
    const days = facts.days.filter(({ day }) => day >= from && day <= to);
    for (const order of countedIn(rule, days))
      if (groundsOf(order, faultBits(rule.faults), periods) === null) bad.add(order);
  }
  const since = facts.days.length === 0 ? null : Math.min(...facts.days.map(({ day }) => day));
  return {
    postings: orders,
    goodMass: Math.max(0, orders - bad.size),
    badMass: bad.size,
    distinctCounterparties: facts.buyers,
    since,
  };
}
