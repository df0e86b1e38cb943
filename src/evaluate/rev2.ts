import { entry } from './baselines.ts';
import type { Rating } from './network.ts';

/**
 * REV2 (Kumar et al., WSDM 2018) without its behaviour terms: fairness of raters, goodness of ratees and reliability of ratings,
 * each in terms of the others, iterated until they stand still. As its authors released it, that is with a ratee's ratings summed
 * where the paper takes their mean, and α1 = β1 = γ1 = γ2 = 1.
 */
export interface Rev2 {
  readonly fairness: ReadonlyMap<string, number>; // 0 to 1
  readonly goodness: ReadonlyMap<string, number>; // −1 to 1
}

const MOST_ROUNDS = 100;
const STANDSTILL = 0.01; // sum of all changes in a round

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly weight: number; // −1 to 1
  reliability: number;
}

export function rev2(ratings: readonly Rating[]): Rev2 {
  const edges: Edge[] = ratings.map(({ from, to, rating }) => ({ from, to, weight: rating / 10, reliability: 1 }));
  const received = grouped(edges, 'to');
  const given = grouped(edges, 'from');
  const fairness = new Map([...given.keys()].map((user) => [user, 1]));
  const goodness = new Map([...received.keys()].map((user) => [user, 1]));
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const moves = [
      updateGoodness(goodness, received),
      updateReliability(edges, fairness, goodness),
      updateFairness(fairness, given),
    ];
    if (Math.max(...moves) < STANDSTILL) break;
  }
  return { fairness, goodness };
}

/** The released ranking of raters: fairness above the median, the more so the more ratings; turned round, so that high is suspect. */
export function rev2Suspicion(ratings: readonly Rating[]): Map<string, number> {
  const { fairness } = rev2(ratings);
  const median = medianOf(fairness.values());
  const counts = new Map<string, number>();
  for (const { from } of ratings) counts.set(from, (counts.get(from) ?? 0) + 1);
  return new Map([...fairness].map(([user, own]) => [user, -(own - median) * Math.log(1 + (counts.get(user) ?? 0))]));
}

/** Predictions by goodness over the last half, refitted to all before on every 500th rating; the median for an unknown ratee. */
export function rev2Predictions(ratings: readonly Rating[]): number[] {
  const half = Math.floor(ratings.length / 2);
  let goodness: ReadonlyMap<string, number> = new Map();
  let median = 0;
  return ratings.map(({ to }, i) => {
    if (i < half) return 0;
    if ((i - half) % 500 === 0) {
      ({ goodness } = rev2(ratings.slice(0, i)));
      median = medianOf(goodness.values());
    }
    return -(goodness.get(to) ?? median);
  });
}

function updateGoodness(goodness: Map<string, number>, received: Map<string, Edge[]>): number {
  const median = medianOf(goodness.values());
  let moved = 0;
  for (const [user, edges] of received) {
    const believed = edges.reduce((sum, { reliability, weight }) => sum + reliability * weight, 0);
    moved += move(goodness, user, Math.min(1, Math.max(-1, (median + believed) / 2)));
  }
  return moved;
}

function updateReliability(edges: Edge[], fairness: Map<string, number>, goodness: Map<string, number>): number {
  let moved = 0;
  for (const edge of edges) {
    const closeness = 1 - Math.abs(edge.weight - goodness.get(edge.to)!) / 2;
    const next = (closeness + fairness.get(edge.from)!) / 2;
    moved += Math.abs(next - edge.reliability);
    edge.reliability = next;
  }
  return moved;
}

function updateFairness(fairness: Map<string, number>, given: Map<string, Edge[]>): number {
  const median = medianOf(fairness.values());
  let moved = 0;
  for (const [user, edges] of given) {
    const total = edges.reduce((sum, { reliability }) => sum + reliability, median);
    moved += move(fairness, user, total / (edges.length + 1));
  }
  return moved;
}

function move(values: Map<string, number>, user: string, next: number): number {
  const moved = Math.abs(next - values.get(user)!);
  values.set(user, next);
  return moved;
}

function grouped(edges: readonly Edge[], side: 'from' | 'to'): Map<string, Edge[]> {
  const groups = new Map<string, Edge[]>();
  for (const edge of edges) entry(groups, edge[side], () => []).push(edge);
  return groups;
}

function medianOf(values: Iterable<number>): number {
  const sorted = [...values].toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[middle - 0.5]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
