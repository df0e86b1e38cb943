import type { Call } from '../access/call.ts';
import { loader } from '../access/loader.ts';
import type { Balance } from '../scoring/grade.ts';
import { kindsOf } from '../scoring/kinds.ts';
import { startOf } from '../evidence/fold.ts';
import { pastBalance } from '../evidence/past.ts';
import { balanceRows, type BalanceRow } from './balances.queries.ts';
import type { ActivePolicy } from './policies.loaders.ts';

type Keyed = BalanceRow & { readonly key: string };

const rows = loader(
  async ({ sql }, keys: readonly string[]): Promise<Keyed[]> => {
    const asked = keys.map((key) => ({ key, subjectId: key.slice(0, 36), policyId: key.slice(37) }));
    const found = await balanceRows(
      sql,
      [...new Set(asked.map((each) => each.subjectId))],
      [...new Set(asked.map((each) => each.policyId))],
    );
    const bySubject = Map.groupBy(found, ({ subjectId }) => subjectId);
    return asked.flatMap(({ key, subjectId, policyId }) => {
      const known = bySubject.get(subjectId);
      if (!known) return [];
      const row = known.find((each) => each.policyId === policyId);
      return [{ ...(row ?? { ...known[0]!, policyId: null, terms: null }), key }];
    });
  },
  ({ key }) => key,
);

/** What is known of a subject now; null while nothing is. Grade and rating share it, so that both cost one statement. */
export const tallyOf = (call: Call, subjectId: string, policy: ActivePolicy): Promise<BalanceRow | null> =>
  rows(call, `${subjectId}/${policy.id}`);

/** A subject's standing now. */
export async function balanceOf(call: Call, subjectId: string, policy: ActivePolicy): Promise<Balance> {
  const row = await tallyOf(call, subjectId, policy);
  const layout = kindsOf(policy.subjectKind);
  if (!row) return { terms: zeros(layout), counts: zeros(layout), counterparties: 0, firstDay: null, lastDay: null };
  // A policy that came into force a moment ago may have no standings yet. They are a projection of the ledger.
  if (!row.terms && row.counts.some((count) => count > 0))
    return pastBalanceOf(call, subjectId, policy, call.now, call.now);
  return {
    terms: padded(row.terms ?? [], layout),
    counts: padded(row.counts, layout),
    counterparties: row.counterparties,
    firstDay: startOf(row.firstDay),
    lastDay: startOf(row.lastDay),
  };
}

/** A subject's standing as it was: what had happened by `asOf`, as far as it was known at `knownAt`. */
export const pastBalanceOf = (
  { sql }: Call,
  subjectId: string,
  { id, policy }: ActivePolicy,
  asOf: number,
  knownAt: number,
): Promise<Balance> => pastBalance(sql, { subjectId, policyId: id, policy, knownAt }, asOf);

const zeros = (layout: readonly unknown[]): number[] => layout.map(() => 0);

/** Rows of an older version know fewer kinds. */
const padded = (values: readonly number[], layout: readonly unknown[]): readonly number[] =>
  values.length === layout.length ? values : layout.map((_, slot) => values[slot] ?? 0);
