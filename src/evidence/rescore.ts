import { leaveNotes } from '../db/notes.ts';
import type { Tx } from '../db/tx.ts';
import { openBooks } from './books.ts';
import { gradeNotes } from './grade-notes.ts';
import type { Folding } from './ledger.ts';
import { nextRated, updateScores, type Rescored } from './rescore.queries.ts';
import { standingScored } from './standing.ts';

const NIL = '00000000-0000-0000-0000-000000000000';
const SUBJECTS_AT_ONCE = 500; // they are locked meanwhile, for some hundredths of a second

/**
 * Writes the levels and scores of the next subjects as they are now that time has passed, and leaves a note of each level that is
 * another one. Who is not rated stays so until something is entered. The last of these subjects; null when there are no more.
 */
export async function rescoreNext(
  tx: Tx,
  folding: Folding,
  after: string | null,
  now: number,
  atOnce = SUBJECTS_AT_ONCE,
): Promise<string | null> {
  const found = await nextRated(tx, folding.policyId, after ?? NIL, atOnce);
  const last = found.at(-1);
  if (!last) return null;
  const subjects = new Map(found.map(({ id }) => [id, folding.subjectKind]));
  const ledger = await openBooks(tx, [folding], { subjects, pairs: [], days: [], reviewers: [] });
  const { policyId, policy } = folding;
  const rows = [...ledger.books.values()].flatMap(({ subjectId, tally, terms, kept }): Rescored[] => {
    const before = kept.get(policyId);
    if (!before) return [];
    const scored = standingScored(policy, tally, terms.get(policyId)!, now);
    const isSame =
      scored.level === before.level && scored.lowScore === before.lowScore && scored.score === before.score;
    return isSame ? [] : [{ subjectId, policyId, ...scored }];
  });
  if (rows.length > 0) await updateScores(tx, rows);
  await leaveNotes(tx, now, gradeNotes(ledger, 'TIME', now));
  return last.id;
}
