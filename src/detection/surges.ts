import { groupBy, type ReviewColumns } from './columns.ts';
import { surpriseOf } from './poisson.ts';
import { tidesOf, type Tides } from './tides.ts';

const DAY = 86_400_000;
const WINDOW = 7 * DAY;
/** Who has been known for less is a newcomer; who has been silent for longer is a sleeper. */
const NEW = 14 * DAY;
const ASLEEP = 90 * DAY;
/** What a subject is taken to have had besides, since few reviews tell little of a rate. */
const PRIOR_REVIEWS = 1;
const PRIOR_DAYS = 28;
/** Smaller crowds are no surge. */
const LEAST_CROWD = 3;
/** A consensus weighs as if this many reviews had given the mean of all. */
const CONSENSUS_PRIOR = 3;

/** A habit is half known after so many reviews. */
const HABIT_PRIOR = 2;

/** For each review, the fullest week of like-minded reviews of its subject that it lies in; for each such week, what it is like. */
export interface Surges {
  readonly week: Int32Array; // by review: reviews of one number lie in the same week of the same subject
  readonly against: Float32Array; // by review: how far it is from what the rest say, times how sure they are: 0 to 1
  readonly weekCount: number;
  readonly seen: Int32Array; // by week: like-minded reviews in it
  readonly expected: Float32Array; // of the subject's other weeks and the season
  readonly surprise: Float32Array; // −log10 of the chance of so many
  readonly newcomers: Float32Array; // −log10 of the chance of so many newcomers among them
  readonly sleepers: Float32Array;
  readonly outOfHabit: Float32Array; // how far its reviews are, on the whole, from what their authors say elsewhere, 0 to 1; NaN if unknown
}

/** Like-minded: praise or blame, and emphatic or mild. In stars: 4 and 5, 1 and 2, and 3. */
const EMPHATIC = 50; // hundredths of w
const SIDES = 4;
const sideOf = (valence: number): number => (valence > 0 ? 2 : 0) + (Math.abs(valence) >= EMPHATIC ? 1 : 0);

/**
 * The surges of a history: weeks in which a subject gets more praise, or more blame, than its other weeks and the season lead to
 * expect. Linear: two pointers over each subject's praise and over its blame. `weights` is how far each author is believed.
 */
export function surgesOf(columns: ReviewColumns, weights: Float32Array, knownSince?: Float64Array): Surges {
  const { times, subjects, valences, subjectCount } = columns;
  const { isNew, isAsleep } = authorsOf(columns, knownSince);
  const sides = subjects.map((subject, row) => SIDES * subject + sideOf(valences[row]!));
  const grouped = groupBy(sides, SIDES * subjectCount);
  const length = times.length; // as many weeks at most: what is not written takes no memory
  const surges = {
    week: new Int32Array(length),
    against: new Float32Array(length),
    weekCount: 0,
    seen: new Int32Array(length),
    expected: new Float32Array(length),
    surprise: new Float32Array(length),
    newcomers: new Float32Array(length),
    sleepers: new Float32Array(length),
    outOfHabit: new Float32Array(length),
  };
  const sight: Sight = {
    columns,
    weights,
    isNew,
    isAsleep,
    habits: habitsOf(columns),
    newTides: tidesOf(columns, isNew),
    sleepTides: tidesOf(columns, isAsleep),
    totals: totalsOf(columns, weights),
    surges,
  };
  for (let side = 0; side < SIDES * subjectCount; side++) {
    const from = grouped.starts[side]!;
    const to = grouped.starts[side + 1]!;
    if (to > from) lookAt(sight, Math.floor(side / SIDES), grouped.rows.subarray(from, to));
  }
  return surges;
}

interface Sight {
  readonly columns: ReviewColumns;
  readonly weights: Float32Array;
  readonly isNew: Uint8Array;
  readonly isAsleep: Uint8Array;
  readonly habits: Habits;
  readonly newTides: Tides;
  readonly sleepTides: Tides;
  readonly totals: Totals;
  readonly surges: { -readonly [Key in keyof Surges]: Surges[Key] };
}

