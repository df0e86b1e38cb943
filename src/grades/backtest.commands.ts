import type { Call } from '../access/call.ts';
import type { Reader } from '../db/tx.ts';
import { DAY_MS } from '../evidence/book.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import type { VersionName } from './activation.commands.ts';
import { backtest } from './backtest.ts';
import type { WrittenReport } from './backtest-report.ts';
import { pastInstant } from './instants.ts';
import { activePolicies, DEFAULT_POLICY_KEY, findInForce, readyRules, type ActivePolicy } from './policies.loaders.ts';
import { versionsNamed } from './policies.queries.ts';

export interface BacktestPolicy extends VersionName {
  readonly from: Date | null; // a UTC day
  readonly to: Date | null; // a UTC day, and all of it
}

/** Which two versions a report compares. */
export type NamedReport = WrittenReport & {
  readonly before: { readonly key: string; readonly version: number };
  readonly after: { readonly key: string; readonly version: number };
};

let isRunning = false; // one at a time in a process: each takes a processor for as long as it lasts

export async function backtestPolicy(call: Call, input: BacktestPolicy): Promise<NamedReport> {
  const from = input.from ? pastInstant('from', input.from, call.now) : null;
  const to = input.to ? Math.min(pastInstant('to', input.to, call.now) + DAY_MS - 1, call.now) : call.now;
  const after = await scoringVersion(call.sql, input);
  const before = await versionToBeat(call.sql, input.subjectKind, input.key, call.now);
  if (isRunning)
    throw new Refusal('CONFLICT', 'BACKTEST_RUNNING', 'Another backtest is running. Ask again when it is done.');
  isRunning = true;
  try {
    const report = await backtest(call.db.pool, { before: before.policy, after: after.policy, from, to });
    return { before: nameOf(before), after: nameOf(after), ...report };
  } finally {
    isRunning = false;
  }
}

/** What new rules of this name would replace: the version in force, else the policy that applies where none is named. */
export async function versionToBeat(
  db: Reader,
  subjectKind: SubjectKind,
  key: string,
  now: number,
): Promise<ActivePolicy> {
  const policies = await activePolicies(db, now);
  const found =
    findInForce(policies, subjectKind, key, now) ?? findInForce(policies, subjectKind, DEFAULT_POLICY_KEY, now);
  if (found) return found;
  throw new Refusal('NOT_FOUND', 'POLICY_UNKNOWN', `No policy is in force for a ${subjectKind} yet.`, ['subjectKind']);
}

async function scoringVersion(db: Reader, name: VersionName): Promise<ActivePolicy> {
  const headers = (await versionsNamed(db, name.subjectKind, name.key)).filter(
    ({ version }) => version === name.version,
  );
  if (headers.length === 0)
    throw new Refusal('NOT_FOUND', 'POLICY_UNKNOWN', 'There is no such version of this policy.', ['version']);
  const [found] = (await readyRules(db, headers)).policies;
  if (found) return found;
  throw new Refusal('INVALID', 'NOT_BACKTESTABLE', "A platform's published rules keep no standings to compare.", [
    'version',
  ]);
}

const nameOf = ({ key, version }: ActivePolicy) => ({ key, version });
