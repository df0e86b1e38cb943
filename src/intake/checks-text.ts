import { isIP } from 'node:net';
import { kind, Rejection, shown, type Kind } from './checks.ts';

/** Control characters, and white space at either end: "m1" and "m1 " would be two merchants that look like one. */
const NOT_IN_IDS = /\p{Cc}|^\s|\s$/u;
const CONTROL = /\p{Cc}/u;
export const ID_LENGTH = 200;

/** An id of the platform's own. Any script is fine. */
export const externalId: Kind<string> = {
  cell: 'text',
  check(value, path) {
    if (typeof value !== 'string') return new Rejection('ID_INVALID', `${path} is ${shown(value)}, not a text`, path);
    const complaint = flawOf(value);
    if (complaint !== null) return new Rejection('TEXT_INVALID', `${path} ${complaint}`, path);
    if (value.length === 0 || isLongerThan(value, ID_LENGTH))
      return new Rejection('ID_INVALID', `${path} must have 1 to ${ID_LENGTH} characters, not ${value.length}`, path);
    if (NOT_IN_IDS.test(value))
      return new Rejection('ID_INVALID', `${path} is ${shown(value)}: control characters, or space at an end`, path);
    return value;
  },
};

/** A line that people read: a name, a cause, a carrier. */
export const line: Kind<string> = {
  cell: 'text',
  check(value, path) {
    const text = checkedText(value, path, 200);
    if (text instanceof Rejection || !CONTROL.test(text)) return text;
    return new Rejection('TEXT_INVALID', `${path} is ${shown(value)}: it has control characters`, path);
  },
};

/** A line that must say something. */
export const cause: Kind<string> = {
  cell: 'text',
  check: (value, path, now) =>
    value === '' ? new Rejection('TEXT_INVALID', `${path} is empty`, path) : line.check(value, path, now),
};

/** What a buyer wrote, kept to the letter. */
export const reviewText: Kind<string> = { cell: 'text', check: (value, path) => checkedText(value, path, 10_000) };

export const ip: Kind<string> = kind(
  'text',
  (value): value is string => typeof value === 'string' && isIP(value) !== 0,
  'IP_INVALID',
  'an IPv4 or IPv6 address',
);

export function choice<T extends string>(...choices: readonly T[]): Kind<T> {
  const isChoice = (value: unknown): value is T => (choices as readonly unknown[]).includes(value);
  return kind('text', isChoice, 'CHOICE_UNKNOWN', `one of ${choices.join(', ')}`);
}

function checkedText(value: unknown, path: string, most: number): string | Rejection {
  if (typeof value !== 'string') return new Rejection('TEXT_INVALID', `${path} is ${shown(value)}, not a text`, path);
  const complaint = flawOf(value);
  if (complaint !== null) return new Rejection('TEXT_INVALID', `${path} ${complaint}`, path);
  if (isLongerThan(value, most))
    return new Rejection('TEXT_TOO_LONG', `${path} may have at most ${most} characters`, path);
  return value;
}

/** What the database cannot keep as it came. Nothing is stripped in silence. */
export function flawOf(text: string): string | null {
  if (text.includes('\0')) return 'has a NUL character';
  return text.isWellFormed() ? null : 'has half a surrogate pair, which is no character';
}

/** Counts characters as people and Postgres do, so that an emoji is one; and only where the quick count is in doubt. */
export function isLongerThan(text: string, most: number): boolean {
  if (text.length <= most) return false;
  if (text.length > 2 * most) return true;
  let count = 0;
  for (const _ of text) count++;
  return count > most;
}
