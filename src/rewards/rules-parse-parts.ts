import { asNumber, asObject, asText, refuse, type Path } from '../scoring/checks.ts';
import type { Wording } from './rules.ts';

export const MOST_POINTS = 1_000_000;
export const MOST_DAYS = 3_660;
/** One line of a text for people. */
export const TEXT = /^[^\p{Cc}]{1,500}$/u;
const KEY = /^[A-Z][A-Z0-9_]{1,39}$/;

export const parseKey = (value: unknown, path: Path): string => asText(value, path, KEY, 'ORDER_KEPT');

/** Two decimals at most, so that what it gives can be worked out in whole numbers. */
export function asFactor(value: unknown, path: Path, least: number): number {
  const factor = asNumber(value, path, least, 100);
  if (Math.round(factor * 100) / 100 !== factor) refuse(path, 'must have at most two decimals');
  return factor;
}

export function parseTexts(value: unknown, path: Path): Wording {
  const texts = asObject(value, path, ['en', 'zh-CN']);
  const text = (locale: 'en' | 'zh-CN') => asText(texts[locale], [...path, locale], TEXT, 'a sentence');
  return { en: text('en'), 'zh-CN': text('zh-CN') };
}

/** Each key is of one thing; given with the list in which it stands. */
export function keysApart(keys: readonly (readonly string[])[]): void {
  const seen = new Set<string>();
  for (const [list, key] of keys as [string, string][]) {
    if (seen.has(key)) refuse([list], `the key ${key} is used twice`);
    seen.add(key);
  }
}
