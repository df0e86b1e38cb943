import type { Reader } from '../db/tx.ts';
import type { Posting } from '../scoring/posting.ts';
import { SHELF_VOLUMES } from './volume-size.ts';

/** How a subject's ledger lies at a moment of knowing. Volumes before `summed` are added up, those from it on are folded. */
export interface LedgerPlace {
  readonly open: number; // the volume that is being written
  readonly summed: number; // all before it were recorded by then, and have checkpoints under the policy
  readonly lastBegun: number; // the last closed volume of which something had been recorded by then; -1: none
}

/** No row for a subject of whom nothing was ever entered. */
export const ledgerPlace = (on: Reader, subjectId: string, policyId: string, knownAt: number): Promise<LedgerPlace[]> =>
  on.query(
    'ledger_place',
    `select t.volume as open, v.last_begun as "lastBegun",
            least(t.volume, coalesce(s.checkpoints, 0), v.first_cut) as summed
       from tally t left join standing s on s.subject_id = t.subject_id and s.policy_id = $2,
            lateral (select min(volume) filter (where last_recorded_at > $3) as first_cut,
                            coalesce(max(volume) filter (where first_recorded_at <= $3), -1) as last_begun
                       from ledger_volume where subject_id = t.subject_id) as v
      where t.subject_id = $1`,
    [subjectId, policyId, new Date(knownAt)],
  );

/** An entry as far as a balance needs it: with whom its subject dealt is in the step of the first postings. */
export interface PastEntry extends Posting {
  readonly firstStep: 1 | -1 | 0;
  readonly firstFarAt: number | null; // ms since 1970
}
export const PAST_ENTRY = `p.kind, 1 - p.revision % 2 * 2 as sign, (extract(epoch from p.occurred_at) * 1000)::float8 as "occurredAt",
  null as counterparty, p.amount, p.currency, p.reliability, p.experience, p.is_purchase as "isPurchase", p.pair_rank as "pairRank",
  p.is_held as "isHeld", p.first_step as "firstStep", (extract(epoch from p.first_far_at) * 1000)::float8 as "firstFarAt"`;

/** The entries of a ledger that is still in its first volume. */
export const wholeLedger = (on: Reader, subjectId: string, asOf: number, knownAt: number): Promise<PastEntry[]> =>
  on.query(
    'whole_ledger',
    `select ${PAST_ENTRY} from posting p where p.subject_id = $1 and p.occurred_at <= $2 and p.recorded_at <= $3`,
    [subjectId, new Date(asOf), new Date(knownAt)],
  );

/** `volume > 0` makes Postgres use the index of those volumes; the facts of volume 0 are listed with it. */
const OF_FIRST_VOLUME = `ledger_volume v, unnest(v.facts) as listed (fact_id)
  join posting p on p.subject_id = $1 and p.fact_id = listed.fact_id and p.volume = 0`;

/** The entries of those volumes that are not added up. */
export const unsummedEntries = (
  on: Reader,
  subjectId: string,
  { open, summed, lastBegun }: LedgerPlace,
  asOf: number,
  knownAt: number,
): Promise<PastEntry[]> =>
  on.query(
    'unsummed_entries',
    `select ${PAST_ENTRY} from posting p
      where p.subject_id = $1 and p.volume > 0 and p.volume >= $4 and p.occurred_at <= $2 and p.recorded_at <= $3
     union all
     select ${PAST_ENTRY} from posting p
      where p.subject_id = $1 and p.volume > 0 and p.volume between $5 and $6 and p.occurred_at <= $2 and p.recorded_at <= $3
     union all
     select ${PAST_ENTRY} from ${OF_FIRST_VOLUME}
      where v.subject_id = $1 and v.volume = 0 and $5 = 0 and p.occurred_at <= $2 and p.recorded_at <= $3`,
    [subjectId, new Date(asOf), new Date(knownAt), open, summed, Math.min(lastBegun, open - 1)],
  );

/** The checkpoints that add up the first $3 volumes: of all whole shelves among them, and of the volumes after these. */
const SUMMED = `(
  select * from checkpoint where subject_id = $1 and policy_id = $2 and span = $4 and volume < $3 - $3 % $4 union all
  select * from checkpoint where subject_id = $1 and policy_id = $2 and span = 1 and volume >= $3 - $3 % $4 and volume < $3)`;

/** Whose checkpoints, under which policy, and of how many volumes. */
export interface Summed {
  readonly subjectId: string;
  readonly policyId: string;
  readonly summed: number;
}
const placeOf = ({ subjectId, policyId, summed }: Summed) => [subjectId, policyId, summed, SHELF_VOLUMES];

/** Of the volumes that are added up, the entries of a part of one day, and those that move a first posting within it. */
export const entriesOfDay = (
  on: Reader,
  summed: Summed,
  { day, from, to }: { readonly day: number; readonly from: number; readonly to: number },
): Promise<PastEntry[]> =>
  on.query(
    'entries_of_day',
    `with there as (
       select distinct c.volume + later as volume from ${SUMMED} as c, generate_series(0, c.span - 1) as later where c.day = $5)
     select ${PAST_ENTRY} from there
       join posting p on p.subject_id = $1 and p.volume = there.volume and p.volume > 0 and p.occurred_at between $6 and $7
     union all
     select ${PAST_ENTRY} from ${OF_FIRST_VOLUME} and p.occurred_at between $6 and $7
      where v.subject_id = $1 and v.volume = 0 and 0 in (select volume from there)
     union all
     select ${PAST_ENTRY} from posting p
      where p.subject_id = $1 and p.first_far_at is not null and p.first_far_at between $6 and $7 and p.occurred_at < $6 and p.volume < $3`,
    [...placeOf(summed), day, new Date(from), new Date(to)],
  );

/** Checkpoints added up: of each day from one on, and of all days before it as one. */
export interface DaySum {
  readonly day: number;
  readonly kind: number;
  readonly count: number;
  readonly term: string;
}
export const sumsByDay = (
  on: Reader,
  summed: Summed,
  { from, until }: { readonly from: number; readonly until: number },
): Promise<DaySum[]> =>
  on.query(
    'sums_by_day',
    `select greatest(day, $5 - 1) as day, kind, sum(count)::int as count, sum(term)::text as term from ${SUMMED} as c
      where day < $6 group by 1, 2`,
    [...placeOf(summed), from, until],
  );

/** The days before one on which deals remain, and how many. */
export const dealDays = async (
  on: Reader,
  summed: Summed,
  until: number,
  dealKinds: readonly number[],
): Promise<{ readonly days: readonly number[]; readonly deals: readonly number[] }> =>
  (
    await on.query<{ days: number[]; deals: number[] }>(
      'deal_days',
      `select coalesce(array_agg(day), '{}') as days, coalesce(array_agg(deals), '{}') as deals
         from (select day, sum(count)::int as deals from ${SUMMED} as c
                where day < $5 and kind = any($6::smallint[]) group by day having sum(count) <> 0) as each_day`,
      [...placeOf(summed), until, dealKinds],
    )
  )[0]!;
