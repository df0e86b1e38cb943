import { columns, copyText, time } from '../db/columns.ts';
import type { Reader, Tx } from '../db/tx.ts';
import type { Pair } from './book.ts';
import type { EnteredEntry } from './ledger.ts';

const list = (values: readonly (number | bigint)[]): string => `{${values.join(',')}}`;

export interface TallyRow {
  subject_id: string;
  subject_kind: number;
  counts: number[];
  counterparties: number;
  first_day: number | null;
  last_day: number | null;
  stars: number[];
  average: number | null;
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
    `select subject_id, subject_kind, counts, counterparties, first_day, last_day, stars, average, verified, excluded,
            dimension_counts, dimension_sums, consensus_sum, consensus_weight, volume, volume_entries
       from tally where subject_id = any($1::uuid[]) order by subject_id for update`,
    [ids],
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
    [ids],
  );

export interface PairRow {
  subject_id: string;
  counterparty_id: string;
  orders: number;
  reviews: number;
  live: number;
  first_at: Date | null;
}
export const pairsOf = (tx: Tx, pairs: readonly { subjectId: string; counterparty: string }[]): Promise<PairRow[]> =>
  tx.query(
    'pairs_of',
    `select p.subject_id, p.counterparty_id, p.orders, p.reviews, p.live, p.first_at
       from unnest($1::uuid[], $2::uuid[]) as asked (subject_id, counterparty_id) join pair p using (subject_id, counterparty_id)`,
    columns(
      pairs,
      (pair) => pair.subjectId,
      (pair) => pair.counterparty,
    ),
  );

