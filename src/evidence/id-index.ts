const EMPTY = -1;

/**
 * Which number each id has, of ids in their order: for millions of them, each sixteen bytes as they are copied. As texts in a map they would
 * take four times as much.
 */
export class IdIndex {
  #words: Uint32Array; // four an id
  #places: Int32Array; // by hash: the number of an id, or EMPTY
  #count = 0;

  /** `expected`: where there are more, it grows. */
  constructor(expected: number) {
    this.#words = new Uint32Array(4 * Math.max(1, expected));
    this.#places = new Int32Array(2 ** Math.ceil(Math.log2(2 * expected + 2))).fill(EMPTY);
  }

  get size(): number {
    return this.#count;
  }

  /** Gives the next number to the id that begins there. It must not have one yet. */
  add(bytes: Buffer, at: number): number {
    if (4 * this.#count === this.#words.length) this.#grow();
    const number = this.#count++;
    for (let i = 0; i < 4; i++) this.#words[4 * number + i] = wordAt(bytes, at + 4 * i);
    this.#place(number);
    return number;
  }

  #place(number: number): void {
    const places = this.#places;
    const mask = places.length - 1;
    let place = hashOf(this.#words[4 * number + 2]!, this.#words[4 * number + 3]!) & mask;
    while (places[place] !== EMPTY) place = (place + 1) & mask;
    places[place] = number;
  }

  #grow(): void {
    const words = new Uint32Array(2 * this.#words.length);
    words.set(this.#words);
    this.#words = words;
    this.#places = new Int32Array(2 * this.#places.length).fill(EMPTY);
    for (let number = 0; number < this.#count; number++) this.#place(number);
  }

  /** The same ids under other numbers: `numbers` by the old one. */
  renumbered(numbers: Int32Array): IdIndex {
    const other = new IdIndex(this.#count);
    other.#count = this.#count;
    for (let number = 0; number < this.#count; number++)
      other.#words.set(this.#words.subarray(4 * number, 4 * number + 4), 4 * numbers[number]!);
    for (let number = 0; number < this.#count; number++) other.#place(number);
    return other;
  }

  /** The number of the id that begins there: the next one, if it has none yet. */
  numberOf(bytes: Buffer, at: number): number {
    const known = this.find(bytes, at);
    return known === EMPTY ? this.add(bytes, at) : known;
  }

  idOf(number: number): string {
    const hex = Array.from(this.#words.subarray(4 * number, 4 * number + 4), (word) =>
      word.toString(16).padStart(8, '0'),
    ).join('');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }

  /** The number of an id; undefined if it has none. */
  known(id: string): number | undefined {
    const number = this.find(Buffer.from(id.replaceAll('-', ''), 'hex'), 0);
    return number === EMPTY ? undefined : number;
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
