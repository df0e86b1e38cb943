import type { Note } from '../db/notes.ts';
import { gradeOf, scoreOf, type Balance } from '../scoring/grade.ts';
import { reasonsOf } from '../scoring/reasons.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import type { CompiledPolicy } from '../scoring/compiled.ts';
import { averageStars } from './book.ts';
import type { Ledger } from './ledger.ts';
import { balanceOfBook } from './standing.ts';

/** Why a grade changed: facts came in, were voided or restored, were held or released, a condition such as a sanction began or ended, time passed, or other rules came into force. */
export type GradeCause = 'FACTS' | 'VOID' | 'VERDICT' | 'RESTORE' | 'CONDITION' | 'TIME' | 'POLICY';

/** What the note `grade.changed` tells. Scores are whole; null while not rated. */
export interface GradeChanged {
  readonly subjectKind: SubjectKind;
  readonly subjectId: string;
  readonly policyId: string;
  readonly before: { readonly level: string; readonly score: number | null }; // as they were last written
  readonly after: { readonly level: string; readonly score: number | null };
  readonly reasons: readonly string[]; // codes, why it now is what it is; at most 4, the one that moves most first
  readonly cause: GradeCause;
  /** What not everybody may see who is told of the change. */
  readonly shown: { readonly before: Shown; readonly after: Shown };
}

export interface Shown {
  readonly exactScore: number | null; // null while not rated; before: whole, because so it was last written
  readonly ratingAverage: number | null; // null without counted reviews
  readonly ratingCount: number;
}

/** A subject's grade as it was last written, and what it is made of now. */
export interface GradeMove {
  readonly subjectKind: SubjectKind;
  readonly subjectId: string;
  readonly policyId: string;
  readonly policy: CompiledPolicy;
  readonly before: GradeChanged['before'];
  readonly balance: Balance;
  readonly stars: { readonly before: readonly number[]; readonly after: readonly number[] }; // counted reviews by stars, one star first
}

/** The note of a grade whose level is another now; null where it is not. */
export function gradeNote(move: GradeMove, cause: GradeCause, now: number): Note | null {
  const { subjectKind, subjectId, policyId, policy, before, balance, stars } = move;
  if (scoreOf(policy, balance, now).level === before.level) return null;
  const grade = gradeOf(policy, balance, now);
  const payload: GradeChanged = {
    subjectKind,
    subjectId,
    policyId,
    before: { level: before.level, score: before.score },
    after: { level: grade.level, score: grade.score },
    reasons: reasonsOf(policy, grade).map(({ code }) => code),
    cause,
    shown: {
      before: { exactScore: before.score, ...ratingOf(stars.before) },
      after: { exactScore: grade.level === 'NOT_RATED' ? null : grade.exactScore, ...ratingOf(stars.after) },
    },
  };
  return { subjectId, kind: 'grade.changed', payload: { ...payload } };
}

const ratingOf = (stars: readonly number[]): Pick<Shown, 'ratingAverage' | 'ratingCount'> => ({
  ratingAverage: averageStars({ stars }),
  ratingCount: stars.reduce((sum, each) => sum + each, 0),
});

/**
 * A note for each subject whose grade under the policy that applies where none is named has another level than was last written.
 * `toldBy`: another policy, by which it was told until now. `levels`: what levels are now, by subject, where that was worked out before.
 */
export function gradeNotes(
  { books, foldings }: Ledger,
  cause: GradeCause,
  now: number,
  toldBy: string | null = null,
  levels: ReadonlyMap<string, string> = new Map(),
): Note[] {
  const notes: Note[] = [];
  for (const { subjectKind, policyId, policy } of foldings.filter(({ isDefault }) => isDefault))
    for (const book of books.values()) {
      if (book.kind !== subjectKind || !book.terms.has(policyId)) continue;
      const before = book.kept?.get(toldBy ?? policyId) ?? { level: 'NOT_RATED', score: null };
      const { subjectId } = book;
      if (levels.get(subjectId) === before.level) continue;
      const stars = { before: book.starsFound, after: book.tally.stars };
      const balance = balanceOfBook(book, policyId, now);
      const note = gradeNote({ subjectKind, subjectId, policyId, policy, before, balance, stars }, cause, now);
      if (note) notes.push(note);
    }
  return notes;
}
