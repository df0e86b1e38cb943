import type { CompiledPolicy } from '../scoring/compiled.ts';
import { scoreOf, scoreOfTotals, totalsOf, type Balance, type Score } from '../scoring/grade.ts';
import type { Level } from '../scoring/levels.ts';
import type { Condition } from '../scoring/policy.ts';
import { averageStars, DAY_MS, noTerms, UNRATED_LOW_SCORE, type Book } from './book.ts';
import { conditionsAt } from './conditions.ts';
import type { Folding, Ledger } from './ledger.ts';
import type { StandingChange, StandingSnapshot } from './receipt.ts';

/** What a balance is made of beside its accumulators; days in UTC days since 1970. */
export type Counted = Pick<Book['tally'], 'counterparties' | 'firstDay' | 'lastDay'> & {
  readonly counts: readonly number[];
  readonly conditions: readonly Condition[]; // that hold at the moment in question
};

/** As a policy reads it. The accumulators become doubles by one correct rounding each, as the database's float8 cast does. */
export const balanceFrom = (
  { counts, counterparties, firstDay, lastDay, conditions }: Counted,
  terms: readonly bigint[],
): Balance => ({
  terms: terms.map(Number),
  counts,
  counterparties,
  firstDay: firstDay === null ? null : firstDay * DAY_MS,
  lastDay: lastDay === null ? null : lastDay * DAY_MS,
  ...(conditions.length > 0 && { conditions }),
});

/** What a policy is told of a book at an instant. */
export const countedIn = ({ tally, conditions }: Book, now: number): Counted => ({
  counts: tally.counts,
  counterparties: tally.counterparties,
  firstDay: tally.firstDay,
  lastDay: tally.lastDay,
  conditions: conditionsAt(conditions, now, now),
});

export const balanceOfBook = (book: Book, policyId: string, now: number): Balance =>
  balanceFrom(countedIn(book, now), book.terms.get(policyId) ?? noTerms(book.kind));

/** What is kept beside a standing: for lists and notes, level and scores as of this write; for storefronts, what a score is made of. */
export interface ScoredStanding {
  readonly level: Level;
  readonly score: number | null;
  readonly lowScore: number; // by which lists are sorted
  readonly good: number;
  readonly bad: number;
  readonly deals: number;
}

export function standingScored(
  policy: CompiledPolicy,
  counted: Counted,
  terms: readonly bigint[],
  now: number,
): ScoredStanding {
  const totals = totalsOf(policy, balanceFrom(counted, terms));
  const scored = scoreOfTotals(policy, totals, now);
  const { level, score } = scored;
  // Merchants alone are listed: of all others it never moves, so that Postgres need not touch an index when their standing does.
  const isListed = policy.subjectKind === 'MERCHANT' && level !== 'NOT_RATED';
  const lowScore = isListed ? listedScore(policy, scored) : UNRATED_LOW_SCORE;
  const { good, bad, deals } = totals;
  return { level, score, lowScore, good, bad, deals };
}

/** Whose level a cap holds down stands in lists at the head of that level, not among those whose it would be. */
function listedScore({ ladder }: CompiledPolicy, { lowScore, cap }: Score): number {
  const better = cap && ladder[ladder.findIndex(({ level }) => level === cap.level) + 1];
  return better ? Math.min(lowScore, better.cut) : lowScore;
}

/** Every open book as its grade and rating show it at this instant, under the policy that applies where none is named. */
export function snapshotsOf(
  { books, foldings }: Ledger,
  now: number,
): Map<string, { kind: StandingChange['subjectKind']; snapshot: StandingSnapshot }> {
  const defaults = new Map(foldings.filter(({ isDefault }) => isDefault).map((each) => [each.subjectKind, each]));
  const found = new Map<string, { kind: StandingChange['subjectKind']; snapshot: StandingSnapshot }>();
  for (const [id, book] of books) {
    const folding = defaults.get(book.kind);
    if (!folding || book.kind === 'CARRIER' || book.kind === 'SUPPLIER') continue;
    found.set(id, { kind: book.kind, snapshot: snapshotOf(book, folding, now) });
  }
  return found;
}

/** Who stands otherwise than then. */
export function changesSince(ledger: Ledger, before: ReturnType<typeof snapshotsOf>, now: number): StandingChange[] {
  const after = snapshotsOf(ledger, now);
  return [...before].flatMap(([subjectId, { kind, snapshot }]): StandingChange[] => {
    const then = after.get(subjectId)!.snapshot;
    const isMoved = JSON.stringify(snapshot) !== JSON.stringify(then);
    return isMoved ? [{ subjectKind: kind, subjectId, before: snapshot, after: then }] : [];
  });
}

function snapshotOf(book: Book, { policy, policyId }: Folding, now: number): StandingSnapshot {
  const { level, exactScore } = scoreOf(policy, balanceOfBook(book, policyId, now), now);
  return {
    level,
    exactScore: level === 'NOT_RATED' ? null : exactScore,
    ratingAverage: averageStars(book.tally),
    ratingCount: book.tally.stars.reduce((sum, each) => sum + each, 0),
  };
}
