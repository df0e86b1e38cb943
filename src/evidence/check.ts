import type { Pool } from 'pg';
import { inSnapshot } from '../db/snapshot.ts';
import { inTransaction, type Reader, type Tx } from '../db/tx.ts';
import { readBalances, readStandings } from './kept.ts';
import type { Folding } from './ledger.ts';
import { strays } from './refold.queries.ts';
import { differencesOf, refold, type LedgerReader, type Refolded } from './refold.ts';
import { meanDifferences, pairDifferences, ratingDifferences, reviewerDifferences } from './review-sums.queries.ts';
import { isSameBalance, isSameTerms, longAstray } from './sheet-compare.ts';
import { pagesOf, sheetsOf } from './sheet-read.ts';
import { copyBalances, copyStandings, type Span } from './sheet.queries.ts';
import type { Sheet } from './sheet.ts';
import { volumeDifferences } from './volume-check.ts';

/** What a check found. */
export interface CheckReport {
  readonly subjects: number;
  readonly postings: number;
  /** The first of them, a line each; `differing` counts all. */
  readonly differences: string[];
  readonly differing: number;
}

const MOST_SHOWN = 100;

/** So many subjects are compared at a time. */
const SUBJECTS_A_PAGE = 12_000;

/** Compares every balance with the postings and reviews that it must add up to, bit for bit, as of one moment. */
export async function checkStandings(
  pool: Pool,
  foldingsOf: (tx: Tx) => Promise<readonly Folding[]>,
): Promise<CheckReport> {
  const foldings = await inTransaction(pool, foldingsOf);
  return inSnapshot(pool, async (snapshot) => {
    const on = { ...snapshot, ...snapshot.copiers[0] };
    const found: string[] = [];
    let subjects = 0;
    let postings = 0;
    for await (const { span, sheet } of sheetsOf(snapshot, foldings)) {
      subjects += sheet.index.size;
      postings += sheet.postings;
      for (const page of pagesOf(sheet, span, SUBJECTS_A_PAGE)) {
        const doubtful = await unlike(on, sheet, page);
        for await (const refolded of refold(on, foldings, doubtful)) found.push(...(await linesOf(on, refolded)));
      }
    }
    found.push(...(await sumsAstray(snapshot)));
    return { subjects, postings, differences: found.slice(0, MOST_SHOWN), differing: found.length };
  });
}

/** Those of whom something is not as in the sheet. */
async function unlike(on: LedgerReader, sheet: Sheet, span: Span): Promise<string[]> {
  const numberOf = (bytes: Buffer, at: number) => sheet.index.find(bytes, at);
  const balances = await readBalances(copyBalances(on, span), numberOf);
  const standings = await readStandings(copyStandings(on, span), numberOf);
  const astray = await longAstray(on, sheet, balances);
  return balances
    .filter((kept) => {
      const { subject, subjectId, volume } = kept;
      const folded = sheet.balancesOf(subject, volume);
      if (astray.has(subjectId) || !folded || !isSameBalance(kept, folded)) return true;
      return [...sheet.termsOf(subject)].some(([policyId, terms]) => {
        const standing = standings.get(subject)?.get(policyId);
        return standing
          ? standing.checkpoints !== volume || !isSameTerms(standing.terms, terms)
          : !isSameTerms([], terms);
      });
    })
    .map(({ subjectId }) => subjectId);
}

async function linesOf(on: LedgerReader, page: readonly Refolded[]): Promise<string[]> {
  const ofVolumes = await volumeDifferences(on, page);
  return page.flatMap((subject) =>
    [...differencesOf(subject), ...(ofVolumes.get(subject.subjectId) ?? [])].map(
      (line) => `${subject.kind} ${subject.subjectId}: ${line}`,
    ),
  );
}

async function sumsAstray(on: Reader): Promise<string[]> {
  const rows = [
    ...(await ratingDifferences(on)),
    ...(await reviewerDifferences(on)),
    ...(await meanDifferences(on)),
    ...(await pairDifferences(on)),
  ];
  const lost = await strays(on);
  return [
    ...rows.map(({ what, id, kept, summed }) => `${what} ${id} is ${kept}, its reviews and postings say ${summed}`),
    ...lost.map(({ subject_id }) => `subject ${subject_id} has postings and no book`),
  ];
}
