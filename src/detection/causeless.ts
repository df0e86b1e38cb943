import type { ReviewColumns } from './columns.ts';
import { surpriseOf } from './poisson.ts';

/** Fewer are no crowd. */
const LEAST_CROWD = 3;

/** Blame of orders that went well, by subject: more of it than customers who were let down, or the usual grumble, explain. */
export interface Causeless {
  readonly seen: Int32Array;
  readonly expected: Float32Array;
  readonly surprise: Float32Array; // −log10 of the chance of so much; NaN where nothing is known of orders
}

/**
 * Blame mostly has a cause that the marketplace was told of: what came late, was paid back or was fought over. Elsewhere some share of
 * blame has none, and some share of reviews is such blame. Of each subject as much is expected as the larger of the two comes to, by what
 * is said of all others: so where causes are never told, nothing is strange, and neither is a large shop's share of bad tempers. No week is
 * looked at: who is patient is seen as well. Linear.
 */
export function causelessOf(columns: ReviewColumns): Causeless {
  const { subjects, subjectCount } = columns;
  const seen = new Int32Array(subjectCount);
  const blames = new Int32Array(subjectCount);
  const reviews = new Int32Array(subjectCount);
  const all = { seen: 0, blames: 0, reviews: subjects.length };
  for (let row = 0; row < subjects.length; row++) {
    const subject = subjects[row]!;
    reviews[subject]!++;
    if (columns.valences[row]! >= 0) continue;
    blames[subject]!++;
    all.blames++;
    if (!isCauseless(columns, row)) continue;
    seen[subject]!++;
    all.seen++;
  }
  const expected = new Float32Array(subjectCount);
  const surprise = new Float32Array(subjectCount).fill(columns.wentWell ? 0 : Number.NaN);
  for (let subject = 0; subject < subjectCount; subject++) {
    if (seen[subject]! < LEAST_CROWD) continue;
    const elsewhere = all.seen - seen[subject]! + 1;
    expected[subject] = Math.max(
      (blames[subject]! * elsewhere) / (all.blames - blames[subject]! + 2),
      (reviews[subject]! * elsewhere) / (all.reviews - reviews[subject]! + 2),
    );
    surprise[subject] = surpriseOf(seen[subject]!, expected[subject]!);
  }
  return { seen, expected, surprise };
}

/** Whether a review blames a merchant for an order with which nothing went wrong, as far as is known. */
export const isCauseless = ({ valences, wentWell }: ReviewColumns, row: number): boolean =>
  valences[row]! < 0 && wentWell?.[row] === 1;

/** How strange a review's blame is: 0 where it is none, or has a cause; NaN where nothing is known of orders. */
export const causelessness = (columns: ReviewColumns, { surprise }: Causeless, row: number): number =>
  !columns.wentWell || isCauseless(columns, row) ? surprise[columns.subjects[row]!]! : 0;
