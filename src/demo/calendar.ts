import { drawn, totalsOf } from './random.ts';
import type { Random } from './random.ts';

export const HOUR = 3_600_000; // ms
export const DAY = 24 * HOUR;
/** The demo tells two years. */
export const WINDOW_DAYS = 730;

/** Chinese New Year's Day, 2015 to 2040, as month and day. */
const NEW_YEARS =
  '0219 0208 0128 0216 0205 0125 0212 0201 0122 0210 0129 0217 0206 0126 0213 0203 0123 0211 0131 0219 0208 0128 0215 0204 0124 0212'.split(
    ' ',
  );

/** Couriers rest and few people shop: from five days before the Chinese New Year to eight days after. */
export function isSpringFestival(at: number): boolean {
  const year = new Date(at).getUTCFullYear();
  const found = NEW_YEARS[year - 2015] ?? '0205'; // elsewhere the mean date
  const newYear = Date.UTC(year, Number(found.slice(0, 2)) - 1, Number(found.slice(2)));
  return at >= newYear - 5 * DAY && at < newYear + 9 * DAY;
}

/** Parcels pile up after the November sales: late ones are more frequent then. */
export function isRush(at: number): boolean {
  const date = new Date(at);
  return date.getUTCMonth() === 10 && date.getUTCDate() >= 9 && date.getUTCDate() <= 20;
}

/** How much is bought on a day, where 1 is an ordinary weekday. */
export function demandOn(day: number): number {
  const weekday = new Date(day).getUTCDay();
  const weekly = weekday === 0 || weekday === 6 ? 1.3 : 1;
  return weekly * (isSpringFestival(day) ? 0.4 : saleOn(new Date(day)));
}

function saleOn(date: Date): number {
  const month = date.getUTCMonth() + 1;
  const day = date.getUTCDate();
  if (month === 11 && day === 11) return 4.5; // Singles' Day
  if (month === 11 && day < 14) return 1.6;
  if (month === 11 && day >= 20) return 1.5; // Black Friday and its week
  if (month === 6 && day >= 16 && day <= 18) return 2;
  if (month === 12 && day === 12) return 1.8;
  return 1;
}

/** Orders by the hour, UTC: most are placed in the Chinese evening, few in the Chinese night. */
const HOURS = totalsOf([
  1.3, 1.8, 2.1, 2, 2, 1.9, 1.9, 1.9, 1.8, 1.6, 1.7, 2.1, 2.7, 2.9, 2.3, 1.2, 0.5, 0.3, 0.15, 0.1, 0.1, 0.15, 0.4, 0.8,
]);

/** The days that the demo tells of, and how busy each is. */
export class Calendar {
  readonly from: number; // ms, UTC midnight
  readonly until: number;
  readonly #demand: Float64Array;

  constructor(until: number) {
    this.until = until;
    this.from = until - WINDOW_DAYS * DAY;
    const growth = (day: number): number => 0.75 + (0.5 * day) / WINDOW_DAYS;
    this.#demand = totalsOf(
      Array.from({ length: WINDOW_DAYS }, (_, day) => growth(day) * demandOn(this.from + day * DAY)),
    );
  }

  /** The instant at which a day of the window begins; day 0 is its first. */
  day(index: number): number {
    return this.from + index * DAY;
  }

  /** An instant at which somebody orders, between two days (the last not included). */
  momentBetween(random: Random, firstDay: number, endDay: number): number {
    const day = drawn(random, this.#demand, firstDay, endDay);
    return this.day(day) + timeOfDay(random);
  }

  /** The share of the window's demand that falls between two days. */
  shareBetween(firstDay: number, endDay: number): number {
    const before = (day: number): number => (day === 0 ? 0 : (this.#demand[day - 1] ?? 0));
    return (before(endDay) - before(firstDay)) / before(WINDOW_DAYS);
  }
}

export function timeOfDay(random: Random): number {
  return drawn(random, HOURS) * HOUR + random.below(HOUR);
}
