import { Rejection, shown, type Kind } from './checks.ts';

const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;
/** Before that nothing was sold on the Web: a time that old is a zero or a unit mistaken. */
const OLDEST = Date.UTC(1995, 0, 1);
/** How far a sender's clock may be ahead of ours. */
const CLOCK_SKEW_MS = 5 * MINUTE_MS;
const LONGEST_PROMISE_MS = 731 * DAY_MS;

/** When something happened: RFC 3339 text, or a Date that a reader of files has made. */
export const instant: Kind<number> = {
  cell: 'instant',
  check: (value, path, now) => checkedInstant(value, path, now + CLOCK_SKEW_MS, '5 minutes'),
};

/** Until when something was promised: may lie up to two years ahead. */
export const deadline: Kind<number> = {
  cell: 'deadline',
  check: (value, path, now) => checkedInstant(value, path, now + LONGEST_PROMISE_MS, '2 years'),
};

function checkedInstant(value: unknown, path: string, latest: number, ahead: string): number | Rejection {
  const at = typeof value === 'string' ? instantOf(value) : value instanceof Date ? value.getTime() : Number.NaN;
  if (Number.isNaN(at)) {
    const wanted = 'an instant of RFC 3339 such as 2026-11-21T09:30:00Z';
    return new Rejection('TIME_INVALID', `${path} is ${shown(value)}, but must be ${wanted}`, path);
  }
  if (at < OLDEST) return new Rejection('TIME_TOO_OLD', `${path} is ${shown(value)}, before 1995`, path);
  if (at > latest) return new Rejection('TIME_IN_FUTURE', `${path} is ${shown(value)}, more than ${ahead} ahead`, path);
  return at;
}

/** How files write times: looser than RFC 3339, and mostly without a zone. */
export interface TimeStyle {
  readonly zoneMs: number; // east of Greenwich, where the text names no zone
}

/**
 * The instant that the text names, in ms since 1970 UTC; NaN where it names none. By hand, since Date.parse takes 30 February,
 * and a million orders have seven times each. Digits below the millisecond are cut off.
 */
export function instantOf(text: string, style?: TimeStyle): number {
  const day = dayOf(text);
  if (text.length === 10) return style ? day - style.zoneMs : Number.NaN;
  const between = text[10];
  if (between !== 'T' && between !== 't' && !(style && between === ' ')) return Number.NaN;
  const hour = digitsOf(text, 11, 2);
  const minute = digitsOf(text, 14, 2);
  if (text[13] !== ':' || !(hour < 24) || !(minute < 60)) return Number.NaN;
  const hasSeconds = text[16] === ':';
  if (!hasSeconds && !style) return Number.NaN;
  const second = hasSeconds ? digitsOf(text, 17, 2) : 0;
  if (!(second < 60 || (second === 60 && minute === 59))) return Number.NaN; // 60: a leap second
  const fractionAt = hasSeconds ? 19 : 16;
  const zoneAt = text[fractionAt] === '.' ? endOfDigits(text, fractionAt + 1) : fractionAt;
  if (zoneAt === fractionAt + 1) return Number.NaN; // a point and no digits
  const fractionMs = zoneAt > fractionAt ? Math.floor(Number(text.slice(fractionAt, zoneAt)) * 1000 + 1e-6) : 0;
  return day + hour * 3_600_000 + minute * MINUTE_MS + second * 1000 + fractionMs - zoneOf(text, zoneAt, style);
}

const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function dayOf(text: string): number {
  const year = digitsOf(text, 0, 4);
  const month = digitsOf(text, 5, 2);
  const day = digitsOf(text, 8, 2);
  if (text[4] !== '-' || text[7] !== '-' || !(year >= 100) || !(month >= 1 && month <= 12)) return Number.NaN;
  if (!(day >= 1 && day <= DAYS_IN_MONTH[month - 1]!)) return Number.NaN;
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 && day === 29 && !isLeap ? Number.NaN : DAY_MS * daysBefore(year, month, day);
}

/** Days from 1970 on, of years from 100 on: Date.UTC takes five times as long. Years begin in March, so that a leap day is the last one. */
function daysBefore(year: number, month: number, day: number): number {
  const since = month > 2 ? year : year - 1;
  const days = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return 365 * since + Math.floor(since / 4) - Math.floor(since / 100) + Math.floor(since / 400) + days - 719_468;
}

/** Ms east of Greenwich; NaN unless the text ends with a zone there. */
export function zoneOf(text: string, from: number, style?: TimeStyle): number {
  const rest = text.length - from;
  if (rest === 0) return style ? style.zoneMs : Number.NaN;
  const sign = text[from];
  if (rest === 1) return sign === 'Z' || sign === 'z' ? 0 : Number.NaN;
  const hour = digitsOf(text, from + 1, 2);
  const minute = digitsOf(text, from + 4, 2);
  if (rest !== 6 || text[from + 3] !== ':' || !(hour < 24) || !(minute < 60)) return Number.NaN;
  const awayMs = hour * 3_600_000 + minute * MINUTE_MS;
  return sign === '+' ? awayMs : sign === '-' ? -awayMs : Number.NaN;
}

function digitsOf(text: string, from: number, count: number): number {
  let number = 0;
  for (let i = from; i < from + count; i++) {
    const digit = text.charCodeAt(i) - 48; // NaN past the end, and so the whole
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    number = number * 10 + digit;
  }
  return number;
}

function endOfDigits(text: string, from: number): number {
  let end = from;
  while (!Number.isNaN(digitsOf(text, end, 1))) end++;
  return end;
}
