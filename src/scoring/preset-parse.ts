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
  type Fields,
  type Path,
} from './checks.ts';
import { BANDS, type Level } from './levels.ts';
import type { PresetBand, PresetPolicy, Source, Sourced, Wording } from './preset-policy.ts';

/** What every preset begins with, and what numbers in it need: a source that is named in the document. */
export interface Head extends Pick<PresetPolicy, 'key' | 'subjectKind' | 'label' | 'notes' | 'sources'> {}

export const HEAD_FIELDS = ['key', 'subjectKind', 'method', 'label', 'notes', 'sources'] as const;
const KEY = /^[a-z][a-z0-9-]{0,62}$/;

export function parseHead(fields: Fields): Head {
  const key = asText(fields['key'], ['key'], KEY, 'ebay-seller-standards');
  if (key === 'default')
    refuse(['key'], 'cannot be default: standings are kept under that policy, and a preset has none');
  return {
    key,
    subjectKind: asOneOf(fields['subjectKind'], ['subjectKind'], ['MERCHANT'] as const),
    label: parseWording(fields['label'], ['label']),
    notes: asList(fields['notes'], ['notes'], 50).map((note, i) => asWords(note, ['notes', String(i)])),
    sources: parseSources(fields['sources']),
  };
}

function parseSources(value: unknown): Readonly<Record<string, Source>> {
  const given = Object.entries(asRecord(value, ['sources']));
  if (given.length === 0 || given.length > 50) refuse(['sources'], 'must have 1 to 50 entries');
  return Object.fromEntries(given.map(([key, source]) => [key, parseSource(source, ['sources', key])]));
}

function parseSource(value: unknown, path: Path): Source {
  const fields = asObject(value, path, ['mark', 'title', 'url', 'date']);
  return {
    mark: asOneOf(fields['mark'], [...path, 'mark'], ['S', 'T', 'K', 'O'] as const),
    title: asWords(fields['title'], [...path, 'title']),
    url:
      fields['url'] === null
        ? null
        : asText(fields['url'], [...path, 'url'], /^https?:\/\/\S{1,500}$/, 'https://example.com'),
    date: asText(fields['date'], [...path, 'date'], /^\d{4}-\d\d(-\d\d)?$/, '2026-11-22'),
  };
}

/** A text of some length, for people. */
const asWords = (value: unknown, path: Path): string =>
  asText(value, path, /^[^\p{Cc}]{1,500}$/u, 'a line of up to 500 characters');

export function parseWording(value: unknown, path: Path): Wording {
  const fields = asObject(value, path, ['en', 'zh-CN']);
  return { en: asWords(fields['en'], [...path, 'en']), 'zh-CN': asWords(fields['zh-CN'], [...path, 'zh-CN']) };
}

export const BAND_FIELDS = ['key', 'label', 'level'] as const;

export function parseBand(fields: Fields, path: Path): PresetBand {
  return {
    key: asText(fields['key'], [...path, 'key'], /^[a-z0-9][a-z0-9_.-]{0,62}$/, 'top_rated'),
    label: parseWording(fields['label'], [...path, 'label']),
    level: asOneOf<Level>(fields['level'], [...path, 'level'], [...BANDS, 'NOT_RATED']),
  };
}

type Range = readonly [least: number, most: number];
export const SHARE: Range = [0, 1];
export const DAYS: Range = [1, 3650];
export const MANY: Range = [0, 1_000_000_000];

/** {"value": 0.02, "source": "standards"}. */
export function parseSourced(
  value: unknown,
  path: Path,
  head: Head,
  [least, most]: Range,
  optional: readonly string[] = [],
): Sourced {
  const fields = asObject(value, path, ['value', 'source'], optional);
  const source = asText(fields['source'], [...path, 'source'], /^.{1,100}$/, 'standards, a key of sources');
  if (!Object.hasOwn(head.sources, source)) refuse([...path, 'source'], `is not among the sources of this document`);
  return { value: asNumber(fields['value'], [...path, 'value'], least, most), source };
}

export function parseSourcedWhole(value: unknown, path: Path, head: Head, range: Range): Sourced {
  const sourced = parseSourced(value, path, head, range);
  asWhole(sourced.value, [...path, 'value'], ...range);
  return sourced;
}

export function parseSourcedAbove(value: unknown, path: Path, head: Head, range: Range): Sourced {
  const sourced = parseSourced(value, path, head, range);
  asNumberAbove(sourced.value, [...path, 'value'], ...range);
  return sourced;
}

/** Keys must differ, and levels may not get better from the best band to the worst. */
export function checkBands(
  bands: readonly PresetBand[],
  others: readonly PresetBand[],
  path: Path,
  isUpwards = false,
): void {
  bands.forEach(({ key, level }, i) => {
    const at = [...path, String(i)];
    if ([...bands.slice(0, i), ...others].some((each) => each.key === key)) refuse([...at, 'key'], 'is a band already');
    if (level === 'NOT_RATED') refuse([...at, 'level'], 'must be a level');
    const before = bands[i - 1];
    if (!before || before.level === level || rankOf(before.level) > rankOf(level) === isUpwards) return;
    refuse(
      [...at, 'level'],
      `must not be ${isUpwards ? 'worse' : 'better'} than that of ${before.key}, ${before.level}`,
    );
  });
}

const rankOf = (level: Level): number => [...BANDS, 'NOT_RATED'].indexOf(level);