/** Whether each review's author was then a newcomer, or had long been silent. */
function authorsOf({ reviewers, times, reviewerCount }: ReviewColumns, knownSince?: Float64Array) {
  const first = new Float64Array(reviewerCount).fill(Number.NaN);
  const latest = new Float64Array(reviewerCount);
  if (knownSince) first.set(knownSince);
  const isNew = new Uint8Array(times.length);
  const isAsleep = new Uint8Array(times.length);
  for (let row = 0; row < times.length; row++) {
    const who = reviewers[row]!;
    const at = times[row]!;
    if (Number.isNaN(first[who])) first[who] = at;
    if (latest[who] === 0) latest[who] = first[who]!;
    isNew[row] = at - first[who]! < NEW ? 1 : 0;
    isAsleep[row] = at - latest[who]! > ASLEEP ? 1 : 0;
    latest[who] = at;
  }
  return { isNew, isAsleep };
}

/** What each reviewer says on the whole. */
interface Habits {
  readonly sums: Float64Array; // of w
  readonly counts: Int32Array;
}

function habitsOf({ reviewers, valences, reviewerCount }: ReviewColumns): Habits {
  const sums = new Float64Array(reviewerCount);
  const counts = new Int32Array(reviewerCount);
  for (let row = 0; row < reviewers.length; row++) {
    sums[reviewers[row]!]! += valences[row]! / 100;
    counts[reviewers[row]!]!++;
  }
  return { sums, counts };
}

interface Totals {
  readonly sums: Float64Array; // of weight · w, a subject
  readonly weights: Float64Array;
  readonly first: Float64Array; // when each subject was first reviewed
  readonly mean: number; // of w, over all
}

function totalsOf({ subjects, valences, times, subjectCount }: ReviewColumns, weights: Float32Array): Totals {
  const sums = new Float64Array(subjectCount);
  const sumsOfWeights = new Float64Array(subjectCount);
  const first = new Float64Array(subjectCount).fill(Number.POSITIVE_INFINITY);
  let all = 0;
  for (let row = 0; row < times.length; row++) {
    const subject = subjects[row]!;
    sums[subject]! += (weights[row]! * valences[row]!) / 100;
    sumsOfWeights[subject]! += weights[row]!;
    first[subject] = Math.min(first[subject]!, times[row]!);
    all += valences[row]! / 100;
  }
  return { sums, weights: sumsOfWeights, first, mean: times.length === 0 ? 0 : all / times.length };
}

/** A week that begins with one review of a side: which of the side's reviews lie in it. */
interface Week {
  readonly from: number;
  readonly to: number; // not in it
}

/** Each review of a side is given the fullest week that holds it. */
function lookAt(sight: Sight, subject: number, rows: Int32Array): void {
  const { times } = sight.columns;
  const ends = new Int32Array(rows.length);
  for (let from = 0, to = 0; from < rows.length; from++) {
    while (to < rows.length && times[rows[to]!]! < times[rows[from]!]! + WINDOW) to++;
    ends[from] = to;
  }
  const running = runningTotals(sight, rows);
  let judged = { from: -1, to: -1 };
  let verdict: Verdict | null = null;
  const fullest = fullestWeeks(ends);
  for (let place = 0; place < rows.length; place++) {
    const week: Week = { from: fullest[place]!, to: ends[fullest[place]!]! };
    if (week.from !== judged.from) {
      judged = week;
      verdict = judge(sight, subject, rows, week, running);
      noteWeek(sight.surges, verdict);
    }
    note(sight, rows[place]!, verdict!);
  }
}

/** For each place, where the fullest week that holds it begins: a sliding maximum by a queue of falling sizes. */
function fullestWeeks(ends: Int32Array): Int32Array {
  const fullest = new Int32Array(ends.length);
  const queue = new Int32Array(ends.length);
  const sizeOf = (from: number): number => ends[from]! - from;
  let head = 0;
  let tail = 0;
  for (let place = 0; place < ends.length; place++) {
    while (tail > head && sizeOf(queue[tail - 1]!) < sizeOf(place)) tail--;
    queue[tail++] = place;
    while (ends[queue[head]!]! <= place) head++;
    fullest[place] = queue[head]!;
  }
  return fullest;
}

