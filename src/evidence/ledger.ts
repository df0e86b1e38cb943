import type { SubjectKind } from '../kernel/subject.ts';
import type { CompiledPolicy } from '../scoring/compiled.ts';
import { term } from '../scoring/decay.ts';
import { postingKind, slotOf } from '../scoring/kinds.ts';
import type { Posting } from '../scoring/posting.ts';
import { dayOf, noTerms, type Book, type DayTally, type FirstMove, type Pair } from './book.ts';
import { followFirst, pairFound } from './firsts.ts';
import type { Seen } from './seen.ts';

/** A posting with its place in the ledger. Even revisions count, odd ones reverse the one before. */
export interface Entry extends Posting {
  readonly subjectId: string;
  readonly factId: string;
  readonly revision: number;
}

/** The same, entered: it knows how it moved the number of counterparties. */
export type EnteredEntry = Entry & FirstMove;

/** A policy under which standings are kept. */
export interface Folding {
  readonly policyId: string;
  readonly subjectKind: SubjectKind;
  readonly policy: CompiledPolicy;
  readonly isDefault: boolean; // the one that applies where none is named
}

/** The books that a transaction has opened, and what it has entered. */
export interface Ledger {
  readonly books: Map<string, Book>;
  readonly foldings: readonly Folding[];
  entries: EnteredEntry[]; // that are not written yet
  readonly inherited: Inherited | null;
  readonly seen: Seen | null; // pairs and days that are not in it need not be looked up; null: all are
}

/**
 * What the transaction before leaves, which is not committed yet, and those before it: once that is, whoever takes a book must find out
 * whether somebody else has written to it since (`inherited.ts`).
 */
export interface Inherited {
  readonly books: Map<string, Book>; // of the transaction before, until one is taken
  readonly writer: string; // that transaction: xmin of its rows
  readonly kept: Kept; // of those before it
  readonly taken: Map<string, string>; // by subject id: who wrote it last
  isOpen: boolean; // until those that were taken are locked
}

/** Books that were written before (`kept-books.ts`), each with the transaction that wrote it last. */
export interface Kept {
  put(book: Book, writer: string): void;
  find(subjectId: string): { book: Book; writer: string } | null;
}

export function bookOf(ledger: Ledger, subjectId: string): Book {
  const book = ledger.books.get(subjectId);
  if (!book) throw new Error(`the book of ${subjectId} was not opened`);
  return book;
}

/** The dealings with a counterparty, to be changed. */
export function pairOf(book: Book, counterparty: string): Pair {
  let pair = book.pairs.get(counterparty);
  if (!pair)
    book.pairs.set(counterparty, (pair = pairFound({ orders: 0, reviews: 0, live: 0, firstAt: null, isNew: true })));
  pair.isChanged = true;
  return pair;
}

const EMPTY_DAY = { deals: 0, reviewsSeen: 0, reviewsCounted: 0, praises: 0 } as const;

/** A day of a merchant, to be changed. */
export function dayTallyOf(book: Book, day: number): DayTally {
  let tally = book.days.get(day);
  if (!tally) book.days.set(day, (tally = { ...EMPTY_DAY, isChanged: true, isNew: true }));
  tally.isChanged = true;
  return tally;
}

/** Enters a posting: every balance of its subject moves by exactly this much, now or when it is reversed. */
export function enter(ledger: Ledger, entry: Entry): void {
  const book = bookOf(ledger, entry.subjectId);
  const entered: EnteredEntry = { ...entry, firstStep: 0, firstFarAt: null };
  ledger.entries.push(entered);
  book.entered++;
  const slot = slotOf(entry.kind);
  book.tally.counts[slot]! += entry.sign;
  for (const folding of ledger.foldings) {
    if (folding.subjectKind !== book.kind) continue;
    let terms = book.terms.get(folding.policyId);
    if (!terms) book.terms.set(folding.policyId, (terms = noTerms(book.kind)));
    terms[slot]! += term(entry, folding.policy);
  }
  if (entry.counterparty !== null) countCounterparty(book, entry.counterparty, entered);
  if (postingKind(entry.kind).isDeal) countDeal(book, dayOf(entry.occurredAt), entry.sign);
}

/** Takes a live entry back: the same in all but its sign. */
export const reverse = (ledger: Ledger, live: Entry): void =>
  enter(ledger, { ...live, revision: live.revision + 1, sign: -1 });

function countCounterparty(book: Book, counterparty: string, entry: EnteredEntry): void {
  const pair = pairOf(book, counterparty);
  pair.live += entry.sign;
  if (entry.sign === 1 && pair.live === 1) book.tally.counterparties++;
  if (entry.sign === -1 && pair.live === 0) book.tally.counterparties--;
  followFirst(pair, entry.sign, entry);
}

function countDeal(book: Book, day: number, sign: 1 | -1): void {
  if (book.kind === 'MERCHANT') dayTallyOf(book, day).deals += sign;
  const { tally } = book;
  if (sign === -1) {
    book.isSpanUnsure ||= day === tally.firstDay || day === tally.lastDay;
    return;
  }
  if (tally.firstDay === null || day < tally.firstDay) tally.firstDay = day;
  if (tally.lastDay === null || day > tally.lastDay) tally.lastDay = day;
}
