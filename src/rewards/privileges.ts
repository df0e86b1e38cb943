import { BANDS, type Level } from '../scoring/levels.ts';
import { holds, type Condition } from '../scoring/policy.ts';
import type { PrivilegeRule, Way } from './rules.ts';

const DAY_MS = 86_400_000;

/** What privileges are given by, at an instant. */
export interface Standing {
  readonly level: Level;
  readonly balance: number; // points
  readonly conditions: readonly Condition[];
}

/** What is kept of a privilege: since when, and until when it is left where nothing gives it any more. */
export interface Kept {
  readonly since: number;
  readonly until: number | null;
}

export type PrivilegeSource = 'GRADE' | 'POINTS' | 'GRADE_AND_POINTS' | 'GRACE';

/** A privilege that somebody has. */
export interface Held {
  readonly rule: PrivilegeRule;
  readonly source: PrivilegeSource;
  readonly since: number | null; // null: a moment ago, and not written down yet
  readonly until: number | null; // the end of the grace; null: nothing has taken it away
}

/** What gives it: the first way that is open; null where none is. */
export function sourceOf(rule: PrivilegeRule, { level, balance, conditions }: Standing): PrivilegeSource | null {
  if (isWithdrawn(rule, conditions)) return null;
  const way = rule.anyOf.find((each) => isReached(each, level, balance));
  if (!way) return null;
  return way.points === null ? 'GRADE' : way.level === null ? 'POINTS' : 'GRADE_AND_POINTS';
}

const isWithdrawn = (rule: PrivilegeRule, conditions: readonly Condition[]): boolean =>
  rule.withdrawnWhile.some((condition) => holds(condition, conditions));

const isReached = ({ level: least, points }: Way, level: Level, balance: number): boolean =>
  (least === null || (level !== 'NOT_RATED' && BANDS.indexOf(level) <= BANDS.indexOf(least))) &&
  (points === null || balance >= points);

/** Whether somebody has it, whatever has been written down so far: grade, points and conditions of the instant decide. */
export function heldAt(rule: PrivilegeRule, standing: Standing, kept: Kept | null, now: number): Held | null {
  const lasting = kept && (kept.until === null || kept.until > now) ? kept : null;
  const source = sourceOf(rule, standing);
  if (source) return { rule, source, since: lasting?.since ?? null, until: null };
  if (!lasting || isWithdrawn(rule, standing.conditions)) return null;
  const until = lasting.until ?? now + rule.graceDays * DAY_MS;
  return until > now ? { rule, source: 'GRACE', since: lasting.since, until } : null;
}

/** What is to be kept from an instant on; null: nothing. */
export function keptAfter(rule: PrivilegeRule, standing: Standing, kept: Kept | null, at: number): Kept | null {
  const held = heldAt(rule, standing, kept, at);
  return held && { since: held.since ?? at, until: held.until };
}
