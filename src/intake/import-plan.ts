/** Where a row is, and when what it tells of began. */
export interface Place {
  readonly at: number; // ms since 1970
  readonly file: number; // index
  readonly offset: number; // bytes
  readonly length: number;
  readonly line: number;
}

const HASH_BYTES = 16;

/** The order in which rows are taken in. It holds 46 bytes a row, so that ten million rows fit easily. */
export class Plan {
  #size = 0;
  #at = new Float64Array(1024);
  #hashes = Buffer.alloc(HASH_BYTES * 1024);
  #offset = new Float64Array(1024);
  #length = new Uint32Array(1024);
  #line = new Uint32Array(1024);
  #file = new Uint16Array(1024);
  #isSorted = true;

  get size(): number {
    return this.#size;
  }

  /** `contentHash`: 16 bytes of what the row says. Of the same time the smaller comes first. */
  add({ at, file, offset, length, line }: Place, contentHash: Buffer): void {
    const i = this.#size++;
    if (i === this.#at.length) this.#grow();
    this.#at[i] = at;
    contentHash.copy(this.#hashes, HASH_BYTES * i);
    if (i > 0 && this.#compare(i, i - 1) < 0) this.#isSorted = false;
    this.#offset[i] = offset;
    this.#length[i] = length;
    this.#line[i] = line;
    this.#file[i] = file;
  }

  get(row: number): Place {
    return {
      at: this.#at[row]!,
      file: this.#file[row]!,
      offset: this.#offset[row]!,
      length: this.#length[row]!,
      line: this.#line[row]!,
    };
  }

  contentHashOf(row: number): Buffer {
    return this.#hashes.subarray(HASH_BYTES * row, HASH_BYTES * (row + 1));
  }

  /** By time, then by what they say, so that the order of a file makes no difference. */
  #compare(a: number, b: number): number {
    return this.#at[a]! - this.#at[b]! || this.#tieOf(a) - this.#tieOf(b);
  }

  #tieOf(row: number): number {
    return this.#hashes.readUIntBE(HASH_BYTES * row, 6);
  }

  /** The rows in their order; where it does not tell them apart, those that were added first come first. */
  sorted(): Uint32Array {
    const rows = Uint32Array.from({ length: this.#size }, (_, i) => i);
    if (this.#isSorted) return rows;
    return rows.toSorted((a, b) => this.#compare(a, b) || a - b);
  }

  #grow(): void {
    const grown = <T extends Float64Array | Uint32Array | Uint16Array>(old: T): T => {
      const larger = new (old.constructor as new (length: number) => T)(old.length * 2);
      larger.set(old);
      return larger;
    };
    this.#at = grown(this.#at);
    this.#hashes = Buffer.concat([this.#hashes], 2 * this.#hashes.length);
    this.#offset = grown(this.#offset);
    this.#length = grown(this.#length);
    this.#line = grown(this.#line);
    this.#file = grown(this.#file);
  }
}
