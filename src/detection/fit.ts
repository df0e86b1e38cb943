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
  const order = Float64Array.from({ length: strengths.length }, (_, i) => i).toSorted(
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

const ROUNDS = 12;
/** As if so much weight of cases said that a code tells nothing. */
const RIDGE = 1;

/**
 * How much of each code's weight to keep, 0 to 1, where codes tell partly the same: logistic regression over their weights by
 * Newton's method, held within the bounds after each round. A row of `weights` holds the codes' weights of one case.
 */
export function fitShares(weights: readonly Float64Array[], isFake: ArrayLike<number | boolean>): Float64Array {
  const width = (weights[0]?.length ?? 0) + 1;
  const shares = new Float64Array(width); // the intercept comes first
  for (let round = 0; round < ROUNDS; round++) {
    const step = solved(newtonSystem(weights, isFake, shares));
    for (let i = 0; i < width; i++) {
      const moved = shares[i]! - step[i]!;
      shares[i] = i === 0 ? moved : Math.min(1, Math.max(0, moved));
    }
  }
  return shares.slice(1);
}

/** The curvature of the loss and, as its last column, the slope. */
function newtonSystem(
  weights: readonly Float64Array[],
  isFake: ArrayLike<number | boolean>,
  shares: Float64Array,
): Float64Array[] {
  const width = shares.length;
  const system = Array.from({ length: width }, (_, i) => {
    const row = new Float64Array(width + 1);
    if (i > 0) row[i] = RIDGE;
    if (i > 0) row[width] = RIDGE * shares[i]!;
    return row;
  });
  for (const [index, row] of weights.entries()) {
    const inputs = [1, ...row];
    const sum = inputs.reduce((total, input, i) => total + input * shares[i]!, 0);
    const probability = 1 / (1 + Math.exp(-sum));
    const curve = Math.max(1e-6, probability * (1 - probability));
    const surplus = probability - (isFake[index] ? 1 : 0);
    for (let i = 0; i < width; i++) {
      const line = system[i]!;
      for (let j = 0; j < width; j++) line[j]! += curve * inputs[i]! * inputs[j]!;
      line[width]! += surplus * inputs[i]!;
    }
  }
  return system;
}

/** Gauss and Jordan; the ridge keeps every pivot above 0. */
function solved(system: Float64Array[]): Float64Array {
  const width = system.length;
  for (let pivot = 0; pivot < width; pivot++) {
    const line = system[pivot]!;
    const head = line[pivot]!;
    for (let j = pivot; j <= width; j++) line[j]! /= head;
    for (const other of system) {
      const factor = other === line ? 0 : other[pivot]!;
      if (factor !== 0) for (let j = pivot; j <= width; j++) other[j]! -= factor * line[j]!;
    }
  }
  return Float64Array.from(system, (line) => line[width]!);
}
