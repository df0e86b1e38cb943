import { SUBJECT_KINDS, type SubjectKind } from '../kernel/subject.ts';
import {
  asList,
  asNumber,
  asNumberAbove,
  asObject,
  asOneOf,
  asRecord,
  asText,
  asWhole,
  refuse,
  type Path,
} from './checks.ts';
import { kindOf, kindsOf } from './kinds.ts';
import { CUT_BANDS, type CutBand } from './levels.ts';
import { OPTIONS, parseOptions } from './parse-options.ts';
import type { Gate, Mass, Policy, Repeat, ReviewerRule, ValueRule } from './policy.ts';

const FIELDS = [
  'key',
  'subjectKind',
  'epoch',
  'masses',
  'goodHalfLifeDays',
  'badHalfLifeDays',
  'badWeight',
  'prior',
  'scale',
  'cuts',
  'minimum',
  'gates',
  'value',
  'reviewer',
] as const;
const MOST_MASS = 1000;
const MOST_DAYS = 36_500;
const MOST_POINTS = 100_000;
const MOST_COUNT = 1_000_000_000;
const DAY = 86_400_000;

/** A policy document as it came from outside, checked and in its one normal form; or a Refusal that names the JSON path. */
export function parsePolicy(document: unknown): Policy {
  const fields = asObject(document, [], FIELDS, OPTIONS);
  const subjectKind = asOneOf(fields['subjectKind'], ['subjectKind'], SUBJECT_KINDS);
  const epoch = parseEpoch(fields['epoch']);
  return {
    key: asText(fields['key'], ['key'], /^[a-z][a-z0-9-]{0,62}$/, 'default-merchant'),
    subjectKind,
    epoch,
    masses: parseMasses(fields['masses'], subjectKind),
    goodHalfLifeDays: parseHalfLife(fields['goodHalfLifeDays'], ['goodHalfLifeDays'], epoch),
    badHalfLifeDays: parseHalfLife(fields['badHalfLifeDays'], ['badHalfLifeDays'], epoch),
    badWeight: asNumberAbove(fields['badWeight'], ['badWeight'], 0, 100),
    prior: parsePrior(fields['prior']),
    scale: parseScale(fields['scale']),
    cuts: parseCuts(fields['cuts']),
    minimum: parseMinimum(fields['minimum']),
    gates: parseGates(fields['gates']),
    value: parseValue(fields['value']),
    reviewer: parseReviewer(fields['reviewer']),
    ...parseOptions(fields, subjectKind),
  };
}

function parseEpoch(value: unknown): string {
  const path = ['epoch'];
  const text = asText(value, path, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/, '1995-01-01T00:00:00Z');
  const at = Date.parse(text);
  if (Number.isNaN(at)) refuse(path, 'is not a date of the calendar');
  if (at < 0 || at > Date.UTC(2100, 0, 1)) refuse(path, 'must lie between 1970 and 2100');
  return text;
}

/** A power of two each half-life from the epoch, on to 2100 and back to 1995: with sums of it a double must hold them (2^1023). */
function parseHalfLife(value: unknown, path: Path, epoch: string): number {
  const days = asNumberAbove(value, path, 0, MOST_DAYS);
  const farthest = Math.max(Date.UTC(2100, 0, 1) - Date.parse(epoch), Date.parse(epoch) - Date.UTC(1995, 0, 1));
  const shortest = Math.ceil(farthest / DAY / 950);
  if (days < shortest)
    refuse(path, `must be at least ${shortest} days with the epoch ${epoch}; one nearer to 2047 allows less`);
  return days;
}

function parseMasses(value: unknown, subjectKind: SubjectKind): Readonly<Record<string, Mass>> {
  const known = kindsOf(subjectKind).map((each) => each.key);
  const given = asRecord(value, ['masses']);
  for (const key of Object.keys(given)) {
    if (!known.includes(key)) refuse(['masses', key], `is no posting kind of a ${subjectKind}`);
  }
  const named = known.filter((key) => Object.hasOwn(given, key));
  if (named.length === 0) refuse(['masses'], `must give a mass to a posting kind of a ${subjectKind}`);
  const isOffence = (key: string) => kindOf(subjectKind, key).isOffence;
  return Object.fromEntries(named.map((key) => [key, parseMass(given[key], ['masses', key], isOffence(key))]));
}

function parseMass(value: unknown, path: Path, isOffence: boolean): Mass {
  const isGood = Object.hasOwn(asRecord(value, path), 'good');
  const side = isGood ? 'good' : 'bad';
  const fields = asObject(value, path, [side], isOffence && !isGood ? ['repeat'] : []);
  const mass = asNumber(fields[side], [...path, side], 0, MOST_MASS);
  if (isGood) return { good: mass };
  return Object.hasOwn(fields, 'repeat')
    ? { bad: mass, repeat: parseRepeat(fields['repeat'], [...path, 'repeat'], mass) }
    : { bad: mass };
}

