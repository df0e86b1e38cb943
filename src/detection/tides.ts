import type { ReviewColumns } from './columns.ts';

const DAY = 86_400_000;
const WEEK = 7;
const MONTH = 28;

/** What the whole marketplace did about an instant: a holiday lifts all, and is no surge of one. */
export interface Tides {
  /** Reviews in the week about an instant against an ordinary week: 1 is ordinary. */
  tideAt(at: number): number;
  /** Of the reviews in the month about an instant, the share for which `marks` is set. */
  shareAt(at: number): number;
}

/** Counted by day over all reviews; `marks` is one value a review, 0 or 1. */
export function tidesOf({ times }: ReviewColumns, marks: Uint8Array): Tides {
  const first = times.length === 0 ? 0 : Math.floor(times[0]! / DAY);
  const days = times.length === 0 ? 1 : Math.floor(times.at(-1)! / DAY) - first + 1;
  const seen = new Float64Array(days + 1); // running totals: before day d of the window
  const marked = new Float64Array(days + 1);
  for (let row = 0; row < times.length; row++) {
    const day = Math.floor(times[row]! / DAY) - first;
    seen[day + 1]!++;
    marked[day + 1]! += marks[row]!;
  }
  for (let day = 0; day < days; day++) {
    seen[day + 1]! += seen[day]!;
    marked[day + 1]! += marked[day]!;
  }
  const between = (totals: Float64Array, at: number, width: number): { sum: number; days: number } => {
    const middle = Math.floor(at / DAY) - first;
    const from = Math.min(days, Math.max(0, middle - Math.floor(width / 2)));
    const to = Math.min(days, Math.max(from, middle + Math.ceil(width / 2)));
    return { sum: totals[to]! - totals[from]!, days: to - from };
  };
  const ordinary = times.length / days;
  return {
    tideAt(at) {
      const week = between(seen, at, WEEK);
      return week.days === 0 || ordinary === 0 ? 1 : week.sum / week.days / ordinary;
    },
    shareAt: (at) => (between(marked, at, MONTH).sum + 1) / (between(seen, at, MONTH).sum + 2),
  };
}
