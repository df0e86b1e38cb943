import type { Tx } from '../db/tx.ts';
import { BARE_ENTRY, type BareEntryRow } from './books.queries.ts';
import type { BalanceRow } from './refold.queries.ts';

/** Where a reading of the ledger stands. */
export interface Cursor {
  readonly subjectId: string;
  readonly factId: string;
  readonly kind: number;
  readonly revision: number;
}

/** The next subjects of a kind with a book, locked until the transaction ends, in id order. */
export const lockNextOfKind = (tx: Tx, kind: number, after: string, limit: number): Promise<BalanceRow[]> =>
  tx.query(
    'lock_next_of_kind',
    `select subject_id, subject_kind, counts, counterparties, first_day, last_day, volume, volume_entries, volume > 0 as is_long
       from tally
      where subject_kind = $1 and subject_id > $2::uuid order by subject_id limit $3 for update`,
    [kind, after, limit],
  );

/** The next entries of these subjects, in the ledger's own order. */
export const nextEntriesOf = (
  tx: Tx,
  subjectIds: readonly string[],
  after: Cursor,
  limit: number,
): Promise<BareEntryRow[]> =>
  tx.query(
    'next_entries_of',
    `select ${BARE_ENTRY} from posting p
      where subject_id = any($1::uuid[]) and (subject_id, fact_id, kind, revision) > ($2::uuid, $3::uuid, $4::smallint, $5::smallint)
      order by subject_id, fact_id, kind, revision limit $6`,
    [subjectIds, after.subjectId, after.factId, after.kind, after.revision, limit],
  );
