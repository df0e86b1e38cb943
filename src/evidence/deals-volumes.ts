import type { Tx } from '../db/tx.ts';
import type { Book } from './book.ts';
import { newBook } from './books-found.ts';
import { UNRATED_LOW_SCORE } from './book.ts';
import { ABSENT, type DealBooks } from './deal-books.ts';
import type { Deals } from './deals.ts';
import type { EnteredEntry, Ledger } from './ledger.ts';
import { textOfWords } from './roll.ts';
import { VOLUME_ENTRIES } from './volume-size.ts';
import { bindEntries, type Binding } from './volumes.ts';

/** The books of those whose open volume the transaction fills, by number. All others' entries lie in that volume, and are counted from now on. */
export function closingBooks({ books, touched }: Deals): ReadonlyMap<number, Book> {
  const closing = new Map<number, Book>();
  for (const subject of touched) {
    const entered = books.entered[subject]!;
    if (books.volumeEntries[subject]! + entered >= VOLUME_ENTRIES) closing.set(subject, bookFrom(books, subject));
    else books.volumeEntries[subject]! += entered;
    books.entered[subject] = 0;
  }
  return closing;
}

/** What these close. They are few: their entries are made as they are everywhere else, and bound likewise. */
export async function bindClosing(
  tx: Tx,
  deals: Deals,
  closing: ReadonlyMap<number, Book>,
  now: number,
  ready: () => Promise<unknown>,
): Promise<Binding> {
  const { books } = deals;
  const ledger: Ledger = {
    books: new Map(closing.values().map((book) => [book.subjectId, book])),
    foldings: books.foldings,
    entries: entriesOf(deals, closing),
    inherited: null,
    seen: null,
  };
  const binding = await bindEntries(tx, ledger, now, ready);
  for (const [subject, book] of closing) takeBack(books, subject, book);
  return binding;
}

function bookFrom(books: DealBooks, subject: number): Book {
  const { kind, policies } = books.columnsOf(subject);
  const book = newBook(books.roll.textOf(subject), kind);
  const row = books.rows[subject]!;
  book.isNew = books.states[subject] === ABSENT;
  book.entered = books.entered[subject]!;
  Object.assign(book.tally, { volume: books.volumes[subject]!, volumeEntries: books.volumeEntries[subject]! });
  book.kept = new Map();
  for (const { policyId, checkpoints } of policies) {
    book.terms.set(policyId, []);
    book.kept.set(policyId, {
      level: 'NOT_RATED',
      score: null,
      lowScore: UNRATED_LOW_SCORE,
      checkpoints: checkpoints[row]!,
      isNew: false,
    });
  }
  return book;
}

function takeBack(books: DealBooks, subject: number, { tally, kept }: Book): void {
  books.volumes[subject] = tally.volume;
  books.volumeEntries[subject] = tally.volumeEntries;
  const row = books.rows[subject]!;
  for (const { policyId, checkpoints } of books.columnsOf(subject).policies)
    checkpoints[row] = kept!.get(policyId)!.checkpoints;
}

function entriesOf(deals: Deals, closing: ReadonlyMap<number, Book>): EnteredEntry[] {
  const entries: EnteredEntry[] = [];
  for (let entry = 0; entry < deals.size; entry++) {
    const book = closing.get(deals.subjects[entry]!);
    if (book) entries.push(entryFrom(deals, entry, book.subjectId));
  }
  return entries;
}

function entryFrom(deals: Deals, entry: number, subjectId: string): EnteredEntry {
  const deal = deals.dealOf[entry]!;
  const farAt = deals.firstFarAt[entry]!;
  return {
    subjectId,
    factId: textOfWords(deals.dealWords, 4 * deal),
    kind: deals.kinds[entry]!,
    revision: 0,
    sign: 1,
    occurredAt: deals.occurredAt[entry]!,
    counterparty: deals.books.roll.textOf(deals.counterparties[entry]!),
    amount: deals.amounts[deal]!,
    currency: deals.currencies[deal]!,
    reliability: null,
    experience: null,
    isPurchase: deals.arePurchases[deal] === 1,
    pairRank: deals.ranks[entry]!,
    isHeld: false,
    firstStep: deals.firstSteps[entry] === 1 ? 1 : 0,
    firstFarAt: Number.isNaN(farAt) ? null : farAt,
  };
}
