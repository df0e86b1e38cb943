import type { Tx } from '../db/tx.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import { kindsOf } from '../scoring/kinds.ts';
import { emptyTally, type Book, type DayTally, type Pair, type Reviewer } from './book.ts';
import * as queries from './books.queries.ts';
import { pairFound } from './firsts.ts';
import type { Ledger } from './ledger.ts';

/** What a transaction means to read and change. */
export interface BooksToOpen {
  readonly subjects: ReadonlyMap<string, SubjectKind>;
  readonly pairs: readonly { subjectId: string; counterparty: string }[];
  readonly days: readonly { subjectId: string; day: number }[];
  readonly reviewers: readonly string[];
  /** Of these subjects nobody has written a book yet, since they have just been made; unless given, all are looked up. */
  readonly fresh?: ReadonlySet<string>;
}

export function takeStanding(books: Ledger['books'], row: queries.StandingRow): void {
  const book = books.get(row.subject_id)!;
  book.terms.set(row.policy_id, row.terms.map(wholeFrom));
  const { level, score, low_score: lowScore, checkpoints } = row;
  book.kept ??= new Map();
  book.kept.set(row.policy_id, { level, score, lowScore, checkpoints, isNew: false });
}

/** Most of a standing's terms are nought. */
const wholeFrom = (digits: string): bigint => (digits === '0' ? 0n : BigInt(digits));

/** What there is of pairs, days and reviewers, but for what was opened before. */
export async function readDetails(tx: Tx, { books, seen }: Pick<Ledger, 'books' | 'seen'>, asked: BooksToOpen) {
  const mayBe = (id: string) => !books.get(id)?.isNew; // of a new book there is nothing
  const pairs = asked.pairs.filter(({ subjectId, counterparty }) => {
    const isSeen = seen?.hasPair(subjectId, counterparty) ?? true;
    return isSeen && mayBe(subjectId) && !books.get(subjectId)?.pairs.has(counterparty);
  });
  const days = asked.days.filter(({ subjectId, day }) => {
    const isSeen = seen?.hasDay(subjectId, day) ?? true;
    return isSeen && mayBe(subjectId) && !books.get(subjectId)?.days.has(day);
  });
  const reviewers = asked.reviewers.filter((id) => mayBe(id) && !books.get(id)?.reviewer);
  const [pairRows, dayRows, reviewerRows] = await Promise.all([
    pairs.length > 0 ? queries.pairsOf(tx, pairs) : [],
    days.length > 0 ? queries.daysOf(tx, days) : [],
    reviewers.length > 0 ? queries.reviewersOf(tx, reviewers) : [],
  ]);
  return { pairRows, dayRows, reviewerRows };
}

/** Into books that are open; what was made meanwhile stays as it is. */
export function takeDetails(
  books: Ledger['books'],
  { pairRows, dayRows, reviewerRows }: Awaited<ReturnType<typeof readDetails>>,
): void {
  for (const row of pairRows) {
    const own = books.get(row.subject_id)!.pairs;
    if (!own.has(row.counterparty_id)) own.set(row.counterparty_id, pairFrom(row));
  }
  for (const row of dayRows) {
    const own = books.get(row.subject_id)!.days;
    if (!own.has(row.day)) own.set(row.day, dayFrom(row));
  }
  for (const row of reviewerRows) books.get(row.buyer_id)!.reviewer ??= reviewerFrom(row);
}

const pairFrom = (row: queries.PairRow): Pair =>
  pairFound({
    orders: row.orders,
    reviews: row.reviews,
    live: row.live,
    firstAt: row.firstAt,
    isNew: false,
  });

const dayFrom = (row: queries.DayRow): DayTally => ({
  deals: row.deals,
  reviewsSeen: row.reviews_seen,
  reviewsCounted: row.reviews_counted,
  praises: row.praises,
  isChanged: false,
  isNew: false,
});

const reviewerFrom = (row: queries.ReviewerRow): Reviewer => ({
  agree: row.agree,
  disagree: row.disagree,
  experience: row.experience,
  week: row.week,
  weekExperience: row.week_experience,
});

export const newBook = (subjectId: string, kind: SubjectKind, row?: queries.TallyRow): Book => ({
  subjectId,
  kind,
  isNew: row === undefined,
  tally: row ? tallyFrom(row, kind) : emptyTally(kind),
  starsFound: row?.stars ?? emptyTally(kind).stars,
  terms: new Map(),
  kept: null,
  pairs: new Map(),
  days: new Map(),
  conditions: [],
  entered: 0,
  reviewer: null,
  isSpanUnsure: false,
});

export const bookFrom = (row: queries.TallyRow, kinds: ReadonlyMap<string, SubjectKind>): Book =>
  newBook(row.subject_id, kinds.get(row.subject_id)!, row);

function tallyFrom(row: queries.TallyRow, kind: SubjectKind): Book['tally'] {
  const { counts } = row;
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
