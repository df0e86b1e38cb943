import type { Tx } from '../db/tx.ts';
import type { Book } from './book.ts';
import { moveStandings, moveTallies } from './books-moved.queries.ts';
import type { StandingToSave } from './books-saved.queries.ts';
import { Overtaken } from './inherited.ts';

/** What an import alone has written, and goes on with: with deals alone. */
export function saveInherited(
  tx: Tx,
  books: readonly Book[],
  scored: readonly StandingToSave[],
  taken: ReadonlyMap<string, string>,
): Promise<unknown>[] {
  const standings = scored.filter(({ subjectId }) => taken.has(subjectId));
  const all = async (written: Promise<number>, asked: readonly unknown[]): Promise<void> => {
    if ((await written) !== asked.length) throw new Overtaken();
  };
  return [all(moveTallies(tx, books, taken), books), all(moveStandings(tx, standings, taken), standings)];
}