function parseRepeat(value: unknown, path: Path, mass: number): Repeat {
  const { times, most } = asObject(value, path, ['times', 'most']);
  return {
    times: asNumber(times, [...path, 'times'], 1, MOST_MASS),
    most: asNumber(most, [...path, 'most'], mass, MOST_MASS),
  };
}

function parsePrior(value: unknown): Policy['prior'] {
  const { k, p0 } = asObject(value, ['prior'], ['k', 'p0']);
  const share = asNumberAbove(p0, ['prior', 'p0'], 0, 1);
  if (share === 1) refuse(['prior', 'p0'], 'must be less than 1');
  return { k: asNumberAbove(k, ['prior', 'k'], 0, 1_000_000), p0: share };
}

function parseScale(value: unknown): Policy['scale'] {
  const path = ['scale'];
  const fields = asObject(value, path, ['base', 'pdo', 'min', 'max']);
  const min = asWhole(fields['min'], [...path, 'min'], -MOST_POINTS, MOST_POINTS);
  const max = asWhole(fields['max'], [...path, 'max'], -MOST_POINTS, MOST_POINTS);
  if (max <= min) refuse([...path, 'max'], `must be greater than min, ${min}`);
  const base = asNumber(fields['base'], [...path, 'base'], min, max);
  return { base, pdo: asNumberAbove(fields['pdo'], [...path, 'pdo'], 0, MOST_POINTS), min, max };
}

function parseCuts(value: unknown): Policy['cuts'] {
  const fields = asObject(value, ['cuts'], CUT_BANDS);
  const cut = (band: CutBand) => asNumber(fields[band], ['cuts', band], -MOST_POINTS, MOST_POINTS);
  const cuts = {
    AAA: cut('AAA'),
    AA: cut('AA'),
    A: cut('A'),
    BBB: cut('BBB'),
    BB: cut('BB'),
    B: cut('B'),
    C: cut('C'),
  };
  CUT_BANDS.forEach((band, i) => {
    const better = CUT_BANDS[i - 1];
    if (better && cuts[band] >= cuts[better]) refuse(['cuts', band], `must be less than ${better}'s, ${cuts[better]}`);
  });
  return cuts;
}

function parseMinimum(value: unknown): Policy['minimum'] {
  const path = ['minimum'];
  const fields = asObject(value, path, ['counterparties', 'deals']);
  return {
    counterparties: asWhole(fields['counterparties'], [...path, 'counterparties'], 0, MOST_COUNT),
    deals: asWhole(fields['deals'], [...path, 'deals'], 0, MOST_COUNT),
  };
}

function parseGates(value: unknown): readonly Gate[] {
  const gates = asList(value, ['gates'], 100).map((each, i) => parseGate(each, ['gates', String(i)]));
  gates.forEach((gate, i) => {
    const first = gates.findIndex((each) => each.level === gate.level);
    if (first < i) refuse(['gates', String(i), 'level'], `has a gate already, gates.${first}`);
  });
  return gates;
}

function parseGate(value: unknown, path: Path): Gate {
  const fields = asObject(value, path, ['level', 'counterparties', 'tradingDays'], ['deals']);
  return {
    level: asOneOf(fields['level'], [...path, 'level'], CUT_BANDS),
    counterparties: asWhole(fields['counterparties'], [...path, 'counterparties'], 0, MOST_COUNT),
    tradingDays: asWhole(fields['tradingDays'], [...path, 'tradingDays'], 0, MOST_DAYS),
    ...(Object.hasOwn(fields, 'deals') && { deals: asWhole(fields['deals'], [...path, 'deals'], 0, MOST_COUNT) }),
  };
}

function parseValue(value: unknown): ValueRule {
  const path = ['value'];
  const fields = asObject(value, path, ['min', 'ceiling', 'referenceAmounts']);
  const ceiling = asNumberAbove(fields['ceiling'], [...path, 'ceiling'], 0, 100);
  const min = asNumber(fields['min'], [...path, 'min'], 0, ceiling);
  return { min, ceiling, referenceAmounts: parseReferenceAmounts(fields['referenceAmounts']) };
}

function parseReferenceAmounts(value: unknown): Readonly<Record<string, number>> {
  const path = ['value', 'referenceAmounts'];
  const amounts = Object.entries(asRecord(value, path));
  if (amounts.length > 300) refuse(path, 'must have at most 300 currencies');
  return Object.fromEntries(
    amounts.map(([currency, amount]) => {
      asText(currency, [...path, currency], /^[A-Z]{3}$/, 'CNY, an ISO 4217 code');
      return [currency, asWhole(amount, [...path, currency], 1, Number.MAX_SAFE_INTEGER)];
    }),
  );
}

function parseReviewer(value: unknown): ReviewerRule {
  const path = ['reviewer'];
  const fields = asObject(value, path, ['floorPurchase', 'floorFree', 'experienceHalf']);
  return {
    floorPurchase: asNumber(fields['floorPurchase'], [...path, 'floorPurchase'], 0, 1),
    floorFree: asNumber(fields['floorFree'], [...path, 'floorFree'], 0, 1),
    experienceHalf: asNumberAbove(fields['experienceHalf'], [...path, 'experienceHalf'], 0, 1_000_000),
  };
}
