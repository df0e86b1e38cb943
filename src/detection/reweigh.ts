import {
  applyToMean,
  applyToReviewer,
  assess,
  NEW_REVIEWER,
  NO_REVIEWS,
  reliabilityOf,
  type ReviewerState,
} from '../scoring/reliability.ts';
import type { ReviewColumns } from './columns.ts';

/** From this change of reliability on, another weight is proposed. */
const WORTH_REWEIGHING = 0.1;

export interface Reliabilities {
  /** Of each review's author just before it, 0 to 1: what its posting would keep if it came in now. */
  readonly before: Float32Array;
  /** Of each reviewer when all is over. */
  readonly after: Float32Array;
}

/** The reliability pass over a whole history: the same arithmetic as at intake. `skips` marks reviews that teach nobody. */
export function reliabilitiesOf(columns: ReviewColumns, skips?: Uint8Array): Reliabilities {
  const { reviewers, subjects, times, valences, reviewerCount, subjectCount } = columns;
  const people = new People(reviewerCount);
  const sums = new Float64Array(subjectCount); // S_j and W_j, in units
  const weights = new Float64Array(subjectCount);
  const before = new Float32Array(times.length);
  let mean = NO_REVIEWS;
  for (let row = 0; row < times.length; row++) {
    const person = people.of(reviewers[row]!);
    before[row] = reliabilityOf(person);
    if (skips?.[row]) continue;
    const subject = subjects[row]!;
    const opinion = { sum: sums[subject]!, weight: weights[subject]! };
    const gained = assess(valences[row]! / 100, person, opinion, mean, times[row]!);
    people.put(reviewers[row]!, applyToReviewer(person, gained));
    sums[subject]! += gained.consensusSum;
    weights[subject]! += gained.consensusWeight;
    mean = applyToMean(mean, gained);
  }
  return { before, after: Float32Array.from({ length: reviewerCount }, (_, who) => reliabilityOf(people.of(who))) };
}

/** Reviewers' states by column: millions of small objects would cost several times the memory. */
class People {
  readonly #columns: readonly Float64Array[];

  constructor(count: number) {
    const { agree, disagree, experience, week, weekExperience } = NEW_REVIEWER;
    this.#columns = [agree, disagree, experience, week, weekExperience].map((first) =>
      new Float64Array(count).fill(first),
    );
  }

  of(who: number): ReviewerState {
    const [agree, disagree, experience, week, weekExperience] = this.#columns;
    return {
      agree: agree![who]!,
      disagree: disagree![who]!,
      experience: experience![who]!,
      week: week![who]!,
      weekExperience: weekExperience![who]!,
    };
  }

  put(who: number, state: ReviewerState): void {
    const [agree, disagree, experience, week, weekExperience] = this.#columns;
    agree![who] = state.agree;
    disagree![who] = state.disagree;
    experience![who] = state.experience;
    week![who] = state.week;
    weekExperience![who] = state.weekExperience;
  }
}

/** A review that counts for more or less than its author's record would now have it count. */
export interface Reweighing {
  readonly row: number;
  readonly stored: number; // reliability, 0 to 1
  readonly recomputed: number;
}

/** What has moved since intake, the largest change first. `stored` is each review's reliability as its posting keeps it. */
export function reweighingsOf({ before }: Reliabilities, stored: ArrayLike<number>): Reweighing[] {
  const moved: Reweighing[] = [];
  for (let row = 0; row < before.length; row++) {
    const recomputed = before[row]!;
    if (Math.abs(recomputed - stored[row]!) >= WORTH_REWEIGHING) moved.push({ row, stored: stored[row]!, recomputed });
  }
  const change = ({ stored, recomputed }: Reweighing): number => Math.abs(recomputed - stored);
  return moved.toSorted((a, b) => change(b) - change(a) || a.row - b.row);
}
