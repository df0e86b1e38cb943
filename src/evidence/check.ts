import type { Pool } from 'pg';
import { inTransaction, reader, type Tx } from '../db/tx.ts';
import { kindNumber } from './book.ts';
import { saveStandings, type StandingToSave } from './books-saved.queries.ts';
import { conditionsHeld } from './conditions-held.ts';
import type { Folding } from './ledger.ts';
import { differencesOf, refold, spansOf, type Refolded, type Span } from './refold.ts';
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
    for await (const span of spansOf(tx)) {
      const page = await refold(tx, foldings, span);
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

/** So many pages are at work at once: while one is folded, the database reads another. */
const PAGES_AT_ONCE = 2;

/**
 * Folds every standing anew from the ledger and writes it, and mends what else is not as the ledger says; a page of subjects at a time, each
 * locked meanwhile. How many had been wrong.
 */
export async function rebuildStandings(
  pool: Pool,
  foldingsOf: (tx: Tx) => Promise<readonly Folding[]>,
  now: number,
): Promise<{ subjects: number; mended: number }> {
  const done = { subjects: 0, mended: 0 };
  const spans = spansOf(reader(pool));
  const work = async (): Promise<void> => {
    for (let next = await spans.next(); !next.done; next = await spans.next()) {
      const span = next.value;
      const page = await inTransaction(pool, (tx) => rebuildPage(tx, foldingsOf, span, now));
      done.subjects += page.subjects;
      done.mended += page.mended;
    }
  };
  await Promise.all(Array.from({ length: PAGES_AT_ONCE }, work));
  return done;
}

async function rebuildPage(
  tx: Tx,
  foldingsOf: (tx: Tx) => Promise<readonly Folding[]>,
  span: Span,
  now: number,
): Promise<{ subjects: number; mended: number }> {
  const foldings = await foldingsOf(tx);
  const page = await refold(tx, foldings, span, { isLocking: true });
  const ofVolumes = await volumeDifferences(tx, page);
  const astray = page.filter((each) => ofVolumes.has(each.subjectId) || differencesOf(each).length > 0);
  if (astray.length > 0)
    await mendTallies(
      tx,
      astray.map(({ subjectId, folded }) => ({ subjectId, ...folded })),
    );
  const standings = await standingsFolded(tx, foldings, page, now);
  if (standings.length > 0) await saveStandings(tx, standings);
  await saveVolumes(tx, astray);
  return { subjects: page.length, mended: astray.length };
}

async function standingsFolded(
  tx: Tx,
  foldings: readonly Folding[],
  page: readonly Refolded[],
  now: number,
): Promise<StandingToSave[]> {
  const byPolicy = new Map(foldings.map((folding) => [folding.policyId, folding.policy]));
  const ids = page.map(({ subjectId }) => subjectId);
  const conditions = await conditionsHeld(tx, ids, now, now);
  return page.flatMap(({ subjectId, kind, kept, folded }) =>
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
  );
}
