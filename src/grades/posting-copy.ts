import { readCopiedRows, type CopiedRow } from '../db/copied-rows.ts';
import type { Posting } from '../scoring/posting.ts';

/** A posting and whose it is: the 16 bytes of the subject's id as a text of as many characters. */
export type TakePosting = (subject: string, posting: Posting) => void;

/** The columns that `readPostings` reads, in its order. */
export const COPIED_COLUMNS =
  'subject_id, kind, revision, occurred_at, counterparty_id, amount, currency, reliability, experience, is_purchase, pair_rank, is_held';
const COLUMNS = 12;

/** Reads postings as they are copied out. */
export const readPostings = (chunks: AsyncIterable<Buffer>, take: TakePosting): Promise<void> =>
  readCopiedRows(chunks, COLUMNS, (row) => takeRow(row, take));

function takeRow(row: CopiedRow, take: TakePosting): void {
  const subject = row.uuid()!;
  const kind = row.small();
  const sign = row.small() % 2 === 0 ? 1 : -1;
  take(subject, {
    kind,
    sign,
    occurredAt: row.instant()!,
    counterparty: row.uuid(),
    amount: row.big(),
    currency: row.text(),
    reliability: row.big(),
    experience: row.big(),
    isPurchase: row.flag(),
    pairRank: row.int(),
    isHeld: row.flag(),
  });
}
