import type { Pool } from 'pg';
import { inTransaction, type Tx } from '../db/tx.ts';
import { kindNumber } from './book.ts';
import { saveStandings } from './books.queries.ts';
import { conditionsHeld } from './conditions-held.ts';
import type { Folding } from './ledger.ts';
import { differencesOf, refold, type Refolded } from './refold.ts';
import { saveVolumes, volumeDifferences } from './volume-check.ts';
import { mendTallies, strays } from './refold.queries.ts';
import { meanDifferences, pairDifferences, ratingDifferences, reviewerDifferences } from './review-sums.queries.ts';
import { standingScored } from './standing.ts';

/** What a check found. */
export interface CheckReport {
  readonly subjects: number;
  readonly postings: number;
  /** The first of them, a line each; `differing` counts all. */
  readonly differences: string[];
  readonly differing: number;
}

const MOST_SHOWN = 100;

/** Compares every balance with the postings and reviews that it must add up to, bit for bit, as of one moment. */
export function checkStandings(pool: Pool, foldingsOf: (tx: Tx) => Promise<readonly Folding[]>): Promise<CheckReport> {
  return inTransaction(pool, async (tx) => {
    await tx.query('', 'set transaction isolation level repeatable read, read only');
    const foldings = await foldingsOf(tx);
    const found: string[] = [];
    let subjects = 0;
    let postings = 0;
    for await (const page of pages(tx, foldings)) {
      subjects += page.length;
      const ofVolumes = await volumeDifferences(tx, page);
      for (const subject of page) {
        postings += subject.folded.counts.reduce((sum, each) => sum + each, 0);
        const lines = [...differencesOf(subject), ...(ofVolumes.get(subject.subjectId) ?? [])];
        found.push(...lines.map((line) => `${subject.kind} ${subject.subjectId}: ${line}`));
      }
    }
    found.push(...(await sumsAstray(tx)));
    return { subjects, postings, differences: found.slice(0, MOST_SHOWN), differing: found.length };
  });
}

async function* pages(tx: Tx, foldings: readonly Folding[]): AsyncGenerator<Refolded[]> {
  let page = await refold(tx, foldings, {});
  while (page.length > 0) {
    yield page;
    page = await refold(tx, foldings, { after: page.at(-1)!.subjectId });
  }
}

async function sumsAstray(tx: Tx): Promise<string[]> {
  const rows = [
    ...(await ratingDifferences(tx)),
    ...(await reviewerDifferences(tx)),
    ...(await meanDifferences(tx)),
    ...(await pairDifferences(tx)),
  ];
  const lost = await strays(tx);
  return [
    ...rows.map(({ what, id, kept, summed }) => `${what} ${id} is ${kept}, its reviews and postings say ${summed}`),
    ...lost.map(({ subject_id }) => `subject ${subject_id} has postings and no book`),
  ];
}

/** Drops every standing and folds it anew from the ledger; a page of subjects at a time, each locked meanwhile. How many were mended. */
export async function rebuildStandings(
  pool: Pool,
  foldingsOf: (tx: Tx) => Promise<readonly Folding[]>,
  now: number,
): Promise<{ subjects: number; mended: number }> {
  const done = { subjects: 0, mended: 0 };
  let after: string | undefined;
  for (;;) {
    const { page, mended } = await inTransaction(pool, (tx) => rebuildPage(tx, foldingsOf, after, now));
    if (page.length === 0) return done;
    done.subjects += page.length;
    done.mended += mended;
    after = page.at(-1)!.subjectId;
  }
}

async function rebuildPage(
  tx: Tx,
  foldingsOf: (tx: Tx) => Promise<readonly Folding[]>,
  after: string | undefined,
  now: number,
): Promise<{ page: Refolded[]; mended: number }> {
  const foldings = await foldingsOf(tx);
  const page = await refold(tx, foldings, { after, isLocking: true });
  if (page.length === 0) return { page, mended: 0 };
  const ofVolumes = await volumeDifferences(tx, page);
  await mendTallies(
    tx,
    page.map(({ subjectId, folded }) => ({ subjectId, ...folded })),
  );
  const byPolicy = new Map(foldings.map((folding) => [folding.policyId, folding.policy]));
  const ids = page.map(({ subjectId }) => subjectId);
  const conditions = await conditionsHeld(tx, ids, now, now);
  await saveStandings(
    tx,
    page.flatMap(({ subjectId, kind, kept, folded }) =>
      [...folded.terms]
        .filter(([policyId, terms]) => kept.terms.has(policyId) || terms.some(Boolean))
        .map(([policyId, terms]) => ({
          subjectId,
          policyId,
          kind: kindNumber(kind),
          terms,
          checkpoints: folded.volume,
          ...standingScored(
            byPolicy.get(policyId)!,
            { ...folded, conditions: conditions.get(subjectId) ?? [] },
            terms,
            now,
          ),
        })),
    ),
  );
  await saveVolumes(tx, page);
  const mended = page.filter((each) => ofVolumes.has(each.subjectId) || differencesOf(each).length > 0).length;
  return { page, mended };
}
