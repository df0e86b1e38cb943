import { arraysOf, int4, text, uuid } from '../db/binary-rows.ts';
import type { Copier } from '../db/snapshot.ts';
import type { Reader, Tx } from '../db/tx.ts';

/** All entries of these subjects, in no order. A statement of COPY takes no values. */
export const copyEntries = (on: Copier, ids: readonly string[]): AsyncIterable<Buffer> =>
  on.copyOut(
    `copy (select subject_id, kind, revision, occurred_at, counterparty_id, amount, currency, reliability, experience, is_purchase,
                  pair_rank, is_held, volume, first_step, fact_id, first_far_at, recorded_at
             from posting where subject_id = any(${idsOf(ids)})) to stdout (format binary)`,
  );
export const ENTRY_COLUMNS = 17;

/** As a constant of SQL. */
export const idsOf = (ids: readonly string[]): string => `array[${ids.map(quotedId).join(',')}]::uuid[]`;

export function quotedId(id: string): string {
  if (!/^[0-9a-f-]{36}$/.test(id)) throw new RangeError(`${id} is no id of ours`);
  return `'${id}'`;
}

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

/** The books of these subjects. */
export const talliesOf = (on: Reader, ids: readonly string[]): Promise<BalanceRow[]> =>
  on.query(
    'tallies_of',
    `select subject_id, subject_kind, counts, counterparties, first_day, last_day, volume, volume_entries,
            volume > 0 or exists (select from posting p where p.subject_id = tally.subject_id and p.volume > 0) as is_long
       from tally where subject_id = any($1::uuid[]) order by subject_id`,
    [ids],
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
export const mendTallies = (tx: Tx, rows: readonly TalliesToMend[]): Promise<unknown> => {
  tx.moved(rows.map(({ subjectId }) => subjectId));
  return tx.query(
    'mend_tallies',
    `update tally set counts = new.counts::int[], counterparties = new.counterparties, first_day = new.first_day,
            last_day = new.last_day, volume = new.volume, volume_entries = new.volume_entries
       from unnest($1::uuid[], $2::text[], $3::int[], $4::int[], $5::int[], $6::int[], $7::int[])
         as new (subject_id, counts, counterparties, first_day, last_day, volume, volume_entries)
      where tally.subject_id = new.subject_id`,
    arraysOf(
      rows,
      uuid((each) => each.subjectId),
      text((each) => `{${each.counts.join(',')}}`),
      int4((each) => each.counterparties),
      int4((each) => each.firstDay),
      int4((each) => each.lastDay),
      int4((each) => each.volume),
      int4((each) => each.volumeEntries),
    ),
  );
};
