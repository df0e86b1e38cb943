import type { CompiledPolicy } from './compiled.ts';
import { scoreOfTotals, type Totals } from './grade.ts';

/** Points within which a score is taken to stand at an edge already: far more than what floating point may err by. */
const TOUCHING = 1e-6;

/**
 * For how long a subject's score and level stay as they are at `at` if nothing happens but time, in ms: before `at` and after it. 0 where
 * they may change at any moment; Infinity where time changes nothing.
 *
 * A mass fades by λ = ln 2 / half-life. As d/dt ln(1+G/G0) = −λ·G/(G0+G), neither side of S moves faster than pdo·λ/ln 2 points a
 * millisecond, and the two sides move against each other: |dS/dt| ≤ pdo/ln 2·λ, with the greater λ. For the deviation, pdo/ln 2·√u with
 * u = 1/(G0+G) + 1/(B0+B): |du/dt| ≤ λ·u, so that √u moves by λ/2·√u at most, and u ≤ 1/G0 + 1/B0.
 */
export function steadyMs(policy: CompiledPolicy, totals: Totals, at: number): number {
  if (totals.conditions) return 0; // they begin and end by themselves
  const { level, exactScore, lowScore } = scoreOfTotals(policy, totals, at);
  if (level === 'NOT_RATED') return Number.POSITIVE_INFINITY; // for want of deals or people, which no time brings
  const { score, low } = fastest(policy);
  const toRounding = 0.5 - Math.abs(exactScore - Math.round(exactScore));
  let toCut = Number.POSITIVE_INFINITY;
  for (const { cut } of policy.ladder) toCut = Math.min(toCut, Math.abs(lowScore - cut));
  return Math.max(0, Math.min((toRounding - TOUCHING) / score, (toCut - TOUCHING) / low));
}

/** Points a millisecond that a score, and a score less its deviation, move at most. */
function fastest({ document, priorGood, priorBad, goodHalfLife, badHalfLife }: CompiledPolicy) {
  const fading = Math.LN2 / Math.min(goodHalfLife, badHalfLife);
  const points = document.scale.pdo / Math.LN2;
  return { score: points * fading, low: points * fading * (1 + Math.sqrt(1 / priorGood + 1 / priorBad) / 2) };
}
