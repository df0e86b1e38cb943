import { idArray } from '../db/binary-rows.ts';
import type { Tx } from '../db/tx.ts';

export interface DealTallyRow {
  subject_id: string;
  writer: number;
  counts: number[];
  counterparties: number;
  first_day: number | null;
  last_day: number | null;
  volume: number;
  volume_entries: number;
}
/** What deals move of these subjects' tallies, and who wrote them last. Nothing is locked: whoever writes them finds out whether somebody else has. */
export const dealTallies = (tx: Tx, ids: readonly string[]): Promise<DealTallyRow[]> =>
  tx.query(
    'deal_tallies',
    `select subject_id, xmin::text::bigint as writer, counts, counterparties, first_day, last_day, volume, volume_entries
       from tally where subject_id = any($1::uuid[])`,
    idArray(ids),
  );

export interface DealStandingRow {
  subject_id: string;
  policy_id: string;
  writer: number;
  terms: string[];
  checkpoints: number;
}
export const dealStandings = (tx: Tx, ids: readonly string[]): Promise<DealStandingRow[]> =>
  tx.query(
    'deal_standings',
    `select subject_id, policy_id, xmin::text::bigint as writer, terms, checkpoints from standing where subject_id = any($1::uuid[])`,
    idArray(ids),
  );

/** What this transaction's rows say wrote them (xmin). */
export const ownWriter = async (tx: Tx): Promise<number> =>
  (await tx.query<{ writer: number }>('own_writer', `select pg_current_xact_id()::xid::text::bigint as writer`))[0]!
    .writer;
