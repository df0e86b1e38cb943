import { setImmediate as breath } from 'node:timers/promises';
import { isUniqueViolation } from '../db/failures.ts';
import { leaveNotes } from '../db/notes.ts';
import type { Tx } from '../db/tx.ts';
import { sortedById } from '../kernel/sorted-by-id.ts';
import { kindsOf } from '../scoring/kinds.ts';
import { checkpointsKept, kindNumber, type Book } from './book.ts';
import { bookFrom, newBook, readDetails, takeDetails, takeStanding, type BooksToOpen } from './books-found.ts';
import * as queries from './books.queries.ts';
import * as saved from './books-saved.queries.ts';
import { conditionsOf } from './conditions.queries.ts';
import { entryFrom } from './entry-rows.ts';
import { gradeNotes, type GradeCause } from './grade-notes.ts';
import { takeInherited } from './inherited.ts';
import type { Entry, Folding, Inherited, Ledger } from './ledger.ts';
import type { Seen } from './seen.ts';
import { settleFirsts } from './settle-firsts.ts';
import { bindEntries, saveClosed } from './volumes.ts';
import { countedIn, standingScored } from './standing.ts';

/** Locks the books of these subjects, in id order, until the transaction ends. */
export async function openBooks(tx: Tx, foldings: readonly Folding[], asked: BooksToOpen): Promise<Ledger> {
  const ledger = noBooks(foldings);
  await openMore(tx, ledger, asked);
  return ledger;
}

export const noBooks = (
  foldings: readonly Folding[],
  inherited: Inherited | null = null,
  seen: Seen | null = null,
): Ledger => ({
  books: new Map(),
  foldings,
  entries: [],
  inherited,
  seen,
});

/**
 * The same beside books that the transaction has opened already: those stay as they are. All is asked for at once; the database does it
 * in this order, so that what follows the lock is read after it.
 */
export async function openMore(tx: Tx, ledger: Ledger, asked: BooksToOpen): Promise<void> {
  const { books } = ledger;
  takeInherited(ledger, asked.subjects.keys());
  for (const id of asked.fresh ?? []) {
    const kind = books.has(id) ? undefined : asked.subjects.get(id);
    if (kind) books.set(id, newBook(id, kind));
  }
  const ids = [...asked.subjects.keys()].filter((id) => !books.has(id)).toSorted();
  const hasMore = ids.length > 0;
  const [rows, conditions, standings, details] = await Promise.all([
    hasMore ? queries.lockTallies(tx, ids) : [],
    hasMore ? conditionsOf(tx, ids) : [],
    hasMore ? queries.standingsOf(tx, ids) : [],
    readDetails(tx, ledger, asked),
  ]);
  for (const row of rows) books.set(row.subject_id, bookFrom(row, asked.subjects));
  for (const id of ids) if (!books.has(id)) books.set(id, newBook(id, asked.subjects.get(id)!));
  takeConditions(books, conditions);
  for (const row of standings) takeStanding(books, row);
  takeDetails(books, details);
}

/** After the lock: whoever changes them holds it. */
export async function readConditions(
  tx: Tx,
  books: ReadonlyMap<string, Book>,
  subjectIds: readonly string[],
): Promise<void> {
  takeConditions(books, await conditionsOf(tx, subjectIds));
}

function takeConditions(books: ReadonlyMap<string, Book>, spans: Awaited<ReturnType<typeof conditionsOf>>): void {
  for (const [id, own] of Map.groupBy(spans, ({ subjectId }) => subjectId)) books.get(id)!.conditions = own;
}

/** Writes what was entered and every balance as it now stands, and a note for each grade that it changed, unless `cause` is null. */
export async function saveBooks(tx: Tx, ledger: Ledger, now: number, cause: GradeCause | null): Promise<void> {
  const entries = await saveEntries(tx, ledger, now);
  const balances = await saveBalances(tx, ledger, now, cause);
  await Promise.all([entries.written, balances.written]);
}

/** Writes what was entered. It returns when all of that is asked for: while the database writes, more may be entered. */
export async function saveEntries(tx: Tx, ledger: Ledger, now: number): Promise<Writing> {
  await settleFirsts(tx, ledger);
  const binding = await bindEntries(tx, ledger, now);
  const entries = bySubject(ledger.entries);
  ledger.entries = [];
  const written = Promise.all([
    entries.length > 0 && saved.insertEntries(tx, entries, binding.volumes, now),
    saveClosed(tx, binding),
  ]);
  return { written };
}

