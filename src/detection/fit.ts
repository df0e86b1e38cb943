import type { Steps } from './llr.ts';

/** Added to each cell, as if half a fake and half an honest one had been seen there: no ratio is ever infinite. */
const SMOOTHING = 0.5;

/**
 * The steps of a code from labelled strengths, by weight of evidence: the log of the share of fakes over the share of honest ones
 * in each of at most `bins` bins of equal size, made to rise by pooling adjacent violators.
 *
 * After I. J. Good, "Weight of evidence" (1950); M. Ayer et al., Ann. Math. Stat. 26 (1955) for the pooling.
 */
export function fitSteps(strengths: ArrayLike<number>, isFake: ArrayLike<number | boolean>, bins = 20): Steps {
  const cells = pooled(cellsOf(strengths, isFake, bins));
  const fakes = cells.reduce((sum, cell) => sum + cell.fakes, 0);
  const honest = cells.reduce((sum, cell) => sum + cell.honest, 0);
  return cells.map((cell, i) => {
    const shareOfFakes = (cell.fakes + SMOOTHING) / (fakes + SMOOTHING * cells.length);
    const shareOfHonest = (cell.honest + SMOOTHING) / (honest + SMOOTHING * cells.length);
    return [i === 0 ? Number.NEGATIVE_INFINITY : cell.from, Math.log(shareOfFakes / shareOfHonest)];
  });
}

interface Cell {
  readonly from: number; // its least strength
  readonly fakes: number;
  readonly honest: number;
}

/** Bins of about equal size; equal strengths are never parted. */
function cellsOf(strengths: ArrayLike<number>, isFake: ArrayLike<number | boolean>, bins: number): Cell[] {
  const order = Float64Array.from({ length: strengths.length }, (_, i) => i).sort(
    (a, b) => strengths[a]! - strengths[b]!,
  );
  const size = Math.max(1, Math.ceil(order.length / bins));
  const cells: { from: number; fakes: number; honest: number }[] = [];
  let last = { from: Number.NaN, fakes: 0, honest: 0 };
  let previous = Number.NaN;
  for (const index of order) {
    const strength = strengths[index]!;
    if (cells.length === 0 || (last.fakes + last.honest >= size && strength !== previous)) {
      last = { from: strength, fakes: 0, honest: 0 };
      cells.push(last);
    }
    last[isFake[index] ? 'fakes' : 'honest'] += 1;
    previous = strength;
  }
  return cells;
}

/** Neighbours whose share of fakes falls are made one, until it rises throughout. */
function pooled(cells: readonly Cell[]): Cell[] {
  const rising: Cell[] = [];
  for (const each of cells) {
    let cell = each;
    for (let below = rising.at(-1); below && shareOf(below) >= shareOf(cell); below = rising.at(-1)) {
      rising.pop();
      cell = { from: below.from, fakes: below.fakes + cell.fakes, honest: below.honest + cell.honest };
    }
    rising.push(cell);
  }
  return rising;
}

const shareOf = ({ fakes, honest }: Cell): number => (fakes + SMOOTHING) / (fakes + honest + 2 * SMOOTHING);
