import type { Call } from '../access/call.ts';
import type { SteadyField } from '../feature.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import { steadyMs } from '../scoring/steady.ts';
import { standingOf, type Known } from './balances.loaders.ts';
import { DEFAULT_POLICY_KEY, findInForce, recentRules, type ActivePolicy } from './policies.loaders.ts';
import { presetInForce } from './preset-grades.loaders.ts';

/** The policy of the house by which they are graded now; null while it is not at hand, or a platform's rules apply. */
function policyAtHand(call: Call, kind: SubjectKind): ActivePolicy | null {
  const rules = recentRules(call);
  if (rules instanceof Promise || presetInForce(rules.presets, kind, null, call.now)) return null;
  return findInForce(rules.policies, kind, DEFAULT_POLICY_KEY, call.now) ?? null;
}

/** What a storefront is shown of merchants or products. */
export function steadyOf(kind: SubjectKind): { readonly grade: SteadyField; readonly rating: SteadyField } {
  const under = (call: Call): string | null => policyAtHand(call, kind)?.id ?? null;
  const holdsMs = (call: Call, subject: Known): number => {
    const policy = policyAtHand(call, kind);
    const standing = policy && standingOf(call, subject, policy);
    return standing === null || standing instanceof Promise ? 0 : steadyMs(policy!.policy, standing.totals, call.now);
  };
  return { grade: { under, holdsMs }, rating: { under } }; // time changes nothing of a rating
}
