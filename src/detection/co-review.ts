import { groupBy, indicesWhere, marksWhere, type ReviewColumns } from './columns.ts';
import { surpriseOf } from './poisson.ts';

const DAY = 86_400_000;
const MINUTE = 60_000;

export interface CoReviewOptions {
  readonly togetherDays: number;
  readonly leastTogether: number; // subjects that two must share within togetherDays each
  /** How surprising that must be, −log10, where both go to where everybody goes: regulars of the largest shops meet there by chance. */
  readonly leastSurprise: number;
  readonly leastShared: number; // or at all, if that many …
  readonly leastJaccard: number; // … are also this share of what either reviewed
  /** Of a subject's reviews, how many on each side in time are looked at: what keeps a hub from costing the square of its size. */
  readonly reach: number;
}
export const CO_REVIEW: CoReviewOptions = {
  togetherDays: 14,
  leastTogether: 3,
  leastSurprise: 4,
  leastShared: 5,
  leastJaccard: 0.1,
  reach: 32,
};

/**
 * Who reviews the same subjects as whom, to the same effect: edges (ends[2e], ends[2e + 1]) between reviewers. A sweep over
 * reviewers that counts in one array what each shares with everybody near it: at most 2·reach looks a review, and no pair is kept
 * that does not become an edge.
 */
export function coReviewEdges(columns: ReviewColumns, options: CoReviewOptions = CO_REVIEW): Int32Array {
  const degrees = degreesOfReviewers(columns);
  const eligible = indicesWhere(degrees.length, (reviewer) => degrees[reviewer]! >= options.leastTogether);
  const meetings = meetingsOf(columns, eligible);
  const byAuthor = groupBy(meetings.authors, eligible.length);
  const sweep = new Sweep(
    meetings,
    eligible.map((reviewer) => degrees[reviewer]!),
    options,
  );
  for (let author = 0; author < eligible.length; author++) {
    sweep.visit(author, byAuthor.rows.subarray(byAuthor.starts[author], byAuthor.starts[author + 1]));
  }
  return sweep.edges().map((author) => eligible[author]!);
}

/** Reviews of those who may be in lockstep, by subject, then praise or blame, then time: neighbours lie together in memory. */
interface Meetings {
  readonly authors: Int32Array; // numbered anew, without those who reviewed too little
  readonly sides: Int32Array; // a subject's blame and its praise
  readonly minutes: Int32Array; // since the first review
  readonly starts: Int32Array; // of each side
}

function meetingsOf(columns: ReviewColumns, eligible: Int32Array): Meetings {
  const numbers = new Int32Array(columns.reviewerCount).fill(-1);
  for (let number = 0; number < eligible.length; number++) numbers[eligible[number]!] = number;
  const isKept = marksWhere(columns.times.length, (row) => numbers[columns.reviewers[row]!]! >= 0);
  const sides = columns.subjects.map((subject, row) => 2 * subject + (columns.valences[row]! > 0 ? 1 : 0));
  const { starts, rows } = groupBy(sides, 2 * columns.subjectCount, isKept);
  const first = columns.times[0] ?? 0;
  return {
    authors: rows.map((row) => numbers[columns.reviewers[row]!]!),
    sides: rows.map((row) => sides[row]!),
    minutes: rows.map((row) => (columns.times[row]! - first) / MINUTE),
    starts,
  };
}

/** Distinct subjects a reviewer. */
function degreesOfReviewers({ reviewers, subjects, reviewerCount, subjectCount }: ReviewColumns): Int32Array {
  const bySubject = groupBy(subjects, subjectCount);
  const degrees = new Int32Array(reviewerCount);
  const latest = new Int32Array(reviewerCount).fill(-1);
  for (let subject = 0; subject < subjectCount; subject++) {
    for (let at = bySubject.starts[subject]!; at < bySubject.starts[subject + 1]!; at++) {
      const reviewer = reviewers[bySubject.rows[at]!]!;
      if (latest[reviewer] === subject) continue;
      latest[reviewer] = subject;
      degrees[reviewer]!++;
    }
  }
  return degrees;
}

const TOGETHER = 256;
const MOST_COUNTED = TOGETHER - 1;

class Sweep {
  readonly #meetings: Meetings;
  readonly #degrees: Int32Array;
  readonly #options: CoReviewOptions;
  readonly #window: number; // minutes
  /** What the visited one shares with each other: at all, plus TOGETHER times in a window. Zeroed after each visit. */
  readonly #met: Uint16Array;
  /** The latest subject of the visit for which each other was counted, so that it counts once; odd where within the window. */
  readonly #countedAs: Int32Array;
  readonly #crowds: Int32Array;
  readonly #touched: Int32Array;
  /** The chance that one review by somebody else meets one of the visited author's: in a window, and within reach at all. */
  #chanceTogether = 0;
  #chanceShared = 0;
  #touchedCount = 0;
  #stamp = 0;
  #ends = new Int32Array(1024);
  #size = 0;

