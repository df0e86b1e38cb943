import { isUniqueViolation } from '../db/failures.ts';
import { leaveNotes } from '../db/notes.ts';
import type { Tx } from '../db/tx.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import { kindsOf } from '../scoring/kinds.ts';
import { averageStars, checkpointsKept, emptyTally, kindNumber, type Book } from './book.ts';
import * as queries from './books.queries.ts';
import { conditionsOf } from './conditions.queries.ts';
import { entryFrom } from './entry-rows.ts';
import { pairFound } from './firsts.ts';
import { gradeNotes, type GradeCause } from './grade-notes.ts';
import type { Entry, Folding, Ledger } from './ledger.ts';
import { settleFirsts } from './settle-firsts.ts';
import { bindEntries, saveClosed } from './volumes.ts';
import { countedIn, standingScored } from './standing.ts';

/** What a transaction means to read and change. */
export interface BooksToOpen {
  readonly subjects: ReadonlyMap<string, SubjectKind>;
  readonly pairs: readonly { subjectId: string; counterparty: string }[];
  readonly days: readonly { subjectId: string; day: number }[];
  readonly reviewers: readonly string[];
}

/** Locks the books of these subjects, in id order, until the transaction ends. */
export async function openBooks(tx: Tx, foldings: readonly Folding[], asked: BooksToOpen): Promise<Ledger> {
  const ids = [...asked.subjects.keys()].toSorted();
  const books = new Map<string, Book>();
  for (const row of await queries.lockTallies(tx, ids)) books.set(row.subject_id, bookFrom(row, asked.subjects));
  for (const [id, kind] of asked.subjects) if (!books.has(id)) books.set(id, newBook(id, kind));
  const known = ids.filter((id) => !books.get(id)!.isNew);
  await Promise.all([readConditions(tx, books, ids), known.length > 0 && fill(tx, books, known, asked)]);
  return { books, foldings, entries: [] };
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

async function fill(tx: Tx, books: Map<string, Book>, known: readonly string[], asked: BooksToOpen): Promise<void> {
  const isKnown = (id: string) => !books.get(id)!.isNew;
  for (const row of await queries.standingsOf(tx, known)) {
    const book = books.get(row.subject_id)!;
    book.terms.set(row.policy_id, row.terms.map(BigInt));
    const { level, score, low_score: lowScore, checkpoints } = row;
    book.kept ??= new Map();
    book.kept.set(row.policy_id, { level, score, lowScore, checkpoints });
  }
  const pairs = asked.pairs.filter(({ subjectId }) => isKnown(subjectId));
  if (pairs.length > 0)
    for (const row of await queries.pairsOf(tx, pairs))
      books.get(row.subject_id)!.pairs.set(
        row.counterparty_id,
        pairFound({
          orders: row.orders,
          reviews: row.reviews,
          live: row.live,
          firstAt: row.first_at?.getTime() ?? null,
        }),
      );
  const days = asked.days.filter(({ subjectId }) => isKnown(subjectId));
  if (days.length > 0)
    for (const row of await queries.daysOf(tx, days))
      books.get(row.subject_id)!.days.set(row.day, {
        deals: row.deals,
        reviewsSeen: row.reviews_seen,
        reviewsCounted: row.reviews_counted,
        isChanged: false,
      });
  const reviewers = asked.reviewers.filter(isKnown);
  if (reviewers.length > 0)
    for (const row of await queries.reviewersOf(tx, reviewers))
      books.get(row.buyer_id)!.reviewer = {
        agree: row.agree,
        disagree: row.disagree,
        experience: row.experience,
        week: row.week,
        weekExperience: row.week_experience,
      };
}

const newBook = (subjectId: string, kind: SubjectKind, row?: queries.TallyRow): Book => ({
  subjectId,
  kind,
  isNew: row === undefined,
  tally: row ? tallyFrom(row, kind) : emptyTally(kind),
  terms: new Map(),
  kept: null,
  pairs: new Map(),
  days: new Map(),
  conditions: [],
  entered: 0,
  reviewer: null,
  isSpanUnsure: false,
});

const bookFrom = (row: queries.TallyRow, kinds: ReadonlyMap<string, SubjectKind>): Book =>
  newBook(row.subject_id, kinds.get(row.subject_id)!, row);

function tallyFrom(row: queries.TallyRow, kind: SubjectKind): Book['tally'] {
  const counts = [...row.counts];
  while (counts.length < kindsOf(kind).length) counts.push(0); // kinds that came with a newer version
  return {
    counts,
    counterparties: row.counterparties,
    firstDay: row.first_day,
    lastDay: row.last_day,
    stars: [...row.stars],
    verified: row.verified,
    excluded: row.excluded,
    dimensionCounts: [...row.dimension_counts],
    dimensionSums: [...row.dimension_sums],
    consensusSum: row.consensus_sum,
    consensusWeight: row.consensus_weight,
    volume: row.volume,
    volumeEntries: row.volume_entries,
  };
}

/** Writes what was entered and every balance as it now stands, and a note for each grade that it changed, unless `cause` is null. */
export async function saveBooks(tx: Tx, ledger: Ledger, now: number, cause: GradeCause | null): Promise<void> {
  const books = [...ledger.books.values()];
  await settleFirsts(tx, ledger);
  const binding = await bindEntries(tx, ledger, now);
  // Asked for at once, done one after the other: while the database writes one, the next is made ready.
  await Promise.all([
    saveTallies(
      tx,
      books.filter((book) => book.isNew),
      queries.insertTallies,
    ),
    ...saveDetails(tx, books),
    ledger.entries.length > 0 && queries.insertEntries(tx, ledger.entries, binding.volumes, new Date(now)),
    saveClosed(tx, binding),
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
      queries.updateTallies,
    ),
    standings.length > 0 && queries.saveStandings(tx, standings),
  ]);
  if (cause !== null) await leaveNotes(tx, now, gradeNotes(ledger, cause, now));
}

async function saveTallies(
  tx: Tx,
  books: readonly Book[],
  save: (tx: Tx, tallies: readonly queries.TallyToSave[]) => Promise<unknown>,
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
    ...(pairs.length > 0 ? [queries.savePairs(tx, pairs)] : []),
    ...(days.length > 0 ? [queries.saveDays(tx, days)] : []),
    ...(reviewers.length > 0 ? [queries.saveReviewers(tx, reviewers)] : []),
  ];
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

const scoredStandings = (book: Book, foldings: readonly Folding[], now: number): queries.StandingToSave[] =>
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