/** What was asked for, and is not done yet. */
export interface Writing {
  readonly written: Promise<unknown>;
}

/** Rows in the order of their keys are written to few pages of an index: with tens of thousands of them, in two thirds of the time. */
const bySubject = <Row extends { readonly subjectId: string }>(rows: readonly Row[]): Row[] =>
  sortedById(rows, ({ subjectId }) => subjectId);

const MOST_BOOKS = 2_000; // in a statement

/**
 * Writes every balance as it now stands. It returns when all of that is asked for, and the books may be changed again: the database
 * writes some while the next are made ready.
 */
export async function saveBalances(
  tx: Tx,
  ledger: Ledger,
  now: number,
  cause: GradeCause | null,
): Promise<Writing & { readonly standings: readonly saved.StandingToSave[] }> {
  const books = bySubject([...ledger.books.values()]);
  const writes: Promise<unknown>[] = [];
  const standings: saved.StandingToSave[] = [];
  const write = (asked: readonly Promise<unknown>[]): void => {
    for (const each of asked) {
      each.catch(() => {}); // told of by `written`
      writes.push(each);
    }
  };
  for await (const some of pagesOf(books)) {
    const fresh = some.filter((book) => book.isNew);
    write([saveTallies(tx, fresh, saved.insertTallies), ...saveDetails(tx, some)]);
  }
  const unsure = books.filter((book) => book.isSpanUnsure);
  if (unsure.length > 0) {
    await Promise.all(writes); // whatever failed is told of before what fails after it
    await mendSpans(tx, unsure);
  }
  for await (const some of pagesOf(books)) {
    const known = some.filter((book) => !book.isNew || book.isSpanUnsure);
    const scored: saved.StandingToSave[] = [];
    for (const book of some) scoredStandings(book, ledger.foldings, now, scored);
    write([saveTallies(tx, known, saved.updateTallies), ...saveStandings(tx, scored, ledger)]);
    for (const standing of scored) standings.push(standing);
  }
  if (cause !== null) write([leaveNotes(tx, now, gradeNotes(ledger, cause, now, null, levelsIn(standings, ledger)))]);
  return { written: Promise.all(writes), standings };
}

/** By subject, under the policy that applies where none is named. */
function levelsIn(standings: readonly saved.StandingToSave[], { foldings }: Ledger): Map<string, string> {
  const defaults = new Set(foldings.filter(({ isDefault }) => isDefault).map(({ policyId }) => policyId));
  const levels = new Map<string, string>();
  for (const { subjectId, policyId, level } of standings) if (defaults.has(policyId)) levels.set(subjectId, level);
  return levels;
}

async function* pagesOf(books: readonly Book[]): AsyncGenerator<Book[]> {
  for (let from = 0; from < books.length; from += MOST_BOOKS) {
    if (from > 0) await breath();
    yield books.slice(from, from + MOST_BOOKS);
  }
}

async function saveTallies(
  tx: Tx,
  books: readonly Book[],
  save: (tx: Tx, tallies: readonly saved.BookToSave[]) => Promise<unknown>,
): Promise<void> {
  if (books.length === 0) return;
  try {
    await save(tx, books);
  } catch (error) {
    // Two transactions opened the first book of one subject: the loser starts anew, and will find it then. Whoever asked for something
    // after it hears of this very error (`tx.ts`).
    if (isUniqueViolation(error)) Object.assign(error as Error, { code: '40001' });
    throw error;
  }
}

function saveDetails(tx: Tx, books: readonly Book[]): Promise<unknown>[] {
  const pairs: saved.PairToSave[] = [];
  const days: saved.DayToSave[] = [];
  const reviewers: saved.ReviewerToSave[] = [];
  for (const { subjectId, pairs: byCounterparty, days: byDay, reviewer } of books) {
    takeMoved(byCounterparty, (pair, counterparty) => pairs.push({ subjectId, counterparty, pair }));
    takeMoved(byDay, (tally, day) => days.push({ subjectId, day, tally }));
    if (reviewer) reviewers.push({ buyerId: subjectId, ...reviewer });
  }
  const writes = [
    ...byNewness(tx, pairs, ({ pair }) => pair.isNew, saved.insertPairs, saved.updatePairs),
    ...byNewness(tx, days, ({ tally }) => tally.isNew, saved.insertDays, saved.updateDays),
    ...(reviewers.length > 0 ? [saved.saveReviewers(tx, reviewers)] : []),
  ];
  for (const { pair } of pairs) pair.isNew = false;
  for (const { tally } of days) tally.isNew = false;
  return writes;
}

