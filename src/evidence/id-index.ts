const EMPTY = -1;

/** Which number each id has, of ids in their order: for millions of them, each sixteen bytes as they are copied. */
export class IdIndex {
  readonly #words: Uint32Array; // four an id
  readonly #places: Int32Array; // by hash: the number of an id, or EMPTY
  #count = 0;

  constructor(most: number) {
    this.#words = new Uint32Array(4 * most);
    this.#places = new Int32Array(2 ** Math.ceil(Math.log2(2 * most + 2))).fill(EMPTY);
  }

  get size(): number {
    return this.#count;
  }

  /** Gives the next number to the id that begins there. It must not have one yet. */
  add(bytes: Buffer, at: number): number {
    const number = this.#count++;
    for (let i = 0; i < 4; i++) this.#words[4 * number + i] = wordAt(bytes, at + 4 * i);
    const mask = this.#places.length - 1;
    let place = hashOf(wordAt(bytes, at + 8), wordAt(bytes, at + 12)) & mask;
    while (this.#places[place] !== EMPTY) place = (place + 1) & mask;
    this.#places[place] = number;
    return number;
  }

  idOf(number: number): string {
    const hex = Array.from(this.#words.subarray(4 * number, 4 * number + 4), (word) =>
      word.toString(16).padStart(8, '0'),
    ).join('');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }

  /** The number of the id that begins there; −1 if it has none. */
  find(bytes: Buffer, at: number): number {
    const third = wordAt(bytes, at + 8);
    const fourth = wordAt(bytes, at + 12);
    const mask = this.#places.length - 1;
    const words = this.#words;
    for (let place = hashOf(third, fourth) & mask; ; place = (place + 1) & mask) {
      const number = this.#places[place]!;
      if (number === EMPTY) return EMPTY;
      const word = 4 * number;
      if (
        words[word + 3] === fourth &&
        words[word + 2] === third &&
        words[word + 1] === wordAt(bytes, at + 4) &&
        words[word] === wordAt(bytes, at)
      )
        return number;
    }
  }
}

/** Numbers above 2^31 come out negative, and are stored as what they stand for. */
const wordAt = (bytes: Buffer, at: number): number =>
  ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;

/** Version 7 ids begin with the time, and end with chance; those of tests and imports may end with a count. */
const hashOf = (third: number, fourth: number): number => {
  const mixed = Math.imul(third ^ Math.imul(fourth, 0x9e3779b1), 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
};
