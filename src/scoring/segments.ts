import { BANDS, type Level } from './levels.ts';
import type { Score } from './grade.ts';

const DAY = 86_400_000;
const MOST_CATEGORIES = 50;

/** By what a subject is put with others like it. */
export interface Traits {
  readonly category: string | null;
  readonly deals: number; // finished
  readonly since: number | null; // its first deal, ms; null without one
}

/** What a change of policy does to subjects of one sort. */
export interface Segment {
  readonly by: 'category' | 'size' | 'age';
  readonly name: string;
  readonly subjects: number;
  readonly ratedBefore: number;
  readonly ratedAfter: number;
  readonly up: number; // to a better level
  readonly down: number; // to a worse one
  readonly meanPoints: number | null; // that the exact score moves; null where nobody is rated under both
}

/** The bounds of sizes, in finished deals, and of ages, in days since the first one; each up to and without the next. */
const SIZES = [0, 1, 10, 100, 1_000, 10_000] as const;
const AGES = [0, 30, 90, 365, 730] as const;

type Counts = { -readonly [Key in 'subjects' | 'ratedBefore' | 'ratedAfter' | 'up' | 'down']: number } & {
  rated: number;
  points: number;
};

/** Collects subjects by category, size and age as of an instant. */
export function segmentsOf(at: number): {
  readonly add: (traits: Traits, before: Score, after: Score) => void;
  readonly all: () => Segment[];
} {
  const found = new Map<string, Counts>();
  const add = (traits: Traits, before: Score, after: Score): void => {
    for (const key of keysOf(traits, at)) count(found, key, before, after);
  };
  return { add, all: () => toldOf(found) };
}

function keysOf({ category, deals, since }: Traits, at: number): string[] {
  const age = since === null ? 'no deal yet' : `${within(AGES, Math.max(0, (at - since) / DAY))} days`;
  return [`category/${category ?? 'none'}`, `size/${within(SIZES, deals)} deals`, `age/${age}`];
}

/** "10–99", and of what lies above all bounds "1,000 or more". */
function within(bounds: readonly number[], value: number): string {
  const place = bounds.findLastIndex((bound) => value >= bound);
  const low = bounds[Math.max(0, place)]!;
  const high = bounds[place + 1];
  if (high === undefined) return `${low} or more`;
  return high - low === 1 ? String(low) : `${low}–${high - 1}`;
}

function count(found: Map<string, Counts>, key: string, before: Score, after: Score): void {
  let counts = found.get(key);
  if (!counts)
    found.set(key, (counts = { subjects: 0, ratedBefore: 0, ratedAfter: 0, up: 0, down: 0, rated: 0, points: 0 }));
  counts.subjects++;
  if (before.score !== null) counts.ratedBefore++;
  if (after.score !== null) counts.ratedAfter++;
  if (before.score === null || after.score === null) return;
  counts.rated++;
  counts.points += after.exactScore - before.exactScore;
  const moved = rankOf(before.level) - rankOf(after.level);
  if (moved > 0) counts.up++;
  if (moved < 0) counts.down++;
}

const rankOf = (level: Level): number => (level === 'NOT_RATED' ? BANDS.length : BANDS.indexOf(level));

/** Categories by their size, the smallest of many put together; sizes and ages from small to large. */
function toldOf(found: ReadonlyMap<string, Counts>): Segment[] {
  const all = [...found].map(([key, counts]) => ({
    by: key.slice(0, key.indexOf('/')),
    name: key.slice(key.indexOf('/') + 1),
    counts,
  }));
  const of = (by: string) => all.filter((each) => each.by === by);
  const categories = of('category').toSorted(
    (a, b) => b.counts.subjects - a.counts.subjects || (a.name < b.name ? -1 : 1),
  );
  const others = categories.slice(MOST_CATEGORIES).map(({ counts }) => counts);
  const byStart = (a: { name: string }, b: { name: string }) => startOf(a.name) - startOf(b.name);
  return [
    ...categories.slice(0, MOST_CATEGORIES),
    ...(others.length === 0 ? [] : [{ by: 'category', name: `${others.length} others`, counts: sumOf(others) }]),
    ...of('size').toSorted(byStart),
    ...of('age').toSorted(byStart),
  ].map(({ by, name, counts: { rated, points, ...counts } }) => ({
    by: by as Segment['by'],
    name,
    ...counts,
    meanPoints: rated === 0 ? null : points / rated,
  }));
}

const startOf = (name: string): number => (/^\d/.test(name) ? Number.parseInt(name, 10) : -1);

function sumOf(many: readonly Counts[]): Counts {
  const sum: Counts = { subjects: 0, ratedBefore: 0, ratedAfter: 0, up: 0, down: 0, rated: 0, points: 0 };
  for (const each of many) for (const key of Object.keys(sum) as (keyof Counts)[]) sum[key] += each[key];
  return sum;
}
