import type { Tx } from '../db/tx.ts';
import type { Folding } from '../evidence/ledger.ts';
import { activePolicies, DEFAULT_POLICY_KEY, findInForce } from './policies.loaders.ts';

/** The policies under which standings are kept, as a transaction sees them. */
export const foldingsAt =
  (now: number) =>
  async (tx: Tx): Promise<Folding[]> => {
    const policies = await activePolicies(tx, now);
    return policies.map(({ id, subjectKind, policy }) => ({
      policyId: id,
      subjectKind,
      policy,
      isDefault: findInForce(policies, subjectKind, DEFAULT_POLICY_KEY, now)?.id === id,
    }));
  };