export interface DayRow {
  subject_id: string;
  day: number;
  deals: number;
  reviews_seen: number;
  reviews_counted: number;
}
export const daysOf = (tx: Tx, days: readonly { subjectId: string; day: number }[]): Promise<DayRow[]> =>
  tx.query(
    'days_of',
    `select d.subject_id, d.day, d.deals, d.reviews_seen, d.reviews_counted
       from unnest($1::uuid[], $2::int[]) as asked (subject_id, day) join day_tally d using (subject_id, day)`,
    columns(
      days,
      (each) => each.subjectId,
      (each) => each.day,
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
    [ids],
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
    columns(
      asked,
      (each) => each.subjectId,
      (each) => each.factId,
    ),
  );

export const insertEntries = (
  tx: Tx,
  entries: readonly EnteredEntry[],
  volumes: ReadonlyMap<string, number>, // by subject id
  recordedAt: Date,
): Promise<void> => {
  const recorded = recordedAt.toISOString();
  return tx.copy(
    `copy posting (subject_id, fact_id, kind, revision, occurred_at, counterparty_id, amount, currency, reliability, experience,
                   is_purchase, pair_rank, is_held, volume, first_step, first_far_at, recorded_at) from stdin`,
    copyText(
      entries,
      (each) => each.subjectId,
      (each) => each.factId,
      (each) => each.kind,
      (each) => each.revision,
      (each) => time(each.occurredAt),
      (each) => each.counterparty,
      (each) => each.amount,
      (each) => each.currency,
      (each) => each.reliability,
      (each) => each.experience,
      (each) => each.isPurchase,
      (each) => each.pairRank,
      (each) => each.isHeld,
      (each) => volumes.get(each.subjectId),
      (each) => each.firstStep,
      (each) => time(each.firstFarAt),
      () => recorded,
    ),
  );
};

export interface TallyToSave {
  readonly subjectId: string;
  readonly kind: number;
  readonly counts: readonly number[];
  readonly counterparties: number;
  readonly firstDay: number | null;
  readonly lastDay: number | null;
  readonly stars: readonly number[];
  readonly average: number | null;
  readonly verified: number;
  readonly excluded: number;
  readonly dimensionCounts: readonly number[];
  readonly dimensionSums: readonly number[];
  readonly consensusSum: number;
  readonly consensusWeight: number;
  readonly volume: number;
  readonly volumeEntries: number;
}
const TALLY_ROWS = `unnest($1::uuid[], $2::smallint[], $3::text[], $4::int[], $5::int[], $6::int[], $7::text[], $8::float8[], $9::int[],
  $10::int[], $11::text[], $12::text[], $13::bigint[], $14::bigint[], $15::int[], $16::int[])
  as new (subject_id, subject_kind, counts, counterparties, first_day, last_day, stars, average, verified, excluded, dimension_counts,
          dimension_sums, consensus_sum, consensus_weight, volume, volume_entries)`;
const TALLY_VALUES = `new.counts::int[], new.counterparties, new.first_day, new.last_day, new.stars::int[], new.average, new.verified,
  new.excluded, new.dimension_counts::int[], new.dimension_sums::int[], new.consensus_sum, new.consensus_weight,
  new.volume, new.volume_entries`;
const TALLY_COLUMNS = `counts, counterparties, first_day, last_day, stars, average, verified, excluded, dimension_counts, dimension_sums,
  consensus_sum, consensus_weight, volume, volume_entries`;

const tallyColumns = (tallies: readonly TallyToSave[]): string[] =>
  columns(
    tallies,
    (each) => each.subjectId,
    (each) => each.kind,
    (each) => list(each.counts),
    (each) => each.counterparties,
    (each) => each.firstDay,
    (each) => each.lastDay,
    (each) => list(each.stars),
    (each) => each.average,
    (each) => each.verified,
    (each) => each.excluded,
    (each) => list(each.dimensionCounts),
    (each) => list(each.dimensionSums),
    (each) => each.consensusSum,
    (each) => each.consensusWeight,
    (each) => each.volume,
    (each) => each.volumeEntries,
  );

/** Fails with a unique violation where another transaction has opened the same subject's first book meanwhile. */
export const insertTallies = (tx: Tx, tallies: readonly TallyToSave[]): Promise<unknown> =>
  tx.query(
    'insert_tallies',
    `insert into tally (subject_id, subject_kind, ${TALLY_COLUMNS})
     select new.subject_id, new.subject_kind, ${TALLY_VALUES} from ${TALLY_ROWS} order by new.subject_id`,
    tallyColumns(tallies),
  );

export const updateTallies = (tx: Tx, tallies: readonly TallyToSave[]): Promise<unknown> =>
  tx.query(
    'update_tallies',
    `update tally set (${TALLY_COLUMNS}) = (select ${TALLY_VALUES}) from ${TALLY_ROWS}
      where tally.subject_id = new.subject_id and tally.subject_kind = new.subject_kind`,
    tallyColumns(tallies),
  );

export interface StandingToSave {
  readonly subjectId: string;
  readonly policyId: string;
  readonly kind: number;
  readonly terms: readonly bigint[];
  readonly level: string;
  readonly score: number | null;
  readonly lowScore: number;
  readonly good: number;
  readonly bad: number;
  readonly deals: number;
  readonly checkpoints: number;
}
export const saveStandings = (tx: Tx, standings: readonly StandingToSave[]): Promise<unknown> =>
  tx.query(
    'save_standings',
    `insert into standing (subject_id, policy_id, subject_kind, terms, level, score, low_score, good, bad, deals, checkpoints)
     select subject_id, policy_id, subject_kind, terms::numeric[], level, score, low_score, good, bad, deals, checkpoints
       from unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::text[], $5::text[], $6::int[], $7::float8[], $8::float8[],
                   $9::float8[], $10::int[], $11::int[])
         as new (subject_id, policy_id, subject_kind, terms, level, score, low_score, good, bad, deals, checkpoints)
     on conflict (subject_id, policy_id) do update
        set terms = excluded.terms, level = excluded.level, score = excluded.score, low_score = excluded.low_score,
            good = excluded.good, bad = excluded.bad, deals = excluded.deals, checkpoints = excluded.checkpoints`,
    columns(
      standings,
      (each) => each.subjectId,
      (each) => each.policyId,
      (each) => each.kind,
      (each) => list(each.terms),
      (each) => each.level,
      (each) => each.score,
      (each) => each.lowScore,
      (each) => each.good,
      (each) => each.bad,
      (each) => each.deals,
      (each) => each.checkpoints,
    ),
  );

export const savePairs = (
  tx: Tx,
  pairs: readonly { subjectId: string; counterparty: string; pair: Pair }[],
): Promise<unknown> =>
  tx.query(
    'save_pairs',
    `insert into pair (subject_id, counterparty_id, orders, reviews, live, first_at)
     select * from unnest($1::uuid[], $2::uuid[], $3::int[], $4::int[], $5::int[], $6::timestamptz[])
     on conflict (subject_id, counterparty_id) do update
        set orders = excluded.orders, reviews = excluded.reviews, live = excluded.live, first_at = excluded.first_at`,
    columns(
      pairs,
      (each) => each.subjectId,
      (each) => each.counterparty,
      (each) => each.pair.orders,
      (each) => each.pair.reviews,
      (each) => each.pair.live,
      (each) => time(each.pair.firstAt),
    ),
  );

export const saveDays = (
  tx: Tx,
  days: readonly { subjectId: string; day: number; deals: number; reviewsSeen: number; reviewsCounted: number }[],
): Promise<unknown> =>
  tx.query(
    'save_days',
    `insert into day_tally (subject_id, day, deals, reviews_seen, reviews_counted)
     select * from unnest($1::uuid[], $2::int[], $3::int[], $4::int[], $5::int[])
     on conflict (subject_id, day) do update
        set deals = excluded.deals, reviews_seen = excluded.reviews_seen, reviews_counted = excluded.reviews_counted`,
    columns(
      days,
      (each) => each.subjectId,
      (each) => each.day,
      (each) => each.deals,
      (each) => each.reviewsSeen,
      (each) => each.reviewsCounted,
    ),
  );

export const saveReviewers = (
  tx: Tx,
  reviewers: readonly {
    buyerId: string;
    agree: number;
    disagree: number;
    experience: number;
    week: number;
    weekExperience: number;
  }[],
): Promise<unknown> =>
  tx.query(
    'save_reviewers',
    `insert into reviewer (buyer_id, agree, disagree, experience, week, week_experience)
     select * from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::int[], $6::bigint[])
     on conflict (buyer_id) do update
        set agree = excluded.agree, disagree = excluded.disagree, experience = excluded.experience, week = excluded.week,
            week_experience = excluded.week_experience`,
    columns(
      reviewers,
      (each) => each.buyerId,
      (each) => each.agree,
      (each) => each.disagree,
      (each) => each.experience,
      (each) => each.week,
      (each) => each.weekExperience,
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
