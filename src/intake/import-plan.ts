/** Where a row is, and when what it tells of began. */
export interface Place {
  readonly at: number; // ms since 1970
  readonly tie: number; // of the same time the smaller comes first; 0 to 2^48 - 1
  readonly file: number; // index
  readonly offset: number; // bytes
  readonly length: number;
  readonly line: number;
}

/** The order in which rows are taken in. It holds 38 bytes a row, so that ten million rows fit easily. */
export class Plan {
  #size = 0;
  #at = new Float64Array(1024);
  #tie = new Float64Array(1024);
  #offset = new Float64Array(1024);
  #length = new Uint32Array(1024);
  #line = new Uint32Array(1024);
  #file = new Uint16Array(1024);
  #isSorted = true;

  get size(): number {
    return this.#size;
  }

  add({ at, tie, file, offset, length, line }: Place): void {
    const i = this.#size++;
    if (i === this.#at.length) this.#grow();
    if (i > 0 && (at - this.#at[i - 1]! || tie - this.#tie[i - 1]!) < 0) this.#isSorted = false;
    this.#at[i] = at;
    this.#tie[i] = tie;
    this.#offset[i] = offset;
    this.#length[i] = length;
    this.#line[i] = line;
    this.#file[i] = file;
  }

  get(row: number): Place {
    return {
      at: this.#at[row]!,
      tie: this.#tie[row]!,
      file: this.#file[row]!,
      offset: this.#offset[row]!,
      length: this.#length[row]!,
      line: this.#line[row]!,
    };
  }

  /** The rows by time, then by tie; where both are the same, those that were added first come first. */
  sorted(): Uint32Array {
    const rows = Uint32Array.from({ length: this.#size }, (_, i) => i);
    if (this.#isSorted) return rows;
    return rows.toSorted((a, b) => this.#at[a]! - this.#at[b]! || this.#tie[a]! - this.#tie[b]! || a - b);
  }

  #grow(): void {
    const grown = <T extends Float64Array | Uint32Array | Uint16Array>(old: T): T => {
      const larger = new (old.constructor as new (length: number) => T)(old.length * 2);
      larger.set(old);
      return larger;
    };
    this.#at = grown(this.#at);
    this.#tie = grown(this.#tie);
    this.#offset = grown(this.#offset);
    this.#length = grown(this.#length);
    this.#line = grown(this.#line);
    this.#file = grown(this.#file);
  }
}
