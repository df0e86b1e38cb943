import { DAY_MS } from '../evidence/book.ts';
import { Refusal } from '../kernel/refusal.ts';

const EARLIEST = Date.UTC(1995, 0, 1); // before there were online marketplaces

/** An instant of the past that a question is about, in ms; `now` where none is named. */
export function pastInstant(name: string, instant: Date | null | undefined, now: number): number {
  if (instant == null) return now;
  const at = instant.getTime();
  if (at > now) throw new Refusal('INVALID', 'ASOF_IN_FUTURE', `\`${name}\` lies in the future.`, [name]);
  if (at < EARLIEST) throw new Refusal('INVALID', 'ASOF_TOO_OLD', `\`${name}\` lies before 1995.`, [name]);
  return at;
}

const MOST_DAYS = 400;

/** The ends of the UTC days from `from` to `to`, each the last ms of its day; that of today is now. */
export function dayEnds(from: Date, to: Date, now: number): { readonly date: Date; readonly end: number }[] {
  const first = pastInstant('from', from, now);
  const last = pastInstant('to', to, now);
  if (first > last) throw new Refusal('INVALID', 'RANGE_INVALID', '`from` must not be after `to`.', ['from']);
  const count = Math.floor((last - first) / DAY_MS) + 1;
  if (count > MOST_DAYS)
    throw new Refusal('INVALID', 'RANGE_TOO_LONG', `At most ${MOST_DAYS} days at once; these are ${count}.`, ['to']);
  return Array.from({ length: count }, (_, i) => {
    const start = first + i * DAY_MS;
    return { date: new Date(start), end: Math.min(start + DAY_MS - 1, now) };
  });
}
