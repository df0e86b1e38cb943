import { asList, asObject, asOneOf, asWhole, refuse, type Path } from '../scoring/checks.ts';
import { MOST_DAYS, MOST_POINTS, parseKey, parseTexts } from './rules-parse-parts.ts';
import {
  EARNING_EVENTS,
  PENALTY_EVENTS,
  VERIFIED,
  type EarningEvent,
  type EarningRule,
  type Payee,
  type PenaltyEvent,
  type PenaltyRule,
  type RuleField,
} from './rules.ts';

const MOST_RULES = 100;
const MOST_HOURS = 30 * 24;
/** What a streak is made of is kept with it. */
const LONGEST_STREAK = 100;
const LONGEST_TEXT = 10_000;
const OPTIONAL = ['pendingDays', 'expiresDays', 'mostADay', 'mostACounterparty'];
const FIELDS: readonly RuleField[] = ['characters', 'verification', 'hours', 'orders'];

export const parseEarning = (value: unknown, path: Path): readonly EarningRule[] =>
  asList(value, path, MOST_RULES).map((each, i) => parseRule(each, [...path, String(i)]));

function parseRule(value: unknown, path: Path): EarningRule {
  const known = asObject(value, path, ['event'], ['key', 'to', 'points', 'texts', ...OPTIONAL, ...FIELDS]);
  const event = asOneOf(known['event'], [...path, 'event'], Object.keys(EARNING_EVENTS) as EarningEvent[]);
  const { payees, needs }: { payees: readonly Payee[]; needs: readonly RuleField[] } = EARNING_EVENTS[event];
  const unasked = FIELDS.filter((field) => !needs.includes(field)); // they stand there with 0 in the normal form
  const fields = asObject(value, path, ['key', 'event', 'to', 'points', 'texts', ...needs], [...OPTIONAL, ...unasked]);
  for (const field of unasked)
    if (![undefined, 0, 'ORDER_MATCHED'].includes(fields[field] as never))
      refuse([...path, field], `means nothing for ${event}`);
  const whole = (field: string, least: number, most: number) => asWhole(fields[field], [...path, field], least, most);
  const orNull = (field: string, most: number) => (fields[field] == null ? null : whole(field, 1, most));
  const needed = (field: RuleField, most: number) =>
    needs.includes(field) ? whole(field, field === 'orders' ? 2 : 1, most) : 0;
  return {
    key: parseKey(fields['key'], [...path, 'key']),
    event,
    to: asOneOf(fields['to'], [...path, 'to'], payees),
    points: whole('points', 1, MOST_POINTS),
    characters: needed('characters', LONGEST_TEXT),
    verification: needs.includes('verification')
      ? asOneOf(fields['verification'], [...path, 'verification'], VERIFIED)
      : 'ORDER_MATCHED',
    hours: needed('hours', MOST_HOURS),
    orders: needed('orders', LONGEST_STREAK),
    pendingDays: fields['pendingDays'] == null ? 0 : whole('pendingDays', 0, MOST_DAYS),
    expiresDays: orNull('expiresDays', MOST_DAYS),
    mostADay: orNull('mostADay', MOST_POINTS),
    mostACounterparty: parseMostACounterparty(fields['mostACounterparty'], [...path, 'mostACounterparty']),
    texts: parseTexts(fields['texts'], [...path, 'texts']),
  };
}

function parseMostACounterparty(value: unknown, path: Path): EarningRule['mostACounterparty'] {
  if (value == null) return null;
  const { points, days } = asObject(value, path, ['points', 'days']);
  return {
    points: asWhole(points, [...path, 'points'], 1, MOST_POINTS),
    days: asWhole(days, [...path, 'days'], 1, MOST_DAYS),
  };
}

export const parsePenalties = (value: unknown, path: Path): readonly PenaltyRule[] =>
  asList(value, path, MOST_RULES).map((each, i) => {
    const at = [...path, String(i)];
    const fields = asObject(each, at, ['key', 'event', 'points', 'texts']);
    return {
      key: parseKey(fields['key'], [...at, 'key']),
      event: asOneOf(fields['event'], [...at, 'event'], Object.keys(PENALTY_EVENTS) as PenaltyEvent[]),
      points: asWhole(fields['points'], [...at, 'points'], 1, MOST_POINTS),
      texts: parseTexts(fields['texts'], [...at, 'texts']),
    };
  });
