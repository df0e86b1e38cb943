import { readCopiedRows, uuidFrom, type CopiedRow } from '../db/copied-rows.ts';
import type { Balances } from './refold.ts';
import * as queries from './sheet.queries.ts';
import type { ScoredStanding } from './standing.ts';

/** A subject's balances as they are kept, but for its standings. */
export interface KeptBalances extends Omit<Balances, 'terms'> {
  readonly subjectId: string;
  readonly subject: number; // its number in the sheet; −1: it has none
  readonly writer: number; // xmin of its tally
}

/** One of its standings. */
export interface KeptStanding extends Omit<ScoredStanding, 'level' | 'good' | 'bad' | 'deals'> {
  readonly terms: readonly bigint[];
  readonly checkpoints: number;
  readonly level: string;
  readonly good: number | null;
  readonly bad: number | null;
  readonly deals: number | null;
}

type NumberOf = (bytes: Buffer, at: number) => number;

export async function readBalances(chunks: AsyncIterable<Buffer>, numberOf: NumberOf): Promise<KeptBalances[]> {
  const found: KeptBalances[] = [];
  await readCopiedRows(chunks, queries.BALANCE_COLUMNS, (row) => {
    const at = row.uuidAt();
    found.push({
      subjectId: uuidFrom(row.bytes.toString('latin1', at, at + 16)),
      subject: numberOf(row.bytes, at),
      writer: row.int(),
      counts: row.ints(),
      counterparties: row.int(),
      firstDay: row.whole(),
      lastDay: row.whole(),
      volume: row.int(),
      volumeEntries: row.int(),
    });
  });
  return found;
}

/** By the subject's number, and by policy id. */
export async function readStandings(
  chunks: AsyncIterable<Buffer>,
  numberOf: NumberOf,
): Promise<ReadonlyMap<number, ReadonlyMap<string, KeptStanding>>> {
  const found = new Map<number, Map<string, KeptStanding>>();
  await readCopiedRows(chunks, queries.STANDING_COLUMNS, (row) => {
    const subject = numberOf(row.bytes, row.uuidAt());
    const own = found.get(subject);
    const policyId = uuidFrom(row.uuid()!);
    if (own) own.set(policyId, standingFrom(row));
    else found.set(subject, new Map([[policyId, standingFrom(row)]]));
  });
  return found;
}

const standingFrom = (row: CopiedRow): KeptStanding => ({
  checkpoints: row.int(),
  terms: row.numerics(),
  level: row.text()!,
  score: row.whole(),
  lowScore: row.double()!,
  good: row.double(),
  bad: row.double(),
  deals: row.whole(),
});
