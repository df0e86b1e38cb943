import type { Reader, Tx } from '../db/tx.ts';
import type { Folding } from '../evidence/ledger.ts';
import {
  activePolicies,
  DEFAULT_POLICY_KEY,
  findInForce,
  foldedPolicies,
  type ActivePolicy,
} from './policies.loaders.ts';

/**
 * The policies under which standings are kept or being built, as a transaction sees them: for whoever writes standings. Of a
 * version that is being built a standing may be that of a part of its ledger until the builder comes to it; nobody reads it.
 */
export const foldingsAt =
  (now: number) =>
  async (tx: Tx): Promise<Folding[]> =>
    foldingsFrom(await foldedPolicies(tx, now), now);

/** Those of them under which every subject has its standing: for whoever compares standings with the ledger. */
export const builtFoldingsAt =
  (now: number) =>
  async (on: Reader): Promise<Folding[]> =>
    foldingsFrom(await activePolicies(on, now), now);

const foldingsFrom = (policies: readonly ActivePolicy[], now: number): Folding[] =>
  policies.map(({ id, subjectKind, policy }) => ({
    policyId: id,
    subjectKind,
    policy,
    isDefault: findInForce(policies, subjectKind, DEFAULT_POLICY_KEY, now)?.id === id,
  }));
