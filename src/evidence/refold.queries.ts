import { columns } from '../db/columns.ts';
import type { Reader, Tx } from '../db/tx.ts';
import { BARE_ENTRY, type BareEntryRow } from './books.queries.ts';

/** Where a reading of the ledger stands. */
export interface Cursor {
  readonly subjectId: string;
  readonly factId: string;
  readonly kind: number;
  readonly revision: number;
}

/** The next entries in the ledger's own order, up to and with a subject. `long`: of whom it matters when an entry was recorded. */
export const nextEntries = (
  tx: Tx,
  after: Cursor,
  upTo: string,
  limit: number,
  long: readonly string[],
): Promise<(BareEntryRow & { readonly recorded_at: Date | null })[]> =>
  tx.query(
    'next_entries',
    `select ${BARE_ENTRY}, case when p.subject_id = any($7::uuid[]) then p.recorded_at end as recorded_at from posting p
      where (subject_id, fact_id, kind, revision) > ($1::uuid, $2::uuid, $3::smallint, $4::smallint) and subject_id <= $5::uuid
      order by subject_id, fact_id, kind, revision limit $6`,
    [after.subjectId, after.factId, after.kind, after.revision, upTo, limit, long],
  );

export interface BalanceRow {
  subject_id: string;
  subject_kind: number;
  counts: number[];
  counterparties: number;
  first_day: number | null;
  last_day: number | null;
  volume: number;
  volume_entries: number;
  is_long: boolean; // it has more than the first volume, or should
}

/** The next subjects with a book. */
export const nextTallies = (tx: Tx, after: string, limit: number): Promise<BalanceRow[]> =>
  tx.query(
    'next_tallies',
    `select subject_id, subject_kind, counts, counterparties, first_day, last_day, volume, volume_entries,
            volume > 0 or exists (select from posting p where p.subject_id = tally.subject_id and p.volume > 0) as is_long
       from tally
      where subject_id > $1::uuid order by subject_id limit $2`,
    [after, limit],
  );

/** Postings whose subject has no book at all: there must be none. */
export const strays = (on: Reader): Promise<{ subject_id: string }[]> =>
  on.query(
    'strays',
    `select distinct p.subject_id from posting p where not exists (select from tally t where t.subject_id = p.subject_id) limit 100`,
  );

export interface TalliesToMend {
  readonly subjectId: string;
  readonly counts: readonly number[];
  readonly counterparties: number;
  readonly firstDay: number | null;
  readonly lastDay: number | null;
  readonly volume: number;
  readonly volumeEntries: number;
}
export const mendTallies = (tx: Tx, rows: readonly TalliesToMend[]): Promise<unknown> =>
  tx.query(
    'mend_tallies',
    `update tally set counts = new.counts::int[], counterparties = new.counterparties, first_day = new.first_day,
            last_day = new.last_day, volume = new.volume, volume_entries = new.volume_entries
       from unnest($1::uuid[], $2::text[], $3::int[], $4::int[], $5::int[], $6::int[], $7::int[])
         as new (subject_id, counts, counterparties, first_day, last_day, volume, volume_entries)
      where tally.subject_id = new.subject_id`,
    columns(
      rows,
      (each) => each.subjectId,
      (each) => `{${each.counts.join(',')}}`,
      (each) => each.counterparties,
      (each) => each.firstDay,
      (each) => each.lastDay,
      (each) => each.volume,
      (each) => each.volumeEntries,
    ),
  );
