import { marksWhere, type ReviewColumns } from '../../src/detection/columns.ts';
import { scan } from '../../src/detection/scan.ts';
import { Random } from '../../src/demo/random.ts';

const DAY = 86_400_000;
const WINDOW = 90 * DAY;
const RINGS = 10;
const RING_SIZE = 30;
const RING_TARGETS = 6;

/**
 * A quarter of a large marketplace: 5 reviews a reviewer on the mean and 100 a subject, both unevenly; the largest subject has one
 * review in a hundred. Ten rings of 30 accounts on six subjects each are in it. A fifth of all blame is for orders that went well.
 */
export function largeMarket(count: number, seed: number): ReviewColumns & { readonly ringMembers: number } {
  const random = new Random(seed);
  const reviewerCount = Math.max(1000, Math.round(count / 5));
  const subjectCount = Math.max(200, Math.round(count / 100));
  const times = Float64Array.from({ length: count }, () => random.next() * WINDOW).toSorted();
  const reviewers = new Int32Array(count);
  const subjects = new Int32Array(count);
  const valences = new Int8Array(count);
  for (let row = 0; row < count; row++) {
    reviewers[row] = Math.floor(reviewerCount * random.next() * random.next());
    subjects[row] = random.chance(0.01) ? 0 : Math.floor(subjectCount * random.next() * random.next());
    valences[row] = [100, 100, 100, 50, 0, -100][random.below(6)]!;
  }
  const tempers = new Random(seed + 1);
  const wentWell = marksWhere(count, (row) => valences[row]! >= 0 || tempers.chance(0.2));
  stageRings({ reviewers, subjects, times, valences, reviewerCount, subjectCount }, random);
  const ringMembers = RINGS * RING_SIZE;
  return { reviewers, subjects, times, valences, wentWell, reviewerCount, subjectCount, ringMembers };
}

/** Overwrites reviews of about the right time, so that the order of time stays. */
function stageRings(
  { reviewers, subjects, times, valences, reviewerCount, subjectCount }: ReviewColumns,
  random: Random,
) {
  const rowsADay = times.length / (WINDOW / DAY);
  for (let ring = 0; ring < RINGS; ring++) {
    for (let target = 0; target < RING_TARGETS; target++) {
      const first = Math.floor(random.next() * (times.length - 3 * rowsADay));
      const subject = subjectCount - 1 - ring * RING_TARGETS - target;
      for (let member = 0; member < RING_SIZE; member++) {
        const row = first + Math.floor(random.next() * 2 * rowsADay);
        reviewers[row] = reviewerCount - 1 - ring * RING_SIZE - member;
        subjects[row] = subject;
        valences[row] = 100;
      }
    }
  }
}

export interface Timing {
  readonly reviews: number;
  readonly seconds: number; // by the clock
  readonly processorSeconds: number; // which a busy machine does not stretch as much
  readonly peakMegabytes: number; // of the process, resident
  readonly suspicions: number;
  readonly ringMembersFound: number; // 0 to 1
}

export function timeScan(count: number, seed = 1): Timing {
  const columns = largeMarket(count, seed);
  const before = process.cpuUsage();
  const startedAt = performance.now();
  const { suspicions, rings } = scan(columns);
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(before);
  const firstMember = columns.reviewerCount - columns.ringMembers;
  const members = new Set(rings.flatMap(({ members }) => members));
  const found = [...members].filter((member) => member >= firstMember).length;
  return {
    reviews: count,
    seconds,
    processorSeconds: (user + system) / 1e6,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
    suspicions: suspicions.length,
    ringMembersFound: found / columns.ringMembers,
  };
}

/** How the processor's time grows: the slope of its logarithm over that of the reviews. 1 is linear. */
export function growthOf(timings: readonly Timing[]): number {
  const points = timings.map(
    ({ reviews, processorSeconds }) => [Math.log(reviews), Math.log(processorSeconds)] as const,
  );
  const mean = (side: 0 | 1): number => points.reduce((sum, point) => sum + point[side], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const across = points.reduce((sum, [a]) => sum + (a - x) ** 2, 0);
  return points.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0) / across;
}
