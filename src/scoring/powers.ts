/**
 * 2^x and log2 x from IEEE + − × ÷ alone: Math.pow, exp and log differ between engines in the last bit, and a grade must be the
 * same on every machine for ever.
 */
const TAYLOR = [
  // (ln 2)^n / n!, n = 13 down to 0: on [-½, ½] the rest of the series is below 2e-17
  1.3691488853904128e-12,
  2.5678435993488206e-11,
  4.4455382718708116e-10,
  7.054911620801123e-9,
  1.01780860092397e-7,
  1.321548679014431e-6,
  1.5252733804059841e-5,
  0.0001540353039338161,
  0.0013333558146428443,
  0.009618129107628477,
  0.05550410866482158,
  0.24022650695910072,
  Math.LN2,
  1,
] as const;

const LEAST_EXPONENT = -1074;
const MOST_EXPONENT = 1023;
const WHOLE_POWERS = wholePowers();

/** 2^n for a whole n, exact; 0 and Infinity beyond what a double holds. */
export function wholePowerOfTwo(n: number): number {
  if (n < LEAST_EXPONENT) return 0;
  return n > MOST_EXPONENT ? Infinity : WHOLE_POWERS[n - LEAST_EXPONENT]!;
}

/** 2^(part/whole) with an error below 1e-15 of it; both whole numbers, so that a long time loses no digit on its way. */
export function powerOfTwo(part: number, whole: number): number {
  const n = Math.round(part / whole);
  return fractionalPower((part - n * whole) / whole) * wholePowerOfTwo(n);
}

/** 2^f for f in [-½, ½]. */
function fractionalPower(f: number): number {
  let sum = 0;
  for (let i = 0; i < TAYLOR.length; i++) sum = sum * f + TAYLOR[i]!; // an iterator would be made anew each time
  return sum;
}

const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);
const HIGH = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0; // which half holds the exponent
const TWO_OVER_LN2 = 2.8853900817779268;
const ODD_RECIPROCALS = [23, 21, 19, 17, 15, 13, 11, 9, 7, 5, 3, 1].map((odd) => 1 / odd);

/** log2 x for a normal x > 0: x = m·2^n with m near 1, and ln m = 2 artanh((m−1)/(m+1)). */
export function log2(x: number): number {
  double[0] = x;
  let n = ((halves[HIGH]! >>> 20) & 0x7ff) - 1023;
  let m = x / wholePowerOfTwo(n);
  if (m > Math.SQRT2) {
    m /= 2;
    n += 1;
  }
  const s = (m - 1) / (m + 1);
  const square = s * s;
  let series = 0;
  for (let i = 0; i < ODD_RECIPROCALS.length; i++) series = series * square + ODD_RECIPROCALS[i]!;
  return n + TWO_OVER_LN2 * s * series;
}

function wholePowers(): Float64Array {
  const powers = new Float64Array(MOST_EXPONENT - LEAST_EXPONENT + 1);
  powers[-LEAST_EXPONENT] = 1;
  for (let n = 1; n <= MOST_EXPONENT; n++) powers[n - LEAST_EXPONENT] = powers[n - 1 - LEAST_EXPONENT]! * 2;
  for (let n = -1; n >= LEAST_EXPONENT; n--) powers[n - LEAST_EXPONENT] = powers[n + 1 - LEAST_EXPONENT]! / 2;
  return powers;
}
