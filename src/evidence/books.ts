import { setImmediate as breath } from 'node:timers/promises';
import { isUniqueViolation } from '../db/failures.ts';
import { leaveNotes } from '../db/notes.ts';
import type { Tx } from '../db/tx.ts';
import { kindsOf } from '../scoring/kinds.ts';
import { averageStars, checkpointsKept, kindNumber, type Book } from './book.ts';
import { bookFrom, newBook, readDetails, readStandings, type BooksToOpen } from './books-found.ts';
import * as queries from './books.queries.ts';
import * as saved from './books-saved.queries.ts';
import { conditionsOf } from './conditions.queries.ts';
import { entryFrom } from './entry-rows.ts';
import { gradeNotes, type GradeCause } from './grade-notes.ts';
import type { Entry, Folding, Ledger } from './ledger.ts';
import { settleFirsts } from './settle-firsts.ts';
import { bindEntries, saveClosed } from './volumes.ts';
import { countedIn, standingScored } from './standing.ts';

/** Locks the books of these subjects, in id order, until the transaction ends. */
export async function openBooks(tx: Tx, foldings: readonly Folding[], asked: BooksToOpen): Promise<Ledger> {
  const ledger = noBooks(foldings);
  await openMore(tx, ledger, asked);
  return ledger;
}

export const noBooks = (foldings: readonly Folding[]): Ledger => ({ books: new Map(), foldings, entries: [] });

/** The same beside books that the transaction has opened already: those stay as they are. */
export async function openMore(tx: Tx, { books }: Ledger, asked: BooksToOpen): Promise<void> {
  const ids = [...asked.subjects.keys()].filter((id) => !books.has(id)).toSorted();
  const rows = ids.length === 0 ? [] : await queries.lockTallies(tx, ids);
  for (const row of rows) books.set(row.subject_id, bookFrom(row, asked.subjects));
  for (const id of ids) if (!books.has(id)) books.set(id, newBook(id, asked.subjects.get(id)!));
  const known = ids.filter((id) => !books.get(id)!.isNew);
  await Promise.all([
    known.length > 0 && readConditions(tx, books, known),
    known.length > 0 && readStandings(tx, books, known),
    readDetails(tx, books, asked),
  ]);
}

/** After the lock: whoever changes them holds it. */
export async function readConditions(
  tx: Tx,
  books: ReadonlyMap<string, Book>,
  subjectIds: readonly string[],
): Promise<void> {
  const found = Map.groupBy(await conditionsOf(tx, subjectIds), ({ subjectId }) => subjectId);
  for (const [id, spans] of found) books.get(id)!.conditions = spans;
}

/** Writes what was entered and every balance as it now stands, and a note for each grade that it changed, unless `cause` is null. */
export async function saveBooks(tx: Tx, ledger: Ledger, now: number, cause: GradeCause | null): Promise<void> {
  const { written } = await saveEntries(tx, ledger, now);
  await Promise.all([written, saveBalances(tx, ledger, now, cause)]);
}

/** Writes what was entered. It returns when all of that is asked for: while the database writes, more may be entered. */
export async function saveEntries(tx: Tx, ledger: Ledger, now: number): Promise<{ written: Promise<unknown> }> {
  await settleFirsts(tx, ledger);
  const binding = await bindEntries(tx, ledger, now);
  const { entries } = ledger;
  ledger.entries = [];
  const written = Promise.all([
    entries.length > 0 && saved.insertEntries(tx, entries, binding.volumes, now),
    saveClosed(tx, binding),
  ]);
  return { written };
}

const MOST_BOOKS = 2_000; // in a statement

/** Writes every balance as it now stands: some at a time, so that the next are made ready while the database writes. */
export async function saveBalances(tx: Tx, ledger: Ledger, now: number, cause: GradeCause | null): Promise<void> {
  const books = [...ledger.books.values()];
  const writes: Promise<void>[] = [];
  for (let from = 0; from < books.length; from += MOST_BOOKS) {
    if (from > 0) await breath();
    const some = saveSome(tx, books.slice(from, from + MOST_BOOKS), ledger, now);
    some.catch(() => {}); // told of below
    writes.push(some);
  }
  await Promise.all(writes);
  if (cause !== null) await leaveNotes(tx, now, gradeNotes(ledger, cause, now));
}

async function saveSome(tx: Tx, books: readonly Book[], ledger: Ledger, now: number): Promise<void> {
  // Asked for at once, done one after the other: while the database writes one, the next is made ready.
  await Promise.all([
    saveTallies(
      tx,
      books.filter((book) => book.isNew),
      saved.insertTallies,
    ),
    ...saveDetails(tx, books),
  ]);
  await mendSpans(
    tx,
    books.filter((book) => book.isSpanUnsure),
  );
  const standings = books.flatMap((book) => scoredStandings(book, ledger.foldings, now));
  await Promise.all([
    saveTallies(
      tx,
      books.filter((book) => !book.isNew || book.isSpanUnsure),
      saved.updateTallies,
    ),
    ...saveStandings(tx, standings, ledger),
  ]);
}

async function saveTallies(
  tx: Tx,
  books: readonly Book[],
  save: (tx: Tx, tallies: readonly saved.TallyToSave[]) => Promise<unknown>,
): Promise<void> {
  if (books.length === 0) return;
  const rows = books
    .toSorted((a, b) => (a.subjectId < b.subjectId ? -1 : 1))
    .map((book) => ({
      ...book.tally,
      subjectId: book.subjectId,
      kind: kindNumber(book.kind),
      average: averageStars(book.tally),
    }));
  try {
    await save(tx, rows);
  } catch (error) {
    // Two transactions opened the first book of one subject: the loser starts anew, and will find it then.
    throw isUniqueViolation(error)
      ? Object.assign(new Error('first book of a subject', { cause: error }), { code: '40001' })
      : error;
  }
}

function saveDetails(tx: Tx, books: readonly Book[]): Promise<unknown>[] {
  const pairs = books.flatMap(({ subjectId, pairs: byCounterparty }) =>
    [...byCounterparty].map(([counterparty, pair]) => ({ subjectId, counterparty, pair })),
  );
  const days = books.flatMap(({ subjectId, days: byDay }) =>
    [...byDay].filter(([, { isChanged }]) => isChanged).map(([day, tally]) => ({ subjectId, day, ...tally })),
  );
  const reviewers = books.flatMap(({ subjectId, reviewer }) => (reviewer ? [{ buyerId: subjectId, ...reviewer }] : []));
  return [
    ...byNewness(tx, pairs, ({ pair }) => pair.isNew, saved.insertPairs, saved.updatePairs),
    ...byNewness(tx, days, ({ isNew }) => isNew, saved.insertDays, saved.updateDays),
    ...(reviewers.length > 0 ? [saved.saveReviewers(tx, reviewers)] : []),
  ];
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

const scoredStandings = (book: Book, foldings: readonly Folding[], now: number): saved.StandingToSave[] =>
  foldings
    .filter(({ subjectKind, policyId }) => subjectKind === book.kind && book.terms.has(policyId))
    .map(({ policyId, policy }) => ({
      subjectId: book.subjectId,
      policyId,
      kind: kindNumber(book.kind),
      terms: book.terms.get(policyId)!,
      checkpoints: checkpointsKept(book, policyId),
      ...standingScored(policy, countedIn(book, now), book.terms.get(policyId)!, now),
    }));

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