/** Those that moved. The others are no longer kept, so that a book that is handed on (`inherited.ts`) does not grow. */
function takeMoved<Key, Balance extends { isChanged: boolean }>(
  balances: Map<Key, Balance>,
  take: (balance: Balance, key: Key) => void,
): void {
  balances.forEach((balance, key) => {
    if (balance.isChanged) take(balance, key);
    else balances.delete(key);
    balance.isChanged = false;
  });
}

const saveStandings = (tx: Tx, standings: readonly saved.StandingToSave[], { books }: Ledger): Promise<unknown>[] =>
  byNewness(
    tx,
    standings,
    ({ subjectId, policyId }) => books.get(subjectId)!.kept?.get(policyId)?.isNew ?? true,
    saved.insertStandings,
    saved.updateStandings,
  );

type Save<Row> = (tx: Tx, rows: readonly Row[]) => Promise<unknown>;

/** What is new is copied in, at half the cost. Nobody else can have written it: who does holds the subject's tally. */
function byNewness<Row>(
  tx: Tx,
  rows: readonly Row[],
  isNew: (row: Row) => boolean,
  insert: Save<Row>,
  update: Save<Row>,
): Promise<unknown>[] {
  const fresh = rows.filter(isNew);
  const known = fresh.length === 0 ? rows : rows.filter((row) => !isNew(row));
  return [...(fresh.length > 0 ? [insert(tx, fresh)] : []), ...(known.length > 0 ? [update(tx, known)] : [])];
}

/** A deal on a subject's first or last day was taken back: look again which days remain. */
async function mendSpans(tx: Tx, books: readonly Book[]): Promise<void> {
  if (books.length === 0) return;
  const merchants = books.filter(({ kind }) => kind === 'MERCHANT').map(({ subjectId }) => subjectId);
  const others = books.filter(({ kind }) => kind !== 'MERCHANT').map(({ subjectId }) => subjectId);
  const rows = [
    ...(merchants.length > 0 ? await queries.merchantSpans(tx, merchants) : []),
    ...(others.length > 0 ? await queries.postingSpans(tx, others, DEAL_CODES) : []),
  ];
  const byId = new Map(rows.map((row) => [row.subject_id, row]));
  for (const { subjectId, tally } of books) {
    tally.firstDay = byId.get(subjectId)?.first_day ?? null;
    tally.lastDay = byId.get(subjectId)?.last_day ?? null;
  }
}

const DEAL_CODES = (['MERCHANT', 'BUYER', 'PRODUCT'] as const)
  .flatMap(kindsOf)
  .filter(({ isDeal }) => isDeal)
  .map(({ code }) => code);

function scoredStandings(book: Book, foldings: readonly Folding[], now: number, into: saved.StandingToSave[]): void {
  for (const { subjectKind, policyId, policy } of foldings) {
    const terms = subjectKind === book.kind ? book.terms.get(policyId) : undefined;
    if (!terms) continue;
    const { level, score, lowScore, good, bad, deals } = standingScored(policy, countedIn(book, now), terms, now);
    const checkpoints = checkpointsKept(book, policyId);
    const { subjectId } = book;
    const kind = kindNumber(book.kind);
    into.push({ subjectId, policyId, kind, terms, checkpoints, level, score, lowScore, good, bad, deals });
  }
}

/** What of these facts counts now, by fact. */
export async function liveEntries(
  tx: Tx,
  asked: readonly { subjectId: string; factId: string }[],
): Promise<Map<string, { last: Entry[] }>> {
  const byFact = new Map<string, { last: Entry[] }>();
  for (const row of asked.length === 0 ? [] : await queries.latestEntries(tx, asked)) {
    const entry = entryFrom(row);
    const found = byFact.get(entry.factId);
    if (found) found.last.push(entry);
    else byFact.set(entry.factId, { last: [entry] });
  }
  return byFact;
}

export const isLive = ({ revision }: Pick<Entry, 'revision'>): boolean => revision % 2 === 0;
