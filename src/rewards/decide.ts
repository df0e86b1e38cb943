import type { Level } from '../scoring/levels.ts';
import type { Happening } from './facts.ts';
import type { Campaign, EarningRule, RewardsVersion } from './rules.ts';
import { isEarning, type Want } from './wants.ts';

export const DAY_MS = 86_400_000;
export const dayOf = (instant: number): number => Math.floor(instant / DAY_MS);

/** What a want comes to when it is first booked. It stays so, whatever becomes of rules, grades and other grants. */
export interface Decision {
  readonly points: number; // less than 0: a penalty
  readonly fullPoints: number; // without caps
  readonly limitedBy: 'DAY' | 'RULE_DAY' | 'COUNTERPARTY' | 'EXPIRED' | 'CLOSED' | null;
  readonly campaign: string | null;
  readonly vestsAt: number;
  readonly expiresAt: number | null;
}

/** What grants that count have given already, as far as caps ask for it. */
export interface Given {
  readonly day: (subjectId: string, day: number, rule: string | null) => number; // null: by all rules
  readonly pair: (happening: Happening, rule: string, withinMs: number) => number;
}

export interface Circumstances {
  readonly now: number;
  readonly level: Level;
  readonly isClosed: boolean; // the account
}

export function decide(want: Want, given: Given, { now, level, isClosed }: Circumstances): Decision {
  const { rule, happening, version } = want;
  const { occurredAt } = happening;
  if (!isEarning(rule)) {
    const penalty = { fullPoints: -rule.points, campaign: null, vestsAt: occurredAt, expiresAt: null };
    return isClosed
      ? { ...penalty, points: 0, limitedBy: 'CLOSED' }
      : { ...penalty, points: -rule.points, limitedBy: null };
  }
  const campaign = campaignAt(version, rule, occurredAt);
  const fullPoints = fullPointsOf(version, rule, level, campaign);
  const vestsAt = occurredAt + rule.pendingDays * DAY_MS;
  const expiresAt = rule.expiresDays === null ? null : (dayOf(vestsAt) + rule.expiresDays + 1) * DAY_MS;
  const of = { fullPoints, campaign: campaign?.key ?? null, vestsAt, expiresAt };
  if (isClosed) return { ...of, points: 0, limitedBy: 'CLOSED' };
  if (expiresAt !== null && expiresAt <= now) return { ...of, points: 0, limitedBy: 'EXPIRED' };
  return { ...of, ...capped(want, rule, given, fullPoints) };
}

function capped({ happening, version }: Want, rule: EarningRule, given: Given, full: number) {
  const { subjectId, occurredAt, counterpartyId } = happening;
  const day = dayOf(occurredAt);
  const mostADay = version.rewards.mostADay[rule.to];
  const { mostACounterparty: pair } = rule;
  const rooms: [NonNullable<Decision['limitedBy']>, number][] = [];
  if (mostADay !== null) rooms.push(['DAY', mostADay - given.day(subjectId, day, null)]);
  if (rule.mostADay !== null) rooms.push(['RULE_DAY', rule.mostADay - given.day(subjectId, day, rule.key)]);
  if (pair !== null && counterpartyId !== null)
    rooms.push(['COUNTERPARTY', pair.points - given.pair(happening, rule.key, pair.days * DAY_MS)]);
  const [limitedBy, room] = rooms.toSorted((a, b) => a[1] - b[1])[0] ?? [null, full];
  return room < full ? { points: Math.max(0, room), limitedBy } : { points: full, limitedBy: null };
}

function campaignAt({ rewards }: RewardsVersion, rule: EarningRule, at: number): Campaign | null {
  const running = rewards.campaigns.filter(
    ({ from, until, rules }) => from <= at && at < until && (rules?.includes(rule.key) ?? true),
  );
  return running.toSorted((a, b) => b.factor - a.factor)[0] ?? null;
}

/** In whole numbers: factors have two decimals. What is left of a point is not given. */
function fullPointsOf({ rewards }: RewardsVersion, rule: EarningRule, level: Level, campaign: Campaign | null): number {
  const multiplier = level === 'NOT_RATED' ? 1 : (rewards.multipliers[rule.to][level] ?? 1);
  const hundredths = Math.round(multiplier * 100) * Math.round((campaign?.factor ?? 1) * 100);
  return Math.floor((rule.points * hundredths) / 10_000);
}
