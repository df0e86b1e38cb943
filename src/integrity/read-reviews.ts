import { readCopiedRows } from '../db/copied-rows.ts';
import type { Snapshot } from '../db/snapshot.ts';
import type { ReviewColumns } from '../detection/columns.ts';
import { IdIndex } from '../evidence/id-index.ts';
import { Growing, Ids } from './growing.ts';
import { copyReviews, REVIEW_COLUMNS } from './market.queries.ts';
import { numberAnew, orderOfTime, putInOrder } from './time-order.ts';

/** The reviews of the window by column, and what their numbers stand for. */
export interface MarketReviews {
  readonly columns: ReviewColumns;
  readonly knownSince: Float64Array; // by reviewer: when it registered; NaN where that is not told
  readonly isVoided: Uint8Array; // by review
  readonly standings: Uint8Array; // by review: what it has to do with consensus
  readonly weights: Float64Array; // by review: what stage 1 weighs; NaN where it has not looked
  readonly idOf: (row: number) => string;
  readonly reviewer: (number: number) => string;
  readonly reviewerNumber: (id: string) => number | undefined; // undefined for who wrote none of them
  readonly subject: (number: number) => string;
}

/** In order of time, and of ids within an instant; numbered as they come in it. */
export async function readReviews(snapshot: Snapshot, since: number): Promise<MarketReviews> {
  const { rows, ids, ...parties } = await readRows(snapshot, since);
  const order = orderOfTime(rows.times, (row) => ids.of(row));
  if (!order) return marketOf(rows, parties, (row) => ids.textOf(row));
  for (const column of Object.values(rows)) putInOrder(column, order);
  const numbers = numberAnew(rows.reviewers, parties.reviewers.size);
  const knownSince = parties.knownSince.slice();
  for (let number = 0; number < numbers.length; number++) knownSince[numbers[number]!] = parties.knownSince[number]!;
  const subjects = parties.subjects.renumbered(numberAnew(rows.subjects, parties.subjects.size));
  const anew = { reviewers: parties.reviewers.renumbered(numbers), subjects, knownSince };
  return marketOf(rows, anew, (row) => ids.textOf(order[row]!));
}

type Rows = Required<Omit<ReviewColumns, 'reviewerCount' | 'subjectCount'>> &
  Pick<MarketReviews, 'isVoided' | 'standings' | 'weights'>;

interface Parties {
  readonly reviewers: IdIndex;
  readonly subjects: IdIndex;
  readonly knownSince: Float64Array;
}

/** As they lie in the table. */
async function readRows(
  snapshot: Snapshot,
  since: number,
): Promise<Parties & { readonly rows: Rows; readonly ids: Ids }> {
  const [reviewers, subjects, ids] = [new IdIndex(1), new IdIndex(1), new Ids()];
  const [authors, merchants] = [new Growing(Int32Array), new Growing(Int32Array)];
  const [times, weights, known] = [new Growing(Float64Array), new Growing(Float64Array), new Growing(Float64Array)];
  const [valences, voided, standings] = [new Growing(Int8Array), new Growing(Uint8Array), new Growing(Uint8Array)];
  const wentWell = new Growing(Uint8Array);
  await readCopiedRows(copyReviews(snapshot.copiers[0], since), REVIEW_COLUMNS, (row) => {
    merchants.push(subjects.numberOf(row.bytes, row.uuidAt()));
    ids.push(row.bytes, row.uuidAt());
    const author = reviewers.numberOf(row.bytes, row.uuidAt());
    authors.push(author);
    times.push(row.instant()!);
    valences.push(row.small());
    voided.push(row.flag() ? 1 : 0);
    known.set(author, row.instant() ?? Number.NaN);
    weights.push(row.double() ?? Number.NaN);
    standings.push(row.small());
    wentWell.push(row.flag() ? 1 : 0);
  });
  const rows = {
    reviewers: authors.done(),
    subjects: merchants.done(),
    times: times.done(),
    valences: valences.done(),
    wentWell: wentWell.done(),
    isVoided: voided.done(),
    standings: standings.done(),
    weights: weights.done(),
  };
  return { rows, ids, reviewers, subjects, knownSince: known.done() };
}

const marketOf = (
  { isVoided, standings, weights, ...columns }: Rows,
  { reviewers, subjects, knownSince }: Parties,
  idOf: MarketReviews['idOf'],
): MarketReviews => ({
  columns: { ...columns, reviewerCount: reviewers.size, subjectCount: subjects.size },
  knownSince,
  isVoided,
  standings,
  weights,
  idOf,
  reviewer: (number) => reviewers.idOf(number),
  reviewerNumber: (id) => reviewers.known(id),
  subject: (number) => subjects.idOf(number),
});
