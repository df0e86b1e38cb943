import type { Call } from '../access/call.ts';
import type { SteadyField } from '../feature.ts';
import type { MerchantRow } from '../merchants/merchants.schema.ts';
import { steadyMs } from '../scoring/steady.ts';
import { standingOf } from './balances.loaders.ts';
import { DEFAULT_POLICY_KEY, findInForce, recentRules, type ActivePolicy } from './policies.loaders.ts';
import { presetInForce } from './preset-grades.loaders.ts';

/** The policy of the house by which merchants are graded now; null while it is not at hand, or a platform's rules apply. */
function policyAtHand(call: Call): ActivePolicy | null {
  const rules = recentRules(call);
  if (rules instanceof Promise || presetInForce(rules.presets, 'MERCHANT', null, call.now)) return null;
  return findInForce(rules.policies, 'MERCHANT', DEFAULT_POLICY_KEY, call.now) ?? null;
}

const under = (call: Call): string | null => policyAtHand(call)?.id ?? null;

/** A merchant's level and score now. */
export const steadyGrade: SteadyField = {
  under,
  holdsMs: (call, merchant: MerchantRow) => {
    const policy = policyAtHand(call);
    const standing = policy && standingOf(call, merchant, policy);
    return standing === null || standing instanceof Promise ? 0 : steadyMs(policy!.policy, standing.totals, call.now);
  },
};

/** A merchant's rating now: its card is kept by policy, and time changes none of it. */
export const steadyRating: SteadyField = { under };
