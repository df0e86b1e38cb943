import { grown } from '../kernel/grown.ts';
import { ExactSums } from './exact-sums.ts';

/** Exact sums of many places, most of which stay nought: those take four bytes, the others 28. */
export class SlotSums {
  #sums = new Int32Array(0); // by place: the number of its sum, and one; 0: it has none
  readonly #exact = new ExactSums(0);
  #count = 0;

  /** Makes room for so many places. */
  reserve(places: number): void {
    if (places > this.#sums.length) this.#sums = grown(this.#sums, places);
  }

  add(place: number, side: 0 | 1, term: number): void {
    if (term !== 0) this.#exact.add(this.#sumOf(place), side, term);
  }

  set(place: number, value: bigint): void {
    if (value !== 0n || this.#sums[place] !== 0) this.#exact.set(this.#sumOf(place), value);
  }

  of(place: number, side: 0 | 1): bigint {
    const sum = this.#sums[place]!;
    return sum === 0 ? 0n : this.#exact.of(sum - 1, side);
  }

  #sumOf(place: number): number {
    const known = this.#sums[place]!;
    if (known > 0) return known - 1;
    this.#exact.reserve(this.#count + 1);
    this.#sums[place] = ++this.#count;
    return this.#count - 1;
  }
}
