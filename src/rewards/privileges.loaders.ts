import type { Call } from '../access/call.ts';
import { groupLoader } from '../access/loader.ts';
import { buyerById } from '../buyers/buyers.loaders.ts';
import { balanceOf } from '../grades/balances.loaders.ts';
import { DEFAULT_POLICY_KEY, findInForce, recentPolicies } from '../grades/policies.loaders.ts';
import { readGlobalId } from '../kernel/global-id.ts';
import { Refusal } from '../kernel/refusal.ts';
import { merchantById } from '../merchants/merchants.loaders.ts';
import { standingOf } from '../points/points.loaders.ts';
import type { SubjectRow } from '../schema/subject.ts';
import { scoreOf } from '../scoring/grade.ts';
import { heldAt, type Held, type Standing } from './privileges.ts';
import { keptPrivileges } from './privileges.queries.ts';
import { rewardsNow } from './rules.loaders.ts';
import type { PrivilegeRule } from './rules.ts';

const keptOf = groupLoader(
  ({ sql }, subjectIds: readonly string[]) => keptPrivileges(sql, subjectIds),
  ({ subjectId }) => subjectId,
);

/** What somebody has now, in the order of the rules. The caller sees to it that it may be seen. */
export async function privilegesOf(call: Call, subject: SubjectRow): Promise<Held[]> {
  const { rewards } = await rewardsNow(call);
  const rules = rewards.privileges.filter((rule) => (rule.for as readonly string[]).includes(subject.kind));
  return heldBy(call, subject, rules);
}

async function heldBy(call: Call, subject: SubjectRow, rules: readonly PrivilegeRule[]): Promise<Held[]> {
  if (rules.length === 0) return [];
  const [standing, rows] = await Promise.all([currentStanding(call, subject), keptOf(call, subject.id)]);
  const kept = new Map(rows.map((row) => [row.key, row]));
  return rules.flatMap((rule) => heldAt(rule, standing, kept.get(rule.key) ?? null, call.now) ?? []);
}

/** By the house's own grade; the rules of other platforms give no privileges. */
async function currentStanding(call: Call, { id, kind }: SubjectRow): Promise<Standing> {
  const policy = findInForce(await recentPolicies(call), kind, DEFAULT_POLICY_KEY, call.now);
  const { balance } = await standingOf(call, id);
  if (!policy) return { level: 'NOT_RATED', balance, conditions: [] };
  const known = await balanceOf(call, id, policy);
  return { level: scoreOf(policy.policy, known, call.now).level, balance, conditions: known.conditions ?? [] };
}

/** One privilege of somebody; null: it is not held. */
export async function privilegeOf(call: Call, subjectId: string, key: string): Promise<Held | null> {
  const subject = await holderOf(call, subjectId);
  const { rewards } = await rewardsNow(call);
  const rule = rewards.privileges.find((each) => each.key === key);
  if (!rule)
    throw new Refusal('INVALID', 'PRIVILEGE_UNKNOWN', 'The rules know no such privilege; `rewardsPolicy` has them.', [
      'key',
    ]);
  if (!(rule.for as readonly string[]).includes(subject.kind)) return null;
  return (await heldBy(call, subject, [rule]))[0] ?? null;
}

async function holderOf(call: Call, text: string): Promise<SubjectRow> {
  const { type, ids } = readGlobalId(text, 'subjectId');
  if (type !== 'Merchant' && type !== 'Buyer') {
    const message = `A merchant or a buyer has privileges; this is a ${type}.`;
    throw new Refusal('INVALID', 'ID_OF_ANOTHER_TYPE', message, ['subjectId']);
  }
  const found = await (type === 'Merchant' ? merchantById(call, ids[0]!) : buyerById(call, ids[0]!));
  if (found) return found;
  throw new Refusal('NOT_FOUND', 'SUBJECT_NOT_FOUND', 'There is no such merchant or buyer.', ['subjectId']);
}
