import { arraysOf, int4, list, uuid, xid, type Columns } from '../db/binary-rows.ts';
import type { Tx } from '../db/tx.ts';
import type { Tally } from './book.ts';
import { STANDING_LISTS, type StandingToSave } from './books-saved.queries.ts';

/** What deals have moved of a tally, and who wrote it last (xmin). */
export interface TallyToMove extends Pick<
  Tally,
  'counts' | 'counterparties' | 'firstDay' | 'lastDay' | 'volume' | 'volumeEntries'
> {
  readonly subjectId: string;
  readonly writer: number;
}

const DEALS: Columns<TallyToMove> = {
  writer: xid((each) => each.writer),
  subject_id: uuid((each) => each.subjectId),
  counts: list((each) => each.counts),
  counterparties: int4((each) => each.counterparties),
  first_day: int4((each) => each.firstDay),
  last_day: int4((each) => each.lastDay),
  volume: int4((each) => each.volume),
  volume_entries: int4((each) => each.volumeEntries),
};

/**
 * Writes what deals alone have moved, of tallies that nobody else has written to. How many were written: where it is fewer, somebody has.
 *
 * The stars are set to what they are because a stored column is made of them: Postgres 18 reads the text of its expression anew for each row
 * of an update that does not touch what it is made of (`ExecInitGenerated`), which takes as long as all the rest.
 */
export const moveTallies = async (tx: Tx, tallies: readonly TallyToMove[]): Promise<number> => {
  tx.moved(tallies.values().map(({ subjectId }) => subjectId));
  const [found] = await tx.query<{ moved: number }>(
    'move_tallies',
    `with moved as (
       update tally set stars = tally.stars, counts = new.counts::int[], counterparties = new.counterparties, first_day = new.first_day,
              last_day = new.last_day, volume = new.volume, volume_entries = new.volume_entries
         from unnest($1::xid[], $2::uuid[], $3::text[], $4::int[], $5::int[], $6::int[], $7::int[], $8::int[])
           as new (writer, subject_id, counts, counterparties, first_day, last_day, volume, volume_entries)
        where tally.subject_id = new.subject_id and tally.xmin = new.writer returning 1)
     select count(*)::int as moved from moved`,
    arraysOf(tallies, ...Object.values(DEALS)),
  );
  return found!.moved;
};

export type StandingToMove = StandingToSave & { readonly writer: number };

const { subject_kind: _, ...STANDING } = STANDING_LISTS; // a subject's kind never changes

/** The same of standings. */
export const moveStandings = async (tx: Tx, standings: readonly StandingToMove[]): Promise<number> => {
  tx.moved(standings.values().map(({ subjectId }) => subjectId));
  const [found] = await tx.query<{ moved: number }>(
    'move_standings',
    `with moved as (
       update standing s
          set terms = new.terms::numeric[], level = new.level, score = new.score, low_score = new.low_score, good = new.good,
              bad = new.bad, deals = new.deals, checkpoints = new.checkpoints
         from unnest($1::xid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::int[], $7::float8[], $8::float8[],
                     $9::float8[], $10::int[], $11::int[])
           as new (writer, subject_id, policy_id, terms, level, score, low_score, good, bad, deals, checkpoints)
        where s.subject_id = new.subject_id and s.policy_id = new.policy_id and s.xmin = new.writer returning 1)
     select count(*)::int as moved from moved`,
    arraysOf(
      standings,
      xid((each) => each.writer),
      ...Object.values(STANDING),
    ),
  );
  return found!.moved;
};
