import { grown } from '../kernel/grown.ts';

/**
 * Numbers from nought on for pairs of numbers, in the order in which they are met: what is known of each is kept in columns beside. A map of
 * maps takes ten times the memory, all of which the collector goes through.
 */
export class Cells {
  #places: Int32Array; // by hash: a cell's number and one; 0: free
  #first: Int32Array;
  #second: Int32Array;
  #size = 0;

  /** `room`: for so many to begin with, a power of two. */
  constructor(room: number) {
    this.#places = new Int32Array(2 * room);
    this.#first = new Int32Array(room);
    this.#second = new Int32Array(room);
  }

  /** For how many there is room now. */
  get room(): number {
    return this.#first.length;
  }

  get size(): number {
    return this.#size;
  }

  first(cell: number): number {
    return this.#first[cell]!;
  }

  second(cell: number): number {
    return this.#second[cell]!;
  }

  /** −1: there is none. */
  find(first: number, second: number): number {
    return this.#places[this.#placeOf(first, second)]! - 1;
  }

  /** The next number, where they have none yet. */
  numberOf(first: number, second: number): number {
    const place = this.#placeOf(first, second);
    const known = this.#places[place]!;
    if (known > 0) return known - 1;
    if (this.#size === this.#first.length) {
      this.#grow();
      return this.numberOf(first, second);
    }
    const cell = this.#size++;
    this.#places[place] = cell + 1;
    this.#first[cell] = first;
    this.#second[cell] = second;
    return cell;
  }

  /** Where they are, or would be. */
  #placeOf(first: number, second: number): number {
    const places = this.#places;
    const mask = places.length - 1;
    for (let at = hashOf(first, second) & mask; ; at = (at + 1) & mask) {
      const cell = places[at]! - 1;
      if (cell < 0 || (this.#first[cell] === first && this.#second[cell] === second)) return at;
    }
  }

  #grow(): void {
    this.#first = grown(this.#first, 0);
    this.#second = grown(this.#second, 0);
    this.#places = new Int32Array(2 * this.#places.length);
    for (let cell = 0; cell < this.#size; cell++)
      this.#places[this.#placeOf(this.#first[cell]!, this.#second[cell]!)] = cell + 1;
  }
}

function hashOf(first: number, second: number): number {
  const mixed = Math.imul(first ^ Math.imul(second, 0x9e3779b1), 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
