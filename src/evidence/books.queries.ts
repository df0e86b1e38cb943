import { arraysOf, idArray, int4, uuid } from '../db/binary-rows.ts';
import { ms } from '../db/instants.ts';
import type { Reader, Tx } from '../db/tx.ts';

export interface TallyRow {
  subject_id: string;
  counts: number[];
  counterparties: number;
  first_day: number | null;
  last_day: number | null;
  stars: number[];
  verified: number;
  excluded: number;
  dimension_counts: number[];
  dimension_sums: number[];
  consensus_sum: number;
  consensus_weight: number;
  volume: number;
  volume_entries: number;
}

/** Locks in id order, so that no two transactions wait for each other. */
export const lockTallies = (tx: Tx, ids: readonly string[]): Promise<TallyRow[]> =>
  tx.query(
    'lock_tallies',
    `select subject_id, counts, counterparties, first_day, last_day, stars, verified, excluded, dimension_counts,
            dimension_sums, consensus_sum, consensus_weight, volume, volume_entries
       from tally where subject_id = any($1::uuid[]) order by subject_id for update`,
    idArray(ids),
  );

export interface StandingRow {
  subject_id: string;
  policy_id: string;
  terms: string[];
  level: string;
  score: number | null;
  low_score: number;
  checkpoints: number;
}
export const standingsOf = (on: Reader, ids: readonly string[]): Promise<StandingRow[]> =>
  on.query(
    'standings_of',
    `select subject_id, policy_id, terms, level, score, low_score, checkpoints from standing where subject_id = any($1::uuid[])`,
    idArray(ids),
  );

export interface PairRow {
  subject_id: string;
  counterparty_id: string;
  orders: number;
  reviews: number;
  live: number;
  firstAt: number | null;
}
export interface PairKey {
  readonly subjectId: string;
  readonly counterparty: string;
}
export const pairsOf = (tx: Tx, pairs: readonly PairKey[]): Promise<PairRow[]> =>
  tx.query(
    'pairs_of',
    `select p.subject_id, p.counterparty_id, p.orders, p.reviews, p.live, ${ms('p.first_at', 'firstAt')}
       from unnest($1::uuid[], $2::uuid[]) as asked (subject_id, counterparty_id) join pair p using (subject_id, counterparty_id)`,
    arraysOf(
      pairs,
      uuid((pair) => pair.subjectId),
      uuid((pair) => pair.counterparty),
    ),
  );

export interface DayRow {
  subject_id: string;
  day: number;
  deals: number;
  reviews_seen: number;
  reviews_counted: number;
  praises: number;
}
export interface DayKey {
  readonly subjectId: string;
  readonly day: number;
}
export const daysOf = (tx: Tx, days: readonly DayKey[]): Promise<DayRow[]> =>
  tx.query(
    'days_of',
    `select d.subject_id, d.day, d.deals, d.reviews_seen, d.reviews_counted, d.praises
       from unnest($1::uuid[], $2::int[]) as asked (subject_id, day) join day_tally d using (subject_id, day)`,
    arraysOf(
      days,
      uuid((each) => each.subjectId),
      int4((each) => each.day),
    ),
  );

export interface ReviewerRow {
  buyer_id: string;
  agree: number;
  disagree: number;
  experience: number;
  week: number;
  week_experience: number;
}
export const reviewersOf = (on: Reader, ids: readonly string[]): Promise<ReviewerRow[]> =>
  on.query(
    'reviewers_of',
    `select buyer_id, agree, disagree, experience, week, week_experience from reviewer where buyer_id = any($1::uuid[])`,
    idArray(ids),
  );

/** What all counted reviews say, as of the last commit. */
export const reviewMean = async (on: Reader): Promise<{ valence_sum: number; count: number }> =>
  (
    await on.query<{ valence_sum: number; count: number }>(
      'review_mean',
      `select valence_sum, count from review_mean where id = 1`,
    )
  )[0]!;

export const moveReviewMean = (tx: Tx, sum: number, count: number): Promise<unknown> =>
  tx.query(
    'move_review_mean',
    `update review_mean set valence_sum = valence_sum + $1, count = count + $2 where id = 1`,
    [sum, count],
  );

export interface EntryRow {
  subject_id: string;
  fact_id: string;
  kind: number;
  revision: number;
  occurred_at: Date;
  recorded_at: Date;
  counterparty_id: string | null;
  amount: number | null;
  currency: string | null;
  reliability: number | null;
  experience: number | null;
  is_purchase: boolean;
  pair_rank: number;
  is_held: boolean;
}
export interface BoundEntryRow extends EntryRow {
  volume: number;
  first_step: 1 | -1 | 0;
  first_far_at: Date | null;
}
/** Without the instant of recording: dates are dear to read. */
export type BareEntryRow = Omit<BoundEntryRow, 'recorded_at'>;
const ENTRY = `p.subject_id, p.fact_id, p.kind, p.revision, p.occurred_at, p.recorded_at, p.counterparty_id, p.amount, p.currency,
  p.reliability, p.experience, p.is_purchase, p.pair_rank, p.is_held`;
export const BOUND_ENTRY = `${ENTRY}, p.volume, p.first_step, p.first_far_at`;
export const BARE_ENTRY = BOUND_ENTRY.replace('p.recorded_at, ', '');

/** The latest revision of every posting of these facts about these subjects. */
export const latestEntries = (
  on: Reader,
  asked: readonly { subjectId: string; factId: string }[],
): Promise<EntryRow[]> =>
  on.query(
    'latest_entries',
    `select distinct on (p.subject_id, p.fact_id, p.kind) ${ENTRY}
       from unnest($1::uuid[], $2::uuid[]) as asked (subject_id, fact_id) join posting p using (subject_id, fact_id)
      order by p.subject_id, p.fact_id, p.kind, p.revision desc`,
    arraysOf(
      asked,
      uuid((each) => each.subjectId),
      uuid((each) => each.factId),
    ),
  );

export interface SpanRow {
  subject_id: string;
  first_day: number | null;
  last_day: number | null;
}

/** First and last day with a deal, of merchants, from their days. */
export const merchantSpans = (tx: Tx, ids: readonly string[]): Promise<SpanRow[]> =>
  tx.query(
    'merchant_spans',
    `select subject_id, min(day) as first_day, max(day) as last_day from day_tally
      where subject_id = any($1::uuid[]) and deals > 0 group by subject_id`,
    [ids],
  );

/** The same of subjects without days, from their live deals. They have few. */
export const postingSpans = (tx: Tx, ids: readonly string[], dealKinds: readonly number[]): Promise<SpanRow[]> =>
  tx.query(
    'posting_spans',
    `select subject_id, min(day) as first_day, max(day) as last_day
       from (select subject_id, floor(extract(epoch from min(occurred_at)) / 86400)::int as day
               from posting where subject_id = any($1::uuid[]) and kind = any($2::smallint[])
              group by subject_id, fact_id, kind having max(revision) % 2 = 0) as live
      group by subject_id`,
    [ids, dealKinds],
  );
