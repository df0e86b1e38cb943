import { SCOPES_OF, type KeyRole, type Scope } from '../access/scopes.ts';
import { isRange } from '../addresses.ts';
import { Refusal } from '../kernel/refusal.ts';
import { isStorable } from '../kernel/text.ts';

const MOST_DAYS = 730; // a constraint of the table too
const MOST_RANGES = 50;
const MOST_CHARACTERS = 200;

const refused = (code: string, message: string, field: string) => new Refusal('INVALID', code, message, [field]);

/** A name by which people know a thing: of a key, of a partner. */
export function checkedName(name: string): string {
  const text = name.trim();
  if (
    text.length >= 1 &&
    text.length <= MOST_CHARACTERS &&
    isStorable(text) &&
    /^[^\p{Cc}]+$/u.test(text) &&
    text.isWellFormed()
  )
    return text;
  throw refused(
    'NAME_INVALID',
    `A name has 1 to ${MOST_CHARACTERS} characters, none of them control characters.`,
    'name',
  );
}

export function checkedScopes(role: KeyRole, scopes: readonly string[]): Scope[] {
  const known = SCOPES_OF[role];
  if (scopes.length === 0)
    throw refused('SCOPES_MISSING', `Say what it is for: some of ${known.join(', ')}.`, 'scopes');
  return known.filter((scope) => {
    const odd = scopes.find((each) => !(known as readonly string[]).includes(each));
    if (odd !== undefined)
      throw refused(
        'SCOPE_UNKNOWN',
        `A ${role} key may have ${known.join(', ')}; not "${odd.slice(0, 50)}".`,
        'scopes',
      );
    return scopes.includes(scope);
  });
}

export function checkedRanges(ranges: readonly string[]): string[] {
  if (ranges.length > MOST_RANGES)
    throw refused('TOO_MANY_ADDRESSES', `At most ${MOST_RANGES}; these are ${ranges.length}.`, 'allowedAddresses');
  const odd = ranges.find((range) => !isRange(range));
  if (odd === undefined) return [...new Set(ranges)];
  const message = `"${odd.slice(0, 50)}" is neither an address nor a range such as 192.0.2.0/24.`;
  throw refused('ADDRESS_INVALID', message, 'allowedAddresses');
}

export function checkedDays(days: number): number {
  if (days >= 1 && days <= MOST_DAYS) return days;
  throw refused('LIFETIME_OUT_OF_RANGE', `A secret lasts from 1 to ${MOST_DAYS} days.`, 'lifetimeDays');
}

const MOST_OVERLAP_HOURS = 30 * 24;

export function checkedOverlap(hours: number): number {
  if (hours >= 0 && hours <= MOST_OVERLAP_HOURS) return hours;
  throw refused('OVERLAP_OUT_OF_RANGE', `Old and new overlap for 0 to ${MOST_OVERLAP_HOURS} hours.`, 'overlapHours');
}
