import type { Pool } from 'pg';
import { inSnapshot } from '../db/snapshot.ts';
import { inTransaction, type Tx } from '../db/tx.ts';
import type { Condition } from '../scoring/policy.ts';
import { kindNumber } from './book.ts';
import { insertStandings, saveStandings, updateStandings, type StandingToSave } from './books-saved.queries.ts';
import { conditionsHeld, conditionsHeldIn } from './conditions-held.ts';
import { readBalances, readStandings, type KeptBalances, type KeptStanding } from './kept.ts';
import type { Folding } from './ledger.ts';
import { differencesOf, refold, type Refolded } from './refold.ts';
import { mendTallies } from './refold.queries.ts';
import { isSameBalance, isSameTerms, longAstray } from './sheet-compare.ts';
import { pagesOf, sheetsOf } from './sheet-read.ts';
import { copyStandings, lockBalances, type Span } from './sheet.queries.ts';
import type { Sheet } from './sheet.ts';
import { standingScored } from './standing.ts';
import { saveVolumes, volumeDifferences } from './volume-check.ts';

/** Locked for a fifth of a second. More than are named in a move (`tx.ts`): whoever remembers subjects forgets all. */
const SUBJECTS_A_PAGE = 12_000;
/** So many pages are at work at once: while one is folded, the database writes another. */
const PAGES_AT_ONCE = 2;

export interface Rebuilt {
  readonly subjects: number;
  readonly mended: number; // of them, those that had been wrong
}

/**
 * Folds every standing anew from the ledger and writes it, and mends what else is not as the ledger says. The ledger is read once, as of
 * one moment and without a lock; then the subjects are locked and written, a page of them at a time. Of whom anything was entered
 * since, or more than a standing is wrong, the ledger is folded anew under the lock.
 */
export async function rebuildStandings(
  pool: Pool,
  foldingsOf: (tx: Tx) => Promise<readonly Folding[]>,
  now: number,
): Promise<Rebuilt> {
  const foldings = await inTransaction(pool, foldingsOf);
  return inSnapshot(pool, async (snapshot) => {
    const pages: Rebuilt[] = [];
    for await (const { span, sheet } of sheetsOf(snapshot, foldings)) {
      const left = pagesOf(sheet, span, SUBJECTS_A_PAGE);
      const work = async (): Promise<void> => {
        for (const page of left)
          pages.push(await inTransaction(pool, (tx) => rebuildPage(tx, { sheet, foldings, span: page, now })));
      };
      await Promise.all(Array.from({ length: PAGES_AT_ONCE }, work));
    }
    return {
      subjects: pages.reduce((sum, { subjects }) => sum + subjects, 0),
      mended: pages.reduce((sum, { mended }) => sum + mended, 0),
    };
  });
}

const NONE: readonly Condition[] = [];

interface Page {
  readonly sheet: Sheet;
  readonly foldings: readonly Folding[];
  readonly span: Span;
  readonly now: number;
}

async function rebuildPage(tx: Tx, page: Page): Promise<Rebuilt> {
  const { sheet, span } = page;
  const numberOf = (bytes: Buffer, at: number) => sheet.index.find(bytes, at);
  const balances = await readBalances(lockBalances(tx, span), numberOf);
  const standings = await readStandings(copyStandings(tx, span), numberOf);
  const astray = await longAstray(tx, sheet, balances);
  const sound: KeptBalances[] = [];
  const doubtful: string[] = [];
  for (const kept of balances) {
    const isCurrent = sheet.isCurrent(kept.subject, kept.writer) && !astray.has(kept.subjectId);
    const folded = isCurrent ? sheet.balancesOf(kept.subject, kept.volume) : null;
    if (folded && isSameBalance(kept, folded)) sound.push(kept);
    else doubtful.push(kept.subjectId);
  }
  const mended = (await saveSound(tx, page, sound, standings)) + (await rebuildLocked(tx, page, doubtful));
  return { subjects: balances.length, mended };
}

/** Subjects of whom nothing but a standing may be wrong. How many had a wrong one. */
async function saveSound(
  tx: Tx,
  { sheet, foldings, span, now }: Page,
  subjects: readonly KeptBalances[],
  standings: ReadonlyMap<number, ReadonlyMap<string, KeptStanding>>,
): Promise<number> {
  const byPolicy = new Map(foldings.map((folding) => [folding.policyId, folding.policy]));
  const conditions = await conditionsHeldIn(tx, span, now, now);
  const fresh: StandingToSave[] = [];
  const changed: StandingToSave[] = [];
  let mended = 0;
  for (const { subject, subjectId, volume, counterparties, firstDay, lastDay } of subjects) {
    const counted = {
      counts: sheet.countsOf(subject),
      counterparties,
      firstDay,
      lastDay,
      conditions: conditions.get(subjectId) ?? NONE,
    };
    let isWrong = false;
    for (const [policyId, terms] of sheet.termsOf(subject)) {
      const kept = standings.get(subject)?.get(policyId);
      if (!kept && !terms.some(Boolean)) continue;
      const scored = standingScored(byPolicy.get(policyId)!, counted, terms, now);
      const place = { subjectId, policyId, kind: kindNumber(sheet.kindOf(subject)) };
      const standing = { ...place, terms, checkpoints: volume, ...scored };
      if (!kept) fresh.push(standing);
      else if (!isKept(kept, standing)) changed.push(standing);
      isWrong ||= !kept || kept.checkpoints !== volume || !isSameTerms(kept.terms, terms);
    }
    if (isWrong) mended++;
  }
  if (fresh.length > 0) await insertStandings(tx, fresh);
  if (changed.length > 0) await updateStandings(tx, changed);
  return mended;
}

const SCORED = ['checkpoints', 'level', 'score', 'lowScore', 'good', 'bad', 'deals'] as const;
const isKept = (kept: KeptStanding, standing: StandingToSave): boolean =>
  SCORED.every((what) => kept[what] === standing[what]) &&
  kept.terms.length === standing.terms.length &&
  isSameTerms(kept.terms, standing.terms);

/** Subjects of whom more may be wrong, or was entered meanwhile; their tallies are locked. How many had been wrong. */
async function rebuildLocked(tx: Tx, { foldings, now }: Page, ids: readonly string[]): Promise<number> {
  let mended = 0;
  for await (const page of refold(tx, foldings, ids)) {
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
    mended += astray.length;
  }
  return mended;
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
