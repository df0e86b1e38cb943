import { setImmediate as breath } from 'node:timers/promises';
import type { Tx } from '../db/tx.ts';
import { emptyTally, kindNumber, type Book } from './book.ts';
import { moveStandings, moveTallies, type StandingToMove, type TallyToMove } from './books-moved.queries.ts';
import { insertStandings, insertTallies, type BookToSave } from './books-saved.queries.ts';
import { ABSENT, FOUND, NO_DAY, type DealBooks } from './deal-books.ts';
import type { Deals } from './deals.ts';
import * as saved from './deals-saved.queries.ts';
import { ownWriter } from './deals.queries.ts';
import { grouped, parted, placesOf } from './in-places.ts';
import { bindClosing, closingBooks } from './deals-volumes.ts';
import { Overtaken } from './inherited.ts';
import { standingScored, type Counted } from './standing.ts';
import { conditionsAt } from './conditions.ts';
import { saveClosed } from './volumes.ts';

const MOST_BOOKS = 2_000; // in a statement

/** What the writing of a transaction needs beside its deals. */
export interface DealsWriting {
  readonly now: number;
  readonly writer: number; // this transaction
  /** Waits until the transaction before is committed: what it has written can be read, and written to. */
  readonly ready: () => Promise<unknown>;
  /** Something that is asked for. */
  readonly asked: (written: Promise<unknown>) => void;
}

/**
 * Writes what was entered, and every balance that it moved. It returns when all of that is asked for. What is new, and fills no volume, goes
 * first: it can be written while the transaction before still writes.
 */
export async function saveDeals(tx: Tx, deals: Deals, writing: DealsWriting): Promise<void> {
  const { books } = deals;
  const { writer, ready } = writing;
  const order = books.roll.inOrder(deals.touched);
  const placeOf = placesOf(order, books.roll.size);
  const closing = closingBooks(deals);
  const entries = grouped(deals.size, (entry) => placeOf[deals.subjects[entry]!]!, order.length);
  const isClosing = (entry: number) => closing.has(deals.subjects[entry]!);
  const volumeOf = (entry: number) => books.volumes[deals.subjects[entry]!]!;
  const fresh = order.filter((subject) => books.states[subject] === ABSENT);
  saveEntries(
    tx,
    deals,
    closing.size === 0 ? entries : entries.filter((entry) => !isClosing(entry)),
    volumeOf,
    writing,
  );
  const [oldPairs, oldDays] = await saveNewCells(tx, deals, (subject) => placeOf[subject]!, order.length, writing);
  await saveFresh(
    tx,
    books,
    fresh.filter((subject) => !closing.has(subject)),
    writing,
  );
  if (closing.size > 0) {
    await saveClosing(tx, deals, closing, entries.filter(isClosing), writing);
    await saveFresh(
      tx,
      books,
      fresh.filter((subject) => closing.has(subject)),
      writing,
    );
  }
  await ready();
  await moveBalances(
    tx,
    books,
    order.filter((subject) => books.states[subject] === FOUND),
    writing,
  );
  await forPages(oldPairs, (some) => writing.asked(saved.moveDealPairs(tx, deals, some)));
  await forPages(oldDays, (some) => writing.asked(saved.moveDealDays(tx, deals, some)));
  for (const subject of order) {
    books.states[subject] = FOUND;
    books.writers[subject] = writer;
    for (const { writers } of books.columnsOf(subject).policies) writers[books.rows[subject]!] = writer;
  }
}

function saveEntries(
  tx: Tx,
  deals: Deals,
  entries: Uint32Array,
  volumeOf: (entry: number) => number,
  { now, asked }: DealsWriting,
): void {
  if (entries.length > 0) asked(saved.copyDealEntries(tx, deals, entries, Int32Array.from(entries, volumeOf), now));
}

/** Of those who fill a volume: what is in the ledger of them is read, once that is all there. */
async function saveClosing(
  tx: Tx,
  deals: Deals,
  closing: ReadonlyMap<number, Book>,
  entries: Uint32Array,
  writing: DealsWriting,
): Promise<void> {
  const binding = await bindClosing(tx, deals, closing, writing.now, writing.ready);
  const volumeOf = (entry: number) => binding.volumes.get(closing.get(deals.subjects[entry]!)!.subjectId)!;
  saveEntries(tx, deals, entries, volumeOf, writing);
  writing.asked(saveClosed(tx, binding));
}

