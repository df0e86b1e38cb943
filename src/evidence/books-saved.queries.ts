import {
  arraysOf,
  copyOf,
  flag,
  float8,
  instant,
  int2,
  int4,
  int4s,
  int8,
  list,
  text,
  uuid,
  wholes,
  type Columns,
} from '../db/binary-rows.ts';
import type { Tx } from '../db/tx.ts';
import { averageStars, kindNumber, type Book, type DayTally, type Pair, type Reviewer } from './book.ts';
import type { EnteredEntry } from './ledger.ts';

export const insertEntries = (
  tx: Tx,
  entries: readonly EnteredEntry[],
  volumes: ReadonlyMap<string, number>, // by subject id
  recordedAt: number,
): Promise<void> => {
  const columns: Columns<EnteredEntry> = {
    subject_id: uuid((each) => each.subjectId),
    fact_id: uuid((each) => each.factId),
    kind: int2((each) => each.kind),
    revision: int2((each) => each.revision),
    occurred_at: instant((each) => each.occurredAt),
    counterparty_id: uuid((each) => each.counterparty),
    amount: int8((each) => each.amount),
    currency: text((each) => each.currency),
    reliability: int8((each) => each.reliability),
    experience: int8((each) => each.experience),
    is_purchase: flag((each) => each.isPurchase),
    pair_rank: int4((each) => each.pairRank),
    is_held: flag((each) => each.isHeld),
    volume: int4((each) => volumes.get(each.subjectId)),
    first_step: int2((each) => each.firstStep),
    first_far_at: instant((each) => each.firstFarAt),
    recorded_at: instant(() => recordedAt),
  };
  return tx.copy(...copyOf('posting', columns, entries));
};

export type BookToSave = Pick<Book, 'subjectId' | 'kind' | 'tally'>;

const TALLY: Columns<BookToSave> = {
  subject_id: uuid((each) => each.subjectId),
  subject_kind: int2((each) => kindNumber(each.kind)),
  counts: int4s((each) => each.tally.counts),
  counterparties: int4((each) => each.tally.counterparties),
  first_day: int4((each) => each.tally.firstDay),
  last_day: int4((each) => each.tally.lastDay),
  stars: int4s((each) => each.tally.stars),
  average: float8((each) => averageStars(each.tally)),
  verified: int4((each) => each.tally.verified),
  excluded: int4((each) => each.tally.excluded),
  dimension_counts: int4s((each) => each.tally.dimensionCounts),
  dimension_sums: int4s((each) => each.tally.dimensionSums),
  consensus_sum: int8((each) => each.tally.consensusSum),
  consensus_weight: int8((each) => each.tally.consensusWeight),
  volume: int4((each) => each.tally.volume),
  volume_entries: int4((each) => each.tally.volumeEntries),
};

const { subject_kind: _, ...MOVED } = TALLY; // a subject's kind never changes
/** Lists of numbers as texts: `unnest` takes no lists of lists. */
const UPDATED = Object.values({
  ...MOVED,
  counts: list((each: BookToSave) => each.tally.counts),
  stars: list((each: BookToSave) => each.tally.stars),
  dimension_counts: list((each: BookToSave) => each.tally.dimensionCounts),
  dimension_sums: list((each: BookToSave) => each.tally.dimensionSums),
});

/** Fails with a unique violation where another transaction has opened the same subject's first book meanwhile. */
export const insertTallies = (tx: Tx, tallies: readonly BookToSave[]): Promise<void> => {
  tx.moved(tallies.map(({ subjectId }) => subjectId));
  return tx.copy(...copyOf('tally', TALLY, tallies));
};

export const updateTallies = (tx: Tx, tallies: readonly BookToSave[]): Promise<unknown> => {
  tx.moved(tallies.map(({ subjectId }) => subjectId));
  return tx.query(
    'update_tallies',
    `update tally set counts = new.counts::int[], counterparties = new.counterparties, first_day = new.first_day, last_day = new.last_day,
            stars = new.stars::int[], average = new.average, verified = new.verified, excluded = new.excluded,
            dimension_counts = new.dimension_counts::int[], dimension_sums = new.dimension_sums::int[],
            consensus_sum = new.consensus_sum, consensus_weight = new.consensus_weight,
            volume = new.volume, volume_entries = new.volume_entries
       from unnest($1::uuid[], $2::text[], $3::int[], $4::int[], $5::int[], $6::text[], $7::float8[], $8::int[], $9::int[],
                   $10::text[], $11::text[], $12::bigint[], $13::bigint[], $14::int[], $15::int[])
         as new (subject_id, counts, counterparties, first_day, last_day, stars, average, verified, excluded, dimension_counts,
                 dimension_sums, consensus_sum, consensus_weight, volume, volume_entries)
      where tally.subject_id = new.subject_id`,
    arraysOf(tallies, ...UPDATED),
  );
};

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
const STANDING: Columns<StandingToSave> = {
  subject_id: uuid((each) => each.subjectId),
  policy_id: uuid((each) => each.policyId),
  subject_kind: int2((each) => each.kind),
  terms: wholes((each) => each.terms),
  level: text((each) => each.level),
  score: int4((each) => each.score),
  low_score: float8((each) => each.lowScore),
  good: float8((each) => each.good),
  bad: float8((each) => each.bad),
  deals: int4((each) => each.deals),
  checkpoints: int4((each) => each.checkpoints),
};

