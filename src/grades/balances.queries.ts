import type { Reader } from '../db/tx.ts';
import type { ConditionSpan } from '../evidence/conditions.ts';

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
  readonly terms: readonly number[] | null; // null: no standing under the policy that was asked for
  readonly conditions: readonly ConditionSpan[] | null; // that hold, held or will hold; null: none
}

const ms = (column: string, name: string): string => `(extract(epoch from ${column}) * 1000)::float8 as "${name}"`;

/** The columns of a `ConditionSpan`. */
const SPAN = `code, ${ms('starts_at', 'startsAt')}, ${ms('ends_at', 'endsAt')}, ${ms('recorded_at', 'recordedAt')},
              ${ms('lifted_at', 'liftedAt')}, ${ms('annulled_at', 'annulledAt')}`;

/** What a storefront shows of a subject under one policy, and all that its score is made of. */
export interface CardRow {
  readonly subjectId: string;
  readonly counterparties: number;
  readonly firstDay: number | null; // of its deals, in UTC days since 1970
  readonly lastDay: number | null;
  readonly average: number | null; // of the stars of counted reviews
  readonly reviews: number; // that count
  readonly verified: number;
  readonly excluded: number;
  readonly good: number | null; // null, as the two below: no standing under the policy, or one of before these were kept
  readonly bad: number | null;
  readonly deals: number | null;
  readonly conditions: readonly ConditionSpan[] | null; // that hold, held or will hold; null: none
}

const CONDITIONS = `(select json_agg(span) from (select ${SPAN} from condition c where c.subject_id = t.subject_id) as span) as conditions`;
/** One policy, and not a list of them: Postgres then plans the statement once, and not each time. */
const FOUND = `from tally t left join standing s on s.subject_id = t.subject_id and s.policy_id = $2::uuid
      where t.subject_id = any($1::uuid[])`;

/** Of whom nothing counts there is no standing, and nothing to be added up: many buyers have done no more than order. */
const orNothing = (column: string): string =>
  `case when s.subject_id is null and 0 >= all (t.counts) then 0 else s.${column} end as ${column}`;

/** The storefront's read: rating and grade of any number of subjects. Without arrays: to write those out takes longer than to find the rows. */
export const cardRows = (sql: Reader, subjectIds: readonly string[], policyId: string): Promise<CardRow[]> =>
  sql.query(
    'card_of',
    `select t.subject_id as "subjectId", t.counterparties, t.first_day as "firstDay", t.last_day as "lastDay", t.average, t.reviews,
            t.verified, t.excluded, ${orNothing('good')}, ${orNothing('bad')}, ${orNothing('deals')}, ${CONDITIONS}
       ${FOUND}`,
    [subjectIds, policyId],
  );

/** The whole of it, for what explains a grade. Postgres rounds a numeric to a float8 as JS rounds a BigInt. */
export const balanceRows = (sql: Reader, subjectIds: readonly string[], policyId: string): Promise<BalanceRow[]> =>
  sql.query(
    'balance_of',
    `select t.subject_id as "subjectId", t.counts, t.counterparties, t.first_day as "firstDay", t.last_day as "lastDay",
            t.stars, t.verified, t.excluded, t.dimension_counts as "dimensionCounts", t.dimension_sums as "dimensionSums",
            s.terms::float8[] as terms, ${CONDITIONS}
       ${FOUND}`,
    [subjectIds, policyId],
  );
