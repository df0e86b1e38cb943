import type { Reader } from '../db/tx.ts';
import type { EntryRow } from './open-account.ts';
import { COLUMNS } from './transfers.queries.ts';

/** From the first instant up to, and without, the last: ms since 1970. */
export interface Period {
  readonly from: number;
  readonly until: number;
}

/** An account's entries of a period after a revision, oldest first: as they are numbered, so they were recorded. */
export const entriesRecorded = (
  sql: Reader,
  subjectId: string,
  { from, until }: Period,
  after: number,
  most: number,
): Promise<EntryRow[]> =>
  sql.query(
    'points.entries-recorded',
    `select ${COLUMNS} from points_transfer t
      where t.subject_id = $1 and t.recorded_at >= $2 and t.recorded_at < $3 and t.revision > $4
      order by t.recorded_at, t.revision limit $5`,
    [subjectId, new Date(from), new Date(until), after, most],
  );
