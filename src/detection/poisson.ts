/**
 * How surprising `seen` events are where `expected` would be ordinary: −log10 P(X ≥ seen), X Poisson. 0 where no more came than
 * was expected; 3 is once in a thousand.
 */
export function surpriseOf(seen: number, expected: number): number {
  if (seen <= expected || seen <= 0) return 0;
  const mean = Math.max(expected, 1e-9);
  let ratio = 1;
  let sum = 1; // of P(seen), P(seen + 1), …, each as a multiple of the first
  for (let k = seen + 1; ratio > 1e-9 * sum; k++) {
    ratio *= mean / k;
    sum += ratio;
  }
  const first = seen * Math.log(mean) - mean - logFactorial(seen);
  return Math.max(0, -(first + Math.log(sum)) / Math.LN10);
}

/** ln n!, by Stirling's series above 20: off by less than 1e-9. */
function logFactorial(n: number): number {
  if (n < SMALL.length) return SMALL[n]!;
  return n * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI * n) + 1 / (12 * n) - 1 / (360 * n * n * n);
}

const SMALL = new Float64Array(20);
for (let n = 2; n < SMALL.length; n++) SMALL[n] = SMALL[n - 1]! + Math.log(n);
