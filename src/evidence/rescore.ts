import { leaveNotes } from '../db/notes.ts';
import type { Tx } from '../db/tx.ts';
import type { Book } from './book.ts';
import { openBooks } from './books.ts';
import { gradeNotes } from './grade-notes.ts';
import type { Folding } from './ledger.ts';
import { nextRated, updateScores, type Rescored } from './rescore.queries.ts';
import { countedIn, standingScored } from './standing.ts';

const NIL = '00000000-0000-0000-0000-000000000000';
const SUBJECTS_AT_ONCE = 500; // they are locked meanwhile, for some hundredths of a second

export interface Rescoring {
  readonly after: string | null; // the last subject that is done
  readonly now: number;
  readonly toldBy: string | null; // another policy, by which levels were told until now
  readonly atOnce?: number | undefined;
}

/**
 * Writes the levels and scores of the next subjects as they are at this moment, and leaves a note of each level that is another one
 * than was told. Who is not rated stays so until something is entered. The last of these subjects; null when there are no more.
 */
export async function rescoreNext(
  tx: Tx,
  folding: Folding,
  { after, now, toldBy, atOnce = SUBJECTS_AT_ONCE }: Rescoring,
): Promise<string | null> {
  const found = await nextRated(tx, folding.policyId, toldBy, after ?? NIL, atOnce);
  const last = found.at(-1);
  if (!last) return null;
  const subjects = new Map(found.map(({ id }) => [id, folding.subjectKind]));
  const ledger = await openBooks(tx, [folding], { subjects, pairs: [], days: [], reviewers: [] });
  const rows = [...ledger.books.values()].flatMap((book) => rescored(book, folding, now));
  if (rows.length > 0) await updateScores(tx, rows);
  await leaveNotes(tx, now, gradeNotes(ledger, toldBy === null ? 'TIME' : 'POLICY', now, toldBy));
  return last.id;
}

function rescored(book: Book, { policyId, policy }: Folding, now: number): Rescored[] {
  const { subjectId, terms, kept } = book;
  const before = kept?.get(policyId);
  if (!before) return [];
  const scored = standingScored(policy, countedIn(book, now), terms.get(policyId)!, now);
  const isSame = scored.level === before.level && scored.lowScore === before.lowScore && scored.score === before.score;
  return isSame ? [] : [{ subjectId, policyId, ...scored }];
}
