import type { CompiledPolicy } from '../scoring/compiled.ts';
import { scoreOf, type Balance } from '../scoring/grade.ts';
import type { Level } from '../scoring/levels.ts';
import { averageStars, DAY_MS, noTerms, UNRATED_LOW_SCORE, type Book } from './book.ts';
import type { Folding, Ledger } from './ledger.ts';
import type { StandingChange, StandingSnapshot } from './receipt.ts';

/** What a balance is made of beside its accumulators; days in UTC days since 1970. */
export type Counted = Pick<Book['tally'], 'counterparties' | 'firstDay' | 'lastDay'> & {
  readonly counts: readonly number[];
};

/** As a policy reads it. The accumulators become doubles by one correct rounding each, as the database's float8 cast does. */
export const balanceFrom = (
  { counts, counterparties, firstDay, lastDay }: Counted,
  terms: readonly bigint[],
): Balance => ({
  terms: terms.map(Number),
  counts,
  counterparties,
  firstDay: firstDay === null ? null : firstDay * DAY_MS,
  lastDay: lastDay === null ? null : lastDay * DAY_MS,
});

export const balanceOfBook = ({ kind, tally, terms }: Book, policyId: string): Balance =>
  balanceFrom(tally, terms.get(policyId) ?? noTerms(kind));

/** What is kept beside a standing for lists and notes: level, score and low score as of this write. A grade is computed anew at each question. */
export function standingScored(
  policy: CompiledPolicy,
  counted: Counted,
  terms: readonly bigint[],
  now: number,
): { level: Level; score: number | null; lowScore: number } {
  const { level, score, lowScore } = scoreOf(policy, balanceFrom(counted, terms), now);
  return { level, score, lowScore: level === 'NOT_RATED' ? UNRATED_LOW_SCORE : lowScore };
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

function snapshotOf(book: Book, { policy, policyId }: Folding, now: number): StandingSnapshot {
  const { level, exactScore } = scoreOf(policy, balanceOfBook(book, policyId), now);
  return {
    level,
    exactScore: level === 'NOT_RATED' ? null : exactScore,
    ratingAverage: averageStars(book.tally),
    ratingCount: book.tally.stars.reduce((sum, each) => sum + each, 0),
  };
}
