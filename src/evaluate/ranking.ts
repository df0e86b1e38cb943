/** How well scores foretell outcomes. All four take the scores and, at the same places, whether what they foretell happened. */
export interface Ranking {
  readonly auc: number | null; // null unless both outcomes happened
  readonly ap: number | null;
}

export const rankingOf = (scores: readonly number[], happened: readonly boolean[]): Ranking => ({
  auc: areaUnderCurve(scores, happened),
  ap: averagePrecision(scores, happened),
});

/** The chance that one which happened has the higher score; a tie counts half. */
export function areaUnderCurve(scores: readonly number[], happened: readonly boolean[]): number | null {
  let below = 0; // those that did not happen, with a lower score
  let wins = 0;
  let positives = 0;
  for (const { hits, misses } of tiesOf(scores, happened, (a, b) => a - b)) {
    wins += hits * (below + misses / 2);
    below += misses;
    positives += hits;
  }
  return positives === 0 || below === 0 ? null : wins / (positives * below);
}

/** Precision at each hit, averaged, from the highest score down; a tie counts as one step. */
export function averagePrecision(scores: readonly number[], happened: readonly boolean[]): number | null {
  const positives = happened.filter(Boolean).length;
  let seen = 0;
  let found = 0;
  let sum = 0;
  for (const { hits, misses } of tiesOf(scores, happened, (a, b) => b - a)) {
    seen += hits + misses;
    found += hits;
    sum += hits * (found / seen);
  }
  return positives === 0 || positives === happened.length ? null : sum / positives;
}

/** Mean surprise in nats. A probability of 0 or 1 counts as one in 10^12 off it. */
export function logLoss(probabilities: readonly number[], happened: readonly boolean[]): number | null {
  if (probabilities.length === 0) return null;
  let sum = 0;
  probabilities.forEach((probability, i) => {
    const clipped = Math.min(1 - 1e-12, Math.max(1e-12, probability));
    sum -= Math.log(happened[i] ? clipped : 1 - clipped);
  });
  return sum / probabilities.length;
}

/** Expected calibration error: the mean distance of what was said from what happened, in ten equally wide bins. */
export function calibrationError(probabilities: readonly number[], happened: readonly boolean[]): number | null {
  if (probabilities.length === 0) return null;
  const gaps = new Float64Array(10);
  probabilities.forEach((probability, i) => {
    const bin = Math.min(9, Math.floor(probability * 10));
    gaps[bin] = gaps[bin]! + probability - (happened[i] ? 1 : 0);
  });
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / probabilities.length;
}

interface Tie {
  hits: number;
  misses: number;
}

/** Groups of equal scores, in order. */
function tiesOf(
  scores: readonly number[],
  happened: readonly boolean[],
  order: (a: number, b: number) => number,
): readonly Tie[] {
  const places = [...scores.keys()].toSorted((a, b) => order(scores[a]!, scores[b]!));
  const ties: Tie[] = [];
  let last = Number.NaN;
  for (const place of places) {
    if (scores[place] !== last) ties.push({ hits: 0, misses: 0 });
    last = scores[place]!;
    ties[ties.length - 1]![happened[place] ? 'hits' : 'misses'] += 1;
  }
  return ties;
}