/** The first standings of these subjects under these policies. Whoever writes them holds their tallies, so nobody else can. */
export const insertStandings = (tx: Tx, standings: readonly StandingToSave[]): Promise<void> => {
  tx.moved(standings.map(({ subjectId }) => subjectId));
  return tx.copy(...copyOf('standing', STANDING, standings));
};

const STANDING_ROWS = `unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::text[], $5::text[], $6::int[], $7::float8[], $8::float8[],
    $9::float8[], $10::int[], $11::int[])
  as new (subject_id, policy_id, subject_kind, terms, level, score, low_score, good, bad, deals, checkpoints)`;
/** For `unnest`. */
export const STANDING_LISTS: Columns<StandingToSave> = { ...STANDING, terms: list((each) => each.terms) };
const standingArrays = (standings: readonly StandingToSave[]): Buffer[] =>
  arraysOf(standings, ...Object.values(STANDING_LISTS));

export const updateStandings = (tx: Tx, standings: readonly StandingToSave[]): Promise<unknown> => {
  tx.moved(standings.map(({ subjectId }) => subjectId));
  return tx.query(
    'update_standings',
    `update standing s
        set terms = new.terms::numeric[], level = new.level, score = new.score, low_score = new.low_score, good = new.good,
            bad = new.bad, deals = new.deals, checkpoints = new.checkpoints
       from ${STANDING_ROWS}
      where s.subject_id = new.subject_id and s.policy_id = new.policy_id`,
    standingArrays(standings),
  );
};

/** Whether they were there or not. */
export const saveStandings = (tx: Tx, standings: readonly StandingToSave[]): Promise<unknown> => {
  tx.moved(standings.map(({ subjectId }) => subjectId));
  return tx.query(
    'save_standings',
    `insert into standing (subject_id, policy_id, subject_kind, terms, level, score, low_score, good, bad, deals, checkpoints)
     select subject_id, policy_id, subject_kind, terms::numeric[], level, score, low_score, good, bad, deals, checkpoints
       from ${STANDING_ROWS}
     on conflict (subject_id, policy_id) do update
        set terms = excluded.terms, level = excluded.level, score = excluded.score, low_score = excluded.low_score,
            good = excluded.good, bad = excluded.bad, deals = excluded.deals, checkpoints = excluded.checkpoints`,
    standingArrays(standings),
  );
};

export interface PairToSave {
  readonly subjectId: string;
  readonly counterparty: string;
  readonly pair: Pair;
}
const PAIR: Columns<PairToSave> = {
  subject_id: uuid((each) => each.subjectId),
  counterparty_id: uuid((each) => each.counterparty),
  orders: int4((each) => each.pair.orders),
  reviews: int4((each) => each.pair.reviews),
  live: int4((each) => each.pair.live),
  first_at: instant((each) => each.pair.firstAt),
};

export const insertPairs = (tx: Tx, pairs: readonly PairToSave[]): Promise<void> =>
  tx.copy(...copyOf('pair', PAIR, pairs));

export const updatePairs = (tx: Tx, pairs: readonly PairToSave[]): Promise<unknown> =>
  tx.query(
    'update_pairs',
    `update pair set orders = new.orders, reviews = new.reviews, live = new.live, first_at = new.first_at
       from unnest($1::uuid[], $2::uuid[], $3::int[], $4::int[], $5::int[], $6::timestamptz[])
         as new (subject_id, counterparty_id, orders, reviews, live, first_at)
      where pair.subject_id = new.subject_id and pair.counterparty_id = new.counterparty_id`,
    arraysOf(pairs, ...Object.values(PAIR)),
  );

export interface DayToSave {
  readonly subjectId: string;
  readonly day: number;
  readonly tally: DayTally;
}
const DAY: Columns<DayToSave> = {
  subject_id: uuid((each) => each.subjectId),
  day: int4((each) => each.day),
  deals: int4((each) => each.tally.deals),
  reviews_seen: int4((each) => each.tally.reviewsSeen),
  reviews_counted: int4((each) => each.tally.reviewsCounted),
  praises: int4((each) => each.tally.praises),
};

export const insertDays = (tx: Tx, days: readonly DayToSave[]): Promise<void> =>
  tx.copy(...copyOf('day_tally', DAY, days));

export const updateDays = (tx: Tx, days: readonly DayToSave[]): Promise<unknown> =>
  tx.query(
    'update_days',
    `update day_tally d set deals = new.deals, reviews_seen = new.reviews_seen, reviews_counted = new.reviews_counted,
            praises = new.praises
       from unnest($1::uuid[], $2::int[], $3::int[], $4::int[], $5::int[], $6::int[])
         as new (subject_id, day, deals, reviews_seen, reviews_counted, praises)
      where d.subject_id = new.subject_id and d.day = new.day`,
    arraysOf(days, ...Object.values(DAY)),
  );

export type ReviewerToSave = Reviewer & { readonly buyerId: string };

export const saveReviewers = (tx: Tx, reviewers: readonly ReviewerToSave[]): Promise<unknown> =>
  tx.query(
    'save_reviewers',
    `insert into reviewer (buyer_id, agree, disagree, experience, week, week_experience)
     select * from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::int[], $6::bigint[])
     on conflict (buyer_id) do update
        set agree = excluded.agree, disagree = excluded.disagree, experience = excluded.experience, week = excluded.week,
            week_experience = excluded.week_experience`,
    arraysOf(
      reviewers,
      uuid((each) => each.buyerId),
      int8((each) => each.agree),
      int8((each) => each.disagree),
      int8((each) => each.experience),
      int4((each) => each.week),
      int8((each) => each.weekExperience),
    ),
  );