interface Verdict {
  readonly seen: number;
  readonly expected: number;
  readonly surprise: number;
  readonly newcomers: number;
  readonly sleepers: number;
  readonly outOfHabit: number;
  readonly rest: number; // what the others say, −1 to 1
  readonly sureness: number; // 0 to 1
}

/** Sums over a side's reviews up to each place, so that any week of it is a difference. */
interface Running {
  readonly isNew: Int32Array;
  readonly isAsleep: Int32Array;
  readonly weight: Float64Array;
  readonly sum: Float64Array;
  readonly known: Float64Array;
  readonly strange: Float64Array;
}

function runningTotals({ columns, weights, isNew, isAsleep, habits }: Sight, rows: Int32Array): Running {
  const size = rows.length + 1;
  const running: Running = {
    isNew: new Int32Array(size),
    isAsleep: new Int32Array(size),
    weight: new Float64Array(size),
    sum: new Float64Array(size),
    known: new Float64Array(size),
    strange: new Float64Array(size),
  };
  for (let place = 0; place < rows.length; place++) {
    const row = rows[place]!;
    running.isNew[place + 1] = running.isNew[place]! + isNew[row]!;
    running.isAsleep[place + 1] = running.isAsleep[place]! + isAsleep[row]!;
    running.weight[place + 1] = running.weight[place]! + weights[row]!;
    running.sum[place + 1] = running.sum[place]! + (weights[row]! * columns.valences[row]!) / 100;
    const who = columns.reviewers[row]!;
    const valence = columns.valences[row]! / 100;
    const others = habits.counts[who]! - 1;
    const known = Math.fround(others / (others + HABIT_PRIOR)); // how well its author's habit is known
    const strange = others === 0 ? 0 : Math.fround(Math.abs(valence - (habits.sums[who]! - valence) / others) / 2);
    running.known[place + 1] = running.known[place]! + known;
    running.strange[place + 1] = running.strange[place]! + strange * known;
  }
  return running;
}

function judge(sight: Sight, subject: number, rows: Int32Array, { from, to }: Week, running: Running): Verdict {
  const { columns, totals, newTides, sleepTides } = sight;
  const { times } = columns;
  const start = times[rows[from]!]!;
  const seen = to - from;
  const within = (sums: Int32Array | Float64Array): number => sums[to]! - sums[from]!;
  const days = Math.max(0, (times.at(-1)! - totals.first[subject]! - WINDOW) / DAY);
  const rate = (rows.length - seen + PRIOR_REVIEWS) / (days + PRIOR_DAYS);
  const expected = rate * (WINDOW / DAY) * Math.max(0.2, newTides.tideAt(start + WINDOW / 2));
  const others = Math.max(0, totals.weights[subject]! - within(running.weight));
  const known = within(running.known);
  const isCrowd = seen >= LEAST_CROWD;
  return {
    seen,
    expected,
    surprise: isCrowd ? surpriseOf(seen, expected) : 0,
    newcomers: isCrowd ? surpriseOf(within(running.isNew), seen * newTides.shareAt(start)) : 0,
    sleepers: isCrowd ? surpriseOf(within(running.isAsleep), seen * sleepTides.shareAt(start)) : 0,
    outOfHabit: isCrowd && known > 0 ? within(running.strange) / known : Number.NaN,
    rest: (totals.sums[subject]! - within(running.sum) + CONSENSUS_PRIOR * totals.mean) / (others + CONSENSUS_PRIOR),
    sureness: others / (others + CONSENSUS_PRIOR),
  };
}

function noteWeek(surges: Sight['surges'], verdict: Verdict): void {
  const week = surges.weekCount++;
  surges.seen[week] = verdict.seen;
  surges.expected[week] = verdict.expected;
  surges.surprise[week] = verdict.surprise;
  surges.newcomers[week] = verdict.newcomers;
  surges.sleepers[week] = verdict.sleepers;
  surges.outOfHabit[week] = verdict.outOfHabit;
}

function note({ surges, columns }: Sight, row: number, { rest, sureness }: Verdict): void {
  surges.week[row] = surges.weekCount - 1;
  surges.against[row] = (Math.abs(columns.valences[row]! / 100 - rest) / 2) * sureness;
}
