import { grown } from '../kernel/grown.ts';
import { wholePowerOfTwo } from '../scoring/powers.ts';

const LIMB = 0x1_0000_0000;
const TOP = LIMB * LIMB;
const LARGEST = 2 ** 48; // of what is added to the highest limb
const FULL = 2 ** 52; // a limb that holds more is emptied: no addition may lose a bit
const MOST_BITS = 900; // so that the reciprocal is no denormal number

/** Of the first term, so many bits are kept; terms grow with time, and those of 28 half-lives before and 32 after it fit in. */
const FIRST = 80;

/**
 * Sums of whole numbers that come as doubles, exactly: what big integers would give, for a tenth of the time. Each is kept in three
 * limbs, of which the lowest counts 2^bits; what does not fit into them, as a big integer beside. Numbers of about one size belong to
 * one side of them.
 */
export class ExactSums {
  #limbs: Float64Array<ArrayBuffer>;
  readonly #beside = new Map<number, bigint>();
  readonly #bits = new Int32Array(2); // by side
  readonly #reciprocals = new Float64Array(2); // 2^−bits; 0: not known yet

  constructor(sums: number) {
    this.#limbs = new Float64Array(3 * sums);
  }

  /** A sum has but one side. */
  add(sum: number, side: 0 | 1, term: number): void {
    if (term === 0) return;
    const size = Math.abs(term) * (this.#reciprocals[side]! || this.#measure(side, term));
    const top = Math.floor(size / TOP);
    if (top > LARGEST || Math.floor(size) !== size) return this.#putBeside(sum, BigInt(term));
    const sign = term < 0 ? -1 : 1;
    const below = size - top * TOP;
    const middle = Math.floor(below / LIMB);
    const at = 3 * sum;
    const limbs = this.#limbs;
    const low = (limbs[at]! += sign * (below - middle * LIMB));
    const next = (limbs[at + 1]! += sign * middle);
    const high = (limbs[at + 2]! += sign * top);
    if (isFull(low) || isFull(next) || isFull(high)) this.#empty(sum, side);
  }

  /** The sum so far. */
  of(sum: number, side: 0 | 1): bigint {
    const beside = this.#beside.size === 0 ? 0n : (this.#beside.get(sum) ?? 0n);
    return beside + this.#inLimbs(sum, side);
  }

  /** Makes room for so many sums, if there is none yet. */
  reserve(sums: number): void {
    if (3 * sums > this.#limbs.length) this.#limbs = grown(this.#limbs, Math.max(3 * sums, 2 * this.#limbs.length));
  }

  set(sum: number, value: bigint): void {
    this.#limbs.fill(0, 3 * sum, 3 * sum + 3);
    if (value === 0n) this.#beside.delete(sum);
    else this.#beside.set(sum, value);
  }

  #measure(side: 0 | 1, first: number): number {
    const bits = Math.min(MOST_BITS, Math.max(0, Math.ceil(Math.log2(Math.abs(first))) - FIRST));
    this.#bits[side] = bits;
    return (this.#reciprocals[side] = wholePowerOfTwo(-bits));
  }

  #inLimbs(sum: number, side: 0 | 1): bigint {
    const low = this.#limbs[3 * sum]!;
    const middle = this.#limbs[3 * sum + 1]!;
    const high = this.#limbs[3 * sum + 2]!;
    if (low === 0 && middle === 0 && high === 0) return 0n;
    return ((((BigInt(high) << 32n) + BigInt(middle)) << 32n) + BigInt(low)) << BigInt(this.#bits[side]!);
  }

  #empty(sum: number, side: 0 | 1): void {
    this.#putBeside(sum, this.#inLimbs(sum, side));
    this.#limbs.fill(0, 3 * sum, 3 * sum + 3);
  }

  #putBeside(sum: number, more: bigint): void {
    this.#beside.set(sum, (this.#beside.get(sum) ?? 0n) + more);
  }
}

const isFull = (limb: number): boolean => limb > FULL || limb < -FULL;
