import type { Reader } from '../db/tx.ts';
import { PAST_ENTRY, type PastEntry } from './past.queries.ts';

/** Those whose ledger has closed volumes. */
export const longLedgers = async (on: Reader, subjectIds: readonly string[]): Promise<string[]> =>
  (
    await on.query<{ id: string }>(
      'long_ledgers',
      'select subject_id as id from tally where subject_id = any($1::uuid[]) and volume > 0',
      [subjectIds],
    )
  ).map(({ id }) => id);

export type OwnedEntry = PastEntry & { readonly subjectId: string };

/** The entries of whole ledgers. */
export const wholeLedgers = (
  on: Reader,
  subjectIds: readonly string[],
  asOf: number,
  knownAt: number,
): Promise<OwnedEntry[]> =>
  on.query(
    'whole_ledgers',
    `select p.subject_id as "subjectId", ${PAST_ENTRY} from posting p
      where p.subject_id = any($1::uuid[]) and p.occurred_at <= $2 and p.recorded_at <= $3`,
    [subjectIds, new Date(asOf), new Date(knownAt)],
  );
