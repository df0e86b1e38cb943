import type { Tx } from '../db/tx.ts';
import type { StandingToSave } from './books-saved.queries.ts';
import { lockTalliesOf, standingsNotOf, writerOf } from './inherited.queries.ts';
import type { Inherited, Ledger } from './ledger.ts';

/**
 * The books of a transaction all of whose balances are asked for, as the next one finds them: so that it goes on with them in memory
 * while the database still writes. Of pairs and days they keep those alone that have just been written.
 */
export function handOn({ books }: Ledger, standings: readonly StandingToSave[]): Inherited {
  for (const book of books.values()) {
    const { stars } = book.tally;
    if (stars.some((count, i) => count !== book.starsFound[i])) book.starsFound = [...stars];
    book.isNew = false;
    book.isSpanUnsure = false;
    book.reviewer = null; // reviews are counted only by what is read again
  }
  for (const { subjectId, policyId, level, score, lowScore, checkpoints } of standings) {
    const book = books.get(subjectId)!;
    book.kept ??= new Map();
    book.kept.set(policyId, { level, score, lowScore, checkpoints, isNew: false });
  }
  return { books, taken: new Set() };
}

/** Goes on with those of these subjects' books that the transaction before leaves. */
export function takeInherited({ books, inherited }: Ledger, subjectIds: Iterable<string>): void {
  if (!inherited || inherited.books.size === 0) return;
  for (const id of subjectIds) {
    const book = books.has(id) ? undefined : inherited.books.get(id);
    if (!book) continue;
    books.set(id, book);
    inherited.taken.add(id);
  }
}

/**
 * Once the transaction before is committed, locks the books that were taken from it, and takes no more. False: somebody has written
 * to one of them meanwhile, so that they are not what they were.
 */
export async function lockInherited(tx: Tx, { inherited, foldings }: Ledger, writer: string): Promise<boolean> {
  if (!inherited) return true;
  inherited.books.clear();
  const ids = [...inherited.taken].toSorted();
  inherited.taken.clear();
  if (ids.length === 0) return true;
  if ((await lockTalliesOf(tx, ids, writer)) !== ids.length) return false;
  const policyIds = foldings.map(({ policyId }) => policyId);
  return (await standingsNotOf(tx, ids, policyIds, writer)) === 0;
}

export { writerOf };
