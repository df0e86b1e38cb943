import type { Reader } from '../../src/db/tx.ts';
import type { Posting } from '../../src/scoring/posting.ts';

/** A posting, and when it became known. */
export interface LedgerLine extends Posting {
  readonly recordedAt: number;
}

/** A subject's whole ledger, in order of time. */
export const ledgerOf = (sql: Reader, subjectId: string): Promise<LedgerLine[]> =>
  sql.query(
    '',
    `select kind, 1 - revision % 2 * 2 as sign, (extract(epoch from occurred_at) * 1000)::float8 as "occurredAt",
            (extract(epoch from recorded_at) * 1000)::float8 as "recordedAt", counterparty_id as counterparty, amount, currency,
            reliability, experience, is_purchase as "isPurchase", pair_rank as "pairRank", is_held as "isHeld"
       from posting where subject_id = $1 order by occurred_at`,
    [subjectId],
  );

/** Its postings: what had happened by `asOf`, as far as it was known at `knownAt`. */
export const postingsOf = async (sql: Reader, subjectId: string, asOf: number, knownAt: number): Promise<Posting[]> =>
  (await ledgerOf(sql, subjectId))
    .filter(({ occurredAt, recordedAt }) => occurredAt <= asOf && recordedAt <= knownAt)
    .map(({ recordedAt: _recordedAt, ...posting }) => posting);
