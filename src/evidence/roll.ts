import type { Bytes } from '../db/bytes.ts';
import { grown } from '../kernel/grown.ts';
import { tailOf } from './seen.ts';

const WORDS = 4; // an id
const ROOM = 1024; // to begin with
const RECENT = 4;

/** Ids by number, from nought on: whatever is known of them can be kept in columns. Some 150 bytes each. */
export class Roll {
  readonly #numbers = new Map<string, number>();
  readonly #texts: string[] = [];
  /** Of an order's three parties each is asked for several times, one after the other: a map of so many is slow, since it lies all over memory. */
  readonly #recent: string[] = Array.from({ length: RECENT }, () => '');
  readonly #recentNumbers = new Int32Array(RECENT);
  #next = 0;
  #words = new Uint32Array(WORDS * ROOM);
  #tails = new Int32Array(ROOM);

  get size(): number {
    return this.#texts.length;
  }

  /** The next one, where it has none yet. */
  numberOf(id: string): number {
    for (let i = 0; i < RECENT; i++) if (this.#recent[i] === id) return this.#recentNumbers[i]!;
    const number = this.#numbers.get(id) ?? this.#add(id);
    this.#next = (this.#next + 1) % RECENT;
    this.#recent[this.#next] = id;
    this.#recentNumbers[this.#next] = number;
    return number;
  }

  #add(id: string): number {
    const number = this.#texts.length;
    if (number === this.#tails.length) {
      this.#words = grown(this.#words, 0);
      this.#tails = grown(this.#tails, 0);
    }
    this.#numbers.set(id, number);
    this.#texts.push(id);
    putWords(id, this.#words, WORDS * number);
    this.#tails[number] = tailOf(id);
    return number;
  }

  textOf(number: number): string {
    return this.#texts[number]!;
  }

  /** By which `Seen` knows it. */
  tailOf(number: number): number {
    return this.#tails[number]!;
  }

  write(bytes: Bytes, number: number): void {
    bytes.words(this.#words, WORDS * number);
  }

  /** In the order of the ids, as an index has them. */
  inOrder(numbers: Uint32Array): Uint32Array {
    const words = this.#words;
    return numbers.toSorted((a, b) => {
      for (let at = WORDS * a, other = WORDS * b, end = at + WORDS; at < end; at++, other++)
        if (words[at] !== words[other]) return words[at]! < words[other]! ? -1 : 1;
      return 0;
    });
  }
}

/** The 16 bytes of an id, the highest first. */
export function putWords(id: string, words: Uint32Array, at: number): void {
  words[at] = Number.parseInt(id.slice(0, 8), 16);
  words[at + 1] = Number.parseInt(id.slice(9, 13) + id.slice(14, 18), 16);
  words[at + 2] = Number.parseInt(id.slice(19, 23) + id.slice(24, 28), 16);
  words[at + 3] = Number.parseInt(id.slice(28), 16);
}

/** The id of these words. */
export function textOfWords(words: Uint32Array, at: number): string {
  const hex = Array.from(words.subarray(at, at + WORDS), (word) => word.toString(16).padStart(8, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
