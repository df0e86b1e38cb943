import { VERIFICATIONS, type Verification } from '../reviews/review.ts';
import type { Happening } from './facts.ts';
import type { EarningRule, PenaltyRule, RewardsVersion } from './rules.ts';

/** What a fact is to give one subject by one rule, or to cost it; caps and multipliers are not looked at yet. */
export interface Want {
  readonly happening: Happening;
  readonly version: RewardsVersion;
  readonly rule: EarningRule | PenaltyRule;
  readonly memberIds: readonly string[] | null; // of a streak
}

export const isEarning = (rule: EarningRule | PenaltyRule): rule is EarningRule => 'to' in rule;

/** All that the rules of its instant say of a happening. Streaks are found elsewhere: they are made of several facts. */
export const wantsOf = (happening: Happening, version: RewardsVersion): Want[] =>
  [...version.rewards.earning, ...version.rewards.penalties]
    .filter((rule) => isAbout(rule, happening))
    .map((rule) => ({ happening, version, rule, memberIds: null }));

export function isAbout(rule: EarningRule | PenaltyRule, happening: Happening): boolean {
  if (rule.event !== happening.event) return false;
  if (!isEarning(rule)) return true;
  if (rule.to !== happening.payee) return false;
  const { characters = 0, verification = 'KEPT', hours = 0 } = happening;
  if (rule.event === 'REVIEW_WITH_TEXT')
    return characters >= rule.characters && rankOf(verification) >= rankOf(rule.verification);
  return rule.event !== 'QUICK_REPLY' || hours <= rule.hours;
}

const rankOf = (verification: Verification): number => VERIFICATIONS.indexOf(verification);

export const ruleNamed = ({ rewards }: RewardsVersion, key: string): EarningRule | PenaltyRule | undefined =>
  rewards.earning.find((rule) => rule.key === key) ?? rewards.penalties.find((rule) => rule.key === key);
