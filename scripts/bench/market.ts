import { copyText } from '../../src/db/columns.ts';
import { inTransaction } from '../../src/db/tx.ts';
import type { Database } from '../../src/db/database.ts';
import { DAY_MS } from '../../src/evidence/book.ts';
import { foldingsAt } from '../../src/grades/foldings.ts';
import { newId } from '../../src/kernel/ids.ts';
import { term } from '../../src/scoring/decay.ts';
import { kindsOf, type PostingKind } from '../../src/scoring/kinds.ts';
import { scoreOf, totalsOf } from '../../src/scoring/grade.ts';
import type { Posting } from '../../src/scoring/posting.ts';
import { chance } from './history.ts';

const DAYS = 400;

/** A merchant as its tables have it, made up: what counts here is that rows are as many and as wide as in life. */
interface Row {
  readonly id: string;
  readonly externalId: string;
  readonly counts: readonly number[];
  readonly terms: readonly bigint[];
  readonly stars: readonly number[];
  readonly counterparties: number;
  readonly firstDay: number;
  readonly level: string;
  readonly score: number | null;
  readonly lowScore: number;
  readonly good: number;
  readonly bad: number;
  readonly deals: number;
}

const average = (stars: readonly number[]): number | null => {
  const count = stars.reduce((sum, each) => sum + each, 0);
  return count === 0 ? null : stars.reduce((sum, each, i) => sum + each * (i + 1), 0) / count;
};

/** How often a fact of each kind happens to a merchant that has some hundred orders. */
const SHARES: Readonly<Record<string, number>> = {
  ORDER_DELIVERED: 0.9,
  LATE_DELIVERY: 0.03,
  ORDER_COMPLAINED: 0.01,
  LATE_HANDOVER: 0.02,
  CANCELLED_BY_SELLER: 0.01,
  DISPUTE_LOST: 0.003,
  REVIEW_5: 0.3,
  REVIEW_4: 0.1,
  REVIEW_3: 0.03,
  REVIEW_2: 0.02,
  REVIEW_1: 0.02,
};

const postingOf = (kind: PostingKind, occurredAt: number): Posting => ({
  kind: kind.code,
  occurredAt,
  counterparty: null,
  amount: 4_000,
  currency: 'EUR',
  reliability: kind.isReview ? 80_000_000 : null,
  experience: kind.isReview ? 0 : null,
  isPurchase: true,
  pairRank: 0,
  isHeld: false,
  sign: 1,
});

/** Fills the tables that a storefront reads, and one beside them in which everything is precomputed, as the peers have it. */
export async function fillMarket({ pool }: Database, merchants: number, now: number): Promise<void> {
  await inTransaction(pool, async (tx) => {
    const folding = (await foldingsAt(now)(tx)).find(
      ({ subjectKind, isDefault }) => subjectKind === 'MERCHANT' && isDefault,
    )!;
    const { policy, policyId } = folding;
    const next = chance(1);
    const rows = Array.from({ length: merchants }, (_, i): Row => {
      const orders = Math.floor(10 + 2_000 * next() ** 4);
      const lastDay = Math.floor(now / DAY_MS) - Math.floor(next() * 30);
      const kinds = kindsOf('MERCHANT');
      const counts = kinds.map(({ key }) => Math.round((SHARES[key] ?? 0) * orders * 2 * next()));
      const terms = kinds.map((kind, slot) =>
        counts[slot] === 0 ? 0n : term(postingOf(kind, now - next() * DAYS * DAY_MS), policy) * BigInt(counts[slot]!),
      );
      const [counterparties, firstDay] = [Math.ceil(orders * 0.7), lastDay - DAYS];
      const balance = {
        terms: terms.map(Number),
        counts,
        counterparties,
        firstDay: firstDay * DAY_MS,
        lastDay: lastDay * DAY_MS,
      };
      const { level, score, lowScore } = scoreOf(policy, balance, now);
      const { good, bad, deals } = totalsOf(policy, balance);
      const stars = [10, 9, 8, 7, 6].map((slot) => counts[slot]!);
      return {
        id: newId(now),
        externalId: `m-${i}`,
        counts,
        terms,
        stars,
        counterparties,
        firstDay,
        level,
        score,
        lowScore,
        good,
        bad,
        deals,
      };
    });
    const list = (values: readonly (number | bigint)[]) => `{${values.join(',')}}`;
    const at = new Date(now);
    await tx.copy(
      'copy merchant (id, external_id, name, recorded_at) from stdin',
      copyText(
        rows,
        (row) => row.id,
        (row) => row.externalId,
        (row) => `Shop ${row.externalId}`,
        () => at,
      ),
    );
    await tx.copy(
      `copy tally (subject_id, subject_kind, counts, counterparties, first_day, last_day, stars, average, verified, excluded,
                   dimension_counts, dimension_sums, consensus_sum, consensus_weight) from stdin`,
      copyText(
        rows,
        (row) => row.id,
        () => 0,
        (row) => list(row.counts),
        (row) => row.counterparties,
        (row) => row.firstDay,
        (row) => row.firstDay + DAYS,
        (row) => list(row.stars),
        (row) => average(row.stars),
        (row) => row.stars[4],
        () => 0,
        () => '{0,0,0}',
        () => '{0,0,0}',
        () => 0,
        () => 0,
      ),
    );
    await tx.copy(
      'copy standing (subject_id, policy_id, subject_kind, terms, level, score, low_score, good, bad, deals) from stdin',
      copyText(
        rows,
        (row) => row.id,
        () => policyId,
        () => 0,
        (row) => list(row.terms),
        (row) => row.level,
        (row) => row.score,
        (row) => row.lowScore,
        (row) => row.good,
        (row) => row.bad,
        (row) => row.deals,
      ),
    );
    await tx.query('', PRECOMPUTED);
    await tx.copy(
      'copy bench_merchant (external_id, name, level, score, average, count) from stdin',
      copyText(
        rows,
        (row) => row.externalId,
        (row) => `Shop ${row.externalId}`,
        (row) => row.level,
        (row) => row.score,
        (row) => average(row.stars),
        (row) => row.stars.reduce((sum, each) => sum + each, 0),
      ),
    );
    for (const statement of FUNCTION) await tx.query('', statement);
  });
  for (const table of ['merchant', 'tally', 'standing', 'bench_merchant'])
    await pool.query(`vacuum analyze ${pgName(table)}`);
}

/** None of these names needs quotes. */
const pgName = (table: string): string => table;

const PRECOMPUTED = `create table bench_merchant (external_id text primary key, name text, level text not null, score int,
  average double precision, count int not null)`;

/** What PostGraphile shows as a query. */
const FUNCTION = [
  'create schema bench',
  `create view bench.merchant as select * from bench_merchant`,
  `comment on view bench.merchant is E'@primaryKey external_id'`,
  `create function bench.merchants_by_ids(ids text[]) returns setof bench.merchant language sql stable as
     'select * from bench.merchant where external_id = any(ids)'`,
];