  constructor(meetings: Meetings, degrees: Int32Array, options: CoReviewOptions) {
    this.#meetings = meetings;
    this.#degrees = degrees;
    this.#options = options;
    this.#window = (options.togetherDays * DAY) / MINUTE;
    this.#crowds = crowdsOf(meetings, this.#window);
    this.#met = new Uint16Array(degrees.length);
    this.#countedAs = new Int32Array(degrees.length);
    this.#touched = new Int32Array(degrees.length);
  }

  /** `places` are the author's among the meetings, in their order. */
  visit(author: number, places: Int32Array): void {
    const { sides, authors, starts } = this.#meetings;
    let previous = -1;
    this.#chanceTogether = 0;
    this.#chanceShared = 0;
    for (const place of places) {
      const subject = sides[place]! >> 1;
      this.#chanceTogether += this.#crowds[place]! / authors.length;
      const size = starts[sides[place]! + 1]! - starts[sides[place]!]!;
      this.#chanceShared += Math.min(size, 2 * this.#options.reach) / authors.length;
      if (subject !== previous) this.#stamp += 2;
      previous = subject;
      this.#look(author, place);
    }
    this.#settle(author);
  }

  /** Counts those who said the like of the same subject, first before and then after. */
  #look(author: number, place: number): void {
    const { reach, leastShared } = this.#options;
    const { sides, starts } = this.#meetings;
    const first = Math.max(starts[sides[place]!]!, place - reach);
    const end = Math.min(starts[sides[place]! + 1]!, place + reach + 1);
    const looksFurther = this.#degrees[author]! >= leastShared; // who reviewed too little can share only what is timely
    for (let near = place - 1; near >= first && this.#meet(author, place, near, looksFurther); near--);
    for (let near = place + 1; near < end && this.#meet(author, place, near, looksFurther); near++);
  }

  /** Whether to look on. Each pair is found by its lower number. */
  #meet(author: number, place: number, near: number, looksFurther: boolean): boolean {
    const { authors, minutes } = this.#meetings;
    const isTogether = Math.abs(minutes[near]! - minutes[place]!) <= this.#window;
    if (!isTogether && !looksFurther) return false;
    const who = authors[near]!;
    if (who > author) this.#count(who, isTogether);
    return true;
  }

  #count(who: number, isTogether: boolean): void {
    const counted = this.#countedAs[who]!;
    if (counted === this.#stamp + 1 || (counted === this.#stamp && !isTogether)) return;
    const met = this.#met[who]!;
    if (met === 0) this.#touched[this.#touchedCount++] = who;
    if (counted !== this.#stamp && met % TOGETHER < MOST_COUNTED) this.#met[who]!++;
    if (isTogether && met < MOST_COUNTED * TOGETHER) this.#met[who]! += TOGETHER;
    this.#countedAs[who] = isTogether ? this.#stamp + 1 : this.#stamp;
  }

  /** Keeps the pairs that share enough, and forgets the rest. */
  #settle(author: number): void {
    const { leastTogether, leastShared, leastJaccard } = this.#options;
    for (let i = 0; i < this.#touchedCount; i++) {
      const who = this.#touched[i]!;
      const shared = this.#met[who]! % TOGETHER;
      const together = (this.#met[who]! - shared) / TOGETHER;
      this.#met[who] = 0;
      if (together < leastTogether && shared < leastShared) continue;
      const union = this.#degrees[author]! + this.#degrees[who]! - shared;
      const isAlike = shared >= leastShared && shared >= leastJaccard * union;
      if (
        (together >= leastTogether && this.#isSurprising(together, who, this.#chanceTogether)) ||
        (isAlike && this.#isSurprising(shared, who, this.#chanceShared))
      ) {
        this.#keep(author, who);
      }
    }
    this.#touchedCount = 0;
  }

  #isSurprising(meetings: number, who: number, chance: number): boolean {
    return surpriseOf(meetings, chance * this.#degrees[who]!) >= this.#options.leastSurprise;
  }

  #keep(one: number, other: number): void {
    if (this.#size === this.#ends.length) {
      const larger = new Int32Array(this.#ends.length * 2);
      larger.set(this.#ends);
      this.#ends = larger;
    }
    this.#ends[this.#size++] = one;
    this.#ends[this.#size++] = other;
  }

  edges(): Int32Array {
    return this.#ends.slice(0, this.#size);
  }
}

/** By place, how many of its subject and side lie within the window on either side of it. */
function crowdsOf({ minutes, starts }: Meetings, window: number): Int32Array {
  const crowds = new Int32Array(minutes.length);
  for (let side = 0; side + 1 < starts.length; side++) {
    const end = starts[side + 1]!;
    let from = starts[side]!;
    let to = from;
    for (let place = from; place < end; place++) {
      const at = minutes[place]!;
      while (to < end && minutes[to]! <= at + window) to++;
      while (minutes[from]! < at - window) from++;
      crowds[place] = to - from;
    }
  }
  return crowds;
}
