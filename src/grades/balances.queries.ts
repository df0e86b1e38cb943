import type { Reader } from '../db/tx.ts';

/** A subject's tally, and its accumulators under one policy. Counts and terms are laid out as `kindsOf(subjectKind)`. */
export interface BalanceRow {
  readonly subjectId: string;
  readonly counts: readonly number[];
  readonly counterparties: number;
  readonly firstDay: number | null; // of its deals, in UTC days since 1970
  readonly lastDay: number | null;
  readonly stars: readonly number[]; // counted reviews, one star first
  readonly verified: number;
  readonly excluded: number;
  readonly dimensionCounts: readonly number[];
  readonly dimensionSums: readonly number[];
  readonly policyId: string | null; // null: no standing under any of the policies that were asked for
  readonly terms: readonly number[] | null;
}

/** The storefront's read: rating and grade of any number of subjects. Postgres rounds a numeric to a float8 as JS rounds a BigInt. */
export const balanceRows = (
  sql: Reader,
  subjectIds: readonly string[],
  policyIds: readonly string[],
): Promise<BalanceRow[]> =>
  sql.query(
    'balance_of',
    `select t.subject_id as "subjectId", t.counts, t.counterparties, t.first_day as "firstDay", t.last_day as "lastDay",
            t.stars, t.verified, t.excluded, t.dimension_counts as "dimensionCounts", t.dimension_sums as "dimensionSums",
            s.policy_id as "policyId", s.terms::float8[] as terms
       from tally t left join standing s on s.subject_id = t.subject_id and s.policy_id = any($2::uuid[])
      where t.subject_id = any($1::uuid[])`,
    [subjectIds, policyIds],
  );
