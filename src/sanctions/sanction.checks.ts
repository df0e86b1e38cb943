import { Refusal } from '../kernel/refusal.ts';
import { isStorable } from '../kernel/text.ts';
import type { Conduct, SanctionKind } from './conduct.ts';

const MOST_CHARACTERS = 5_000; // as the facts of a statement in the EU's database of statements of reasons
const MOST_POINTS = 1_000_000_000;
const MOST_STRIKES = 10_000;
const MOST_YEARS = 10;
const YEAR_MS = 366 * 86_400_000;
const MOST_COUNTRIES = 250;

export function checkedGround({ grounds }: Conduct, ground: string): string {
  if (Object.hasOwn(grounds, ground)) return ground;
  const known = Object.keys(grounds).join(', ');
  throw refused('GROUND_UNKNOWN', `The conduct rules have no such ground. There are ${known}.`, 'ground');
}

/** The reasons, as they are told to whom it concerns. */
export function checkedStatement(statement: string): string {
  const text = statement.trim();
  if (text === '')
    throw refused('STATEMENT_MISSING', 'Nobody is judged without a reason: give `statement`.', 'statement');
  if (!isStorable(text) || !text.isWellFormed())
    throw refused('STATEMENT_INVALID', '`statement` has a character that is none.', 'statement');
  if (text.length > MOST_CHARACTERS)
    throw refused('STATEMENT_TOO_LONG', `A statement has at most ${MOST_CHARACTERS} characters.`, 'statement');
  return text;
}

/** Words cost nothing; a deduction costs something. */
export function checkedCost(kind: SanctionKind, points: number): number {
  if (points < 0 || points > MOST_POINTS)
    throw refused('POINTS_OUT_OF_RANGE', `\`points\` are from 0 to ${MOST_POINTS}.`, 'points');
  if (kind === 'POINTS_DEDUCTION' && points === 0)
    throw refused('POINTS_MISSING', 'A deduction of points needs `points`.', 'points');
  if ((kind === 'WARNING' || kind === 'PUBLIC_NOTICE') && points > 0)
    throw refused('POINTS_NOT_ALLOWED', `A ${kind} costs no points.`, 'points');
  return points;
}

export function checkedStrikes(strikes: number): number {
  if (strikes >= 0 && strikes <= MOST_STRIKES) return strikes;
  throw refused('STRIKES_OUT_OF_RANGE', `\`strikes\` are from 0 to ${MOST_STRIKES}.`, 'strikes');
}

const HAS_NO_END: readonly SanctionKind[] = ['WARNING', 'POINTS_DEDUCTION', 'REMOVAL'];

/** In ms; null: until it is lifted, or done at once. */
export function checkedEnd(kind: SanctionKind, endsAt: Date | null, now: number): number | null {
  if (endsAt === null) return null;
  if (HAS_NO_END.includes(kind)) throw refused('ENDS_AT_NOT_ALLOWED', `A ${kind} has no end.`, 'endsAt');
  const at = endsAt.getTime();
  if (at <= now) throw refused('ENDS_AT_IN_PAST', '`endsAt` must lie in the future.', 'endsAt');
  if (at > now + MOST_YEARS * YEAR_MS)
    throw refused('ENDS_AT_TOO_FAR', `\`endsAt\` lies more than ${MOST_YEARS} years ahead.`, 'endsAt');
  return at;
}

/** Null: everywhere. */
export function checkedTerritory(territory: readonly string[] | null): readonly string[] | null {
  if (territory === null) return null;
  const countries = [...new Set(territory)];
  if (
    countries.length === 0 ||
    countries.length > MOST_COUNTRIES ||
    !countries.every((code) => /^[A-Z]{2}$/.test(code))
  )
    throw refused(
      'TERRITORY_INVALID',
      'Give ISO 3166 codes of countries, such as DE; or leave `territory` out for everywhere.',
      'territory',
    );
  return countries;
}

const refused = (code: string, message: string, field: string) => new Refusal('INVALID', code, message, [field]);
