import type { Tx } from '../db/tx.ts';
import type { StandingToSave } from './books-saved.queries.ts';
import { lockTalliesOf, standingsNotOf, writerOf } from './inherited.queries.ts';
import type { Inherited, Kept, Ledger } from './ledger.ts';

/**
 * The books of a transaction all of whose balances are asked for, as the next one finds them: so that it goes on with them in memory
 * while the database still writes. Of pairs and days they keep those alone that have just been written.
 */
export function handOn({ books }: Ledger, standings: readonly StandingToSave[], kept: Kept, writer: string): Inherited {
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
  return { books, writer, kept, taken: new Map(), isOpen: true };
}

/** Goes on with those of these subjects' books that the transactions before leave. */
export function takeInherited({ books, inherited }: Ledger, subjectIds: Iterable<string>): void {
  if (!inherited?.isOpen) return;
  for (const id of subjectIds) {
    if (books.has(id)) continue;
    const book = inherited.books.get(id);
    const found = book ? { book, writer: inherited.writer } : inherited.kept.find(id);
    if (!found) continue;
    books.set(id, found.book);
    inherited.books.delete(id);
    inherited.taken.set(id, found.writer);
  }
}

/** Once the transaction before is committed: what was not taken from it is kept for those after this one. */
export function keepRest({ inherited }: Ledger): void {
  if (!inherited) return;
  for (const book of inherited.books.values()) inherited.kept.put(book, inherited.writer);
  inherited.books.clear();
}

/**
 * Locks the books that were taken, and takes no more. False: somebody has written to one of them meanwhile, so that they are not what they were.
 */
export async function lockInherited(tx: Tx, { inherited, foldings }: Ledger): Promise<boolean> {
  if (!inherited) return true;
  inherited.isOpen = false;
  if (inherited.taken.size === 0) return true;
  const taken = [...inherited.taken].toSorted(([a], [b]) => (a < b ? -1 : 1));
  inherited.taken.clear();
  if ((await lockTalliesOf(tx, taken)) !== taken.length) return false;
  const policyIds = foldings.map(({ policyId }) => policyId);
  return (await standingsNotOf(tx, taken, policyIds)) === 0;
}

/** What was taken has been written to by somebody else since: all begins anew. */
export class Overtaken extends Error {
  readonly code = '40001'; // as Postgres has it: worth trying again

  constructor() {
    super('a book that was inherited has been written to by another');
  }
}

export { writerOf };
