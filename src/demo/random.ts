/**
 * A seeded source of randomness: sfc32 (C. Doty-Humphrey, PractRand). Made of integer steps and IEEE + − × ÷ alone, so that a
 * seed means the same market on every machine and engine; Math.exp and its kin may differ in the last bit.
 */
export class Random {
  readonly #seed: number;
  #a: number;
  #b = 0x9e3779b9;
  #c = 0x243f6a88;
  #counter = 1;

  constructor(seed: number) {
    this.#seed = seed | 0;
    this.#a = seed | 0;
    for (let i = 0; i < 15; i++) this.next();
  }

  /** An own stream for one purpose. It does not depend on what was drawn before, so that a change here leaves the rest as it was. */
  fork(purpose: string): Random {
    let hash = this.#seed ^ 0x811c9dc5; // FNV-1a
    for (let i = 0; i < purpose.length; i++) hash = Math.imul(hash ^ purpose.charCodeAt(i), 0x01000193);
    return new Random(hash);
  }

  /** From 0 to 1, without 1. */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4294967296;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** An integer from 0 to `limit`, without `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  pick<T>(list: readonly T[]): T {
    const found = list[this.below(list.length)];
    if (found === undefined) throw new RangeError('nothing to pick from');
    return found;
  }

  /** `count` of the list, or all where there are fewer, in any order (Fisher and Yates). */
  some<T>(list: readonly T[], count = list.length): T[] {
    const all = [...list];
    const wanted = Math.min(count, all.length);
    for (let i = 0; i < wanted; i++) {
      const other = i + this.below(all.length - i);
      [all[i], all[other]] = [all[other]!, all[i]!];
    }
    return all.slice(0, wanted);
  }

  /** Mean 0, deviation 1, never beyond ±3.5: the sum of four uniform draws. */
  normal(): number {
    return (this.next() + this.next() + this.next() + this.next() - 2) * 1.7320508075688772;
  }

  logNormal(median: number, sigma: number): number {
    return median * exp(sigma * this.normal());
  }
}

/** e^x to 1e-4 for |x| ≤ 4: (1 + x/65536)^65536 by sixteen squarings. */
function exp(x: number): number {
  let power = 1 + x / 65536;
  for (let i = 0; i < 16; i++) power *= power;
  return power;
}

/** Running totals of `weights`: what `drawn` searches. */
export function totalsOf(weights: readonly number[]): Float64Array {
  const totals = new Float64Array(weights.length);
  let total = 0;
  for (const [index, weight] of weights.entries()) totals[index] = total += weight;
  return totals;
}

/** An index from `first` to `end` (without it), each as likely as its weight. */
export function drawn(random: Random, totals: Float64Array, first = 0, end = totals.length): number {
  const low = first === 0 ? 0 : (totals[first - 1] ?? 0);
  return Math.min(firstAbove(totals, random.between(low, totals[end - 1] ?? 0)), end - 1);
}

/** How many of the rising `values` are no greater than `limit`. */
export function firstAbove(values: Float64Array, limit: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
