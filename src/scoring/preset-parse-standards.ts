import { asList, asObject, asOneOf, asRecord, asText, asWhole, refuse, type Fields, type Path } from './checks.ts';
import { ORDER_BASES, ORDER_FAULTS } from './preset-facts.ts';
import {
  BAND_FIELDS,
  checkBands,
  DAYS,
  HEAD_FIELDS,
  MANY,
  parseBand,
  parseHead,
  parseSourced,
  parseSourcedWhole,
  parseWording,
  SHARE,
  type Head,
} from './preset-parse.ts';
import type { Limit, LookBack, MetricRule, StandardBand, StandardsPreset } from './preset-policy.ts';

export function parseStandards(document: unknown): StandardsPreset {
  const own = ['lookBack', 'minimum', 'metrics', 'standard', 'bands'];
  const fields = asObject(document, [], [...HEAD_FIELDS, ...own]);
  const head = parseHead(fields);
  const lookBack = parseLookBack(fields['lookBack'], head);
  const metrics = parseMetrics(fields['metrics'], lookBack, head);
  const minimum = parseMinimum(fields['minimum'], head);
  const bands = asList(fields['bands'], ['bands'], 20).map((band, i) =>
    parseStandardBand(band, ['bands', String(i)], metrics, head),
  );
  if (bands.length < 2) refuse(['bands'], 'must have at least 2 entries');
  checkBands(bands, [minimum], ['bands']);
  if (Object.keys(bands.at(-1)!.limits).length > 0)
    refuse(['bands', String(bands.length - 1), 'limits'], 'must be empty: the last band asks for nothing');
  const standard = asOneOf(
    fields['standard'],
    ['standard'],
    bands.map(({ key }) => key),
  );
  return { ...head, method: 'STANDARDS', lookBack, minimum, metrics, standard, bands };
}

function parseLookBack(value: unknown, head: Head): LookBack | null {
  if (value === null) return null;
  const path = ['lookBack'];
  const fields = asObject(value, path, ['days', 'enough', 'of', 'elseDays']);
  const days = parseSourcedWhole(fields['days'], [...path, 'days'], head, DAYS);
  return {
    days,
    enough: parseSourcedWhole(fields['enough'], [...path, 'enough'], head, [1, 1_000_000]),
    of: asOneOf(fields['of'], [...path, 'of'], ORDER_BASES),
    elseDays: parseSourcedWhole(fields['elseDays'], [...path, 'elseDays'], head, [days.value, DAYS[1]]),
  };
}

function parseMinimum(value: unknown, head: Head): StandardsPreset['minimum'] {
  const path = ['minimum'];
  const fields = asObject(value, path, [...BAND_FIELDS, 'orders', 'of']);
  const band = parseBand(fields, path);
  if (band.level !== 'NOT_RATED') refuse([...path, 'level'], 'must be NOT_RATED');
  return {
    ...band,
    orders: parseSourcedWhole(fields['orders'], [...path, 'orders'], head, [1, 1_000_000]),
    of: asOneOf(fields['of'], [...path, 'of'], ORDER_BASES),
  };
}

function parseMetrics(value: unknown, lookBack: LookBack | null, head: Head): readonly MetricRule[] {
  const metrics = asList(value, ['metrics'], 30).map((each, i) => parseMetric(each, ['metrics', String(i)], head));
  if (metrics.length === 0) refuse(['metrics'], 'must have at least 1 entry');
  metrics.forEach(({ key, windowDays, unit }, i) => {
    const path = ['metrics', String(i)];
    if (metrics.findIndex((each) => each.key === key) < i) refuse([...path, 'key'], 'is a metric already');
    if (lookBack === null && windowDays === null)
      refuse([...path, 'windowDays'], 'is needed where there is no lookBack');
    if (unit !== 'RATE' && windowDays !== null)
      refuse([...path, 'windowDays'], 'must be null: only a RATE has a window of its own');
  });
  return metrics;
}

const METRIC_FIELDS = {
  RATE: ['of', 'counts', 'faults'],
  COUNT: ['of'],
  DAYS: [],
  MONEY: ['currency', 'minorUnits'],
} as const;
const UNITS = Object.keys(METRIC_FIELDS) as (keyof typeof METRIC_FIELDS)[];

function parseMetric(value: unknown, path: Path, head: Head): MetricRule {
  const unit = asOneOf(asRecord(value, path)['unit'], [...path, 'unit'], UNITS);
  const fields = asObject(value, path, ['key', 'label', 'unit', 'windowDays', ...METRIC_FIELDS[unit]]);
  const windowDays = fields['windowDays'];
  const common = {
    key: asText(fields['key'], [...path, 'key'], /^[a-z][a-z0-9_]{0,62}$/, 'late_shipment_rate'),
    label: parseWording(fields['label'], [...path, 'label']),
    windowDays: windowDays === null ? null : parseSourcedWhole(windowDays, [...path, 'windowDays'], head, DAYS),
  };
  const base = () => asOneOf(fields['of'], [...path, 'of'], ORDER_BASES);
  switch (unit) {
    case 'RATE':
      return { ...common, unit, of: base(), ...parseFaults(fields, path) };
    case 'COUNT':
      return { ...common, unit, of: base() };
    case 'DAYS':
      return { ...common, unit };
    case 'MONEY':
      return {
        ...common,
        unit,
        currency: asText(fields['currency'], [...path, 'currency'], /^[A-Z]{3}$/, 'USD, an ISO 4217 code'),
        minorUnits: asWhole(fields['minorUnits'], [...path, 'minorUnits'], 1, 10_000),
      };
  }
}

function parseFaults(fields: Fields, path: Path) {
  const at = [...path, 'faults'];
  const faults = asList(fields['faults'], at, ORDER_FAULTS.length).map((fault, i) =>
    asOneOf(fault, [...at, String(i)], ORDER_FAULTS),
  );
  if (faults.length === 0) refuse(at, 'must have at least 1 entry');
  return { counts: asOneOf(fields['counts'], [...path, 'counts'], ['WITH', 'WITHOUT'] as const), faults };
}

function parseStandardBand(value: unknown, path: Path, metrics: readonly MetricRule[], head: Head): StandardBand {
  const fields = asObject(value, path, [...BAND_FIELDS, 'limits']);
  const limits = Object.entries(asRecord(fields['limits'], [...path, 'limits'])).map(([key, limit]) => {
    const metric = metrics.find((each) => each.key === key);
    if (!metric) refuse([...path, 'limits', key], 'is not a metric of this document');
    return [key, parseLimit(limit, [...path, 'limits', key], metric, head)] as const;
  });
  return { ...parseBand(fields, path), limits: Object.fromEntries(limits) };
}

const FORGIVING = ['counterparties', 'events'] as const;

function parseLimit(value: unknown, path: Path, metric: MetricRule, head: Head): Limit {
  const sourced = parseSourced(value, path, head, metric.unit === 'RATE' ? SHARE : MANY, FORGIVING);
  const fields = asRecord(value, path);
  const given = FORGIVING.filter((key) => fields[key] !== undefined);
  const isFaultRate = metric.unit === 'RATE' && metric.counts === 'WITH';
  if (given[0] && !isFaultRate) refuse([...path, given[0]], 'is only for a RATE of orders WITH faults');
  if (given[1]) refuse([...path, given[1]], `cannot stand beside ${given[0]}`);
  const [counterparties, events] = FORGIVING.map((key) =>
    given.includes(key) ? asWhole(fields[key], [...path, key], ...MANY) : null,
  );
  return { ...sourced, counterparties: counterparties!, events: events! };
}
