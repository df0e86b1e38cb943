import type { Call } from '../access/call.ts';
import type { Reader } from '../db/tx.ts';
import preset from './presets/rewards.json' with { type: 'json' };
import { versionAt, versionNumbered, versionsUntil, type RewardsRow } from './rules.queries.ts';
import { parseRewards } from './rules-parse.ts';
import type { RewardsVersion } from './rules.ts';

/** The rules that come with the house: version 1, in force until others are saved. */
export const SHIPPED: RewardsVersion = { version: 1, activeFrom: -Infinity, rewards: parseRewards(preset) };

/** The rules that hold at an instant. */
export async function rewardsInForce(on: Reader, now: number): Promise<RewardsVersion> {
  const [row] = await versionAt(on, new Date(now));
  return row ? readied(row) : SHIPPED;
}

const ofCalls = new WeakMap<Call, Promise<RewardsVersion>>();

/** The rules that hold at the call's moment, asked for once. */
export function rewardsNow(call: Call): Promise<RewardsVersion> {
  const known = ofCalls.get(call) ?? rewardsInForce(call.sql, call.now);
  ofCalls.set(call, known);
  return known;
}

export async function rewardsOfVersion(on: Reader, version: number): Promise<RewardsVersion | null> {
  if (version === SHIPPED.version) return SHIPPED;
  const [row] = await versionNumbered(on, version);
  return row ? readied(row) : null;
}

/** All rules that ever held: what a fact earns is told by those of the instant at which it happened. */
export interface RuleBook {
  readonly at: (instant: number) => RewardsVersion;
  readonly of: (version: number) => RewardsVersion;
  /** The keys of all rules about streaks there ever were. */
  readonly streakKeys: readonly string[];
}

export async function ruleBook(on: Reader, now: number): Promise<RuleBook> {
  const versions = [SHIPPED, ...(await versionsUntil(on, new Date(now))).map(readied)];
  const byNumber = new Map(versions.map((each) => [each.version, each]));
  return {
    at: (instant) => versions.findLast(({ activeFrom }) => activeFrom <= instant)!,
    of: (version) => byNumber.get(version)!,
    streakKeys: [...new Set(versions.flatMap(streakKeysOf))],
  };
}

const streakKeysOf = ({ rewards }: RewardsVersion): string[] =>
  rewards.earning.filter(({ event }) => event === 'ON_TIME_STREAK').map(({ key }) => key);

const readied = ({ version, document, activeFrom }: RewardsRow): RewardsVersion => ({
  version,
  activeFrom: activeFrom.getTime(),
  rewards: parseRewards(document),
});