/** Pairs and days that have no row yet. Those that have one, and moved, are left. */
async function saveNewCells(
  tx: Tx,
  deals: Deals,
  placeOf: (subject: number) => number,
  places: number,
  { asked }: DealsWriting,
): Promise<[pairs: Uint32Array, days: Uint32Array]> {
  const { pairs, days } = deals;
  await breath();
  const [oldPairs, newPairs] = parted(pairs, (cell) => placeOf(pairs.first(cell)), places);
  if (newPairs.length > 0) asked(saved.copyDealPairs(tx, deals, newPairs));
  const [oldDays, newDays] = parted(days, (cell) => placeOf(days.first(cell)), places);
  const isChanged = (cell: number) => days.isChanged(cell);
  const changed = newDays.filter(isChanged);
  if (changed.length > 0) asked(saved.copyDealDays(tx, deals, changed));
  return [oldPairs, oldDays.filter(isChanged)];
}

/** Tallies and standings that have no row yet. */
const saveFresh = (tx: Tx, books: DealBooks, subjects: Uint32Array, writing: DealsWriting): Promise<void> =>
  forPages(subjects, (some) => {
    const tallies = Array.from(some, (subject) => bookOf(books, subject));
    writing.asked(insertTallies(tx, tallies));
    saveStandings(tx, books, some, writing);
  });

/** The others, where nobody else has written to them. */
const moveBalances = (tx: Tx, books: DealBooks, subjects: Uint32Array, writing: DealsWriting): Promise<void> =>
  forPages(subjects, (some) => {
    const tallies = Array.from(some, (subject) => tallyOf(books, subject));
    writing.asked(all(moveTallies(tx, tallies), some.length));
    saveStandings(tx, books, some, writing);
  });

const all = async (written: Promise<number>, count: number): Promise<void> => {
  if ((await written) !== count) throw new Overtaken();
};

function saveStandings(tx: Tx, books: DealBooks, subjects: Uint32Array, { now, asked }: DealsWriting): void {
  const standings: StandingToMove[] = [];
  for (const subject of subjects) addStandings(books, subject, now, standings);
  const fresh = standings.filter(({ writer }) => writer === 0);
  const known = fresh.length === 0 ? standings : standings.filter(({ writer }) => writer > 0);
  if (fresh.length > 0) asked(insertStandings(tx, fresh));
  if (known.length > 0) asked(all(moveStandings(tx, known), known.length));
}

function addStandings(books: DealBooks, subject: number, now: number, into: StandingToMove[]): void {
  const { kind, policies, slots } = books.columnsOf(subject);
  const row = books.rows[subject]!;
  const subjectId = books.roll.textOf(subject);
  const counted = countedIn(books, subject, now);
  for (const { policyId, policy, sums, sides, checkpoints, writers } of policies) {
    const terms: bigint[] = [];
    for (let slot = 0; slot < slots; slot++) terms.push(sums.of(row * slots + slot, sides[slot] as 0 | 1));
    const { level, score, lowScore, good, bad, deals } = standingScored(policy, counted, terms, now);
    const kept = { subjectId, policyId, kind: kindNumber(kind), terms, checkpoints: checkpoints[row]! };
    into.push({ ...kept, level, score, lowScore, good, bad, deals, writer: writers[row]! });
  }
}

function countsOf(books: DealBooks, subject: number): number[] {
  const { counts, slots } = books.columnsOf(subject);
  const own: number[] = [];
  for (let at = books.rows[subject]! * slots, end = at + slots; at < end; at++) own.push(counts[at]!);
  return own;
}

const dayOrNull = (day: number): number | null => (day === NO_DAY ? null : day);

const countedIn = (books: DealBooks, subject: number, now: number): Counted => ({
  counts: countsOf(books, subject),
  counterparties: books.counterparties[subject]!,
  firstDay: dayOrNull(books.firstDays[subject]!),
  lastDay: dayOrNull(books.lastDays[subject]!),
  conditions: conditionsAt(books.conditions.get(subject) ?? [], now, now),
});

const tallyOf = (books: DealBooks, subject: number): TallyToMove => ({
  subjectId: books.roll.textOf(subject),
  writer: books.writers[subject]!,
  counts: countsOf(books, subject),
  counterparties: books.counterparties[subject]!,
  firstDay: dayOrNull(books.firstDays[subject]!),
  lastDay: dayOrNull(books.lastDays[subject]!),
  volume: books.volumes[subject]!,
  volumeEntries: books.volumeEntries[subject]!,
});

function bookOf(books: DealBooks, subject: number): BookToSave {
  const { kind } = books.columnsOf(subject);
  const { subjectId, writer: _, ...moved } = tallyOf(books, subject);
  return { subjectId, kind, tally: { ...emptyTally(kind), ...moved } };
}

async function forPages(numbers: Uint32Array, write: (some: Uint32Array) => void): Promise<void> {
  for (let from = 0; from < numbers.length; from += MOST_BOOKS) {
    if (from > 0) await breath();
    write(numbers.subarray(from, from + MOST_BOOKS));
  }
}

export { ownWriter };
