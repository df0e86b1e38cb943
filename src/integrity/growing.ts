import { uuidFrom } from '../db/copied-rows.ts';

type Numbers = Int8Array | Uint8Array | Int32Array | Float64Array;
interface KindOf<Values extends Numbers> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: SharedArrayBuffer, from: number, length: number): Values;
}

const FIRST_ROOM = 1024;
const MOST_BYTES = 2 ** 31; // of addresses, not of memory: 268 million instants

/**
 * A column that grows where it is: nothing is copied, and what is not written yet takes no memory. It is shared, so that the thread that
 * looks at it has no copy of its own.
 */
export class Growing<Values extends Numbers> {
  readonly #buffer: SharedArrayBuffer;
  readonly #kind: KindOf<Values>;
  #values: Values; // as much as there is room for
  #length = 0;

  constructor(kind: KindOf<Values>) {
    this.#kind = kind;
    this.#buffer = new SharedArrayBuffer(FIRST_ROOM * kind.BYTES_PER_ELEMENT, { maxByteLength: MOST_BYTES });
    this.#values = this.#upTo(FIRST_ROOM);
  }

  #upTo(length: number): Values {
    return new this.#kind(this.#buffer, 0, length);
  }

  push(value: number): void {
    if (this.#length === this.#values.length) this.#widen();
    this.#values[this.#length++] = value;
  }

  /** What was not set before it is 0. */
  set(place: number, value: number): void {
    while (place >= this.#values.length) this.#widen();
    this.#values[place] = value;
    this.#length = Math.max(this.#length, place + 1);
  }

  #widen(): void {
    const length = 2 * this.#values.length;
    this.#buffer.grow(length * this.#kind.BYTES_PER_ELEMENT);
    this.#values = this.#upTo(length);
  }

  done(): Values {
    return this.#upTo(this.#length);
  }
}

const IDS_A_BLOCK = 65_536;
const ID_BYTES = 16;

/** Ids as they come, 16 bytes each: as texts they would take four times as much. */
export class Ids {
  readonly #blocks: Buffer[] = [];
  #count = 0;

  push(bytes: Buffer, at: number): void {
    const place = this.#count++ % IDS_A_BLOCK;
    if (place === 0) this.#blocks.push(Buffer.allocUnsafe(ID_BYTES * IDS_A_BLOCK));
    bytes.copy(this.#blocks.at(-1)!, ID_BYTES * place, at, at + ID_BYTES);
  }

  /** Its 16 bytes. */
  of(row: number): Buffer {
    const at = ID_BYTES * (row % IDS_A_BLOCK);
    return this.#blocks[Math.floor(row / IDS_A_BLOCK)]!.subarray(at, at + ID_BYTES);
  }

  textOf(row: number): string {
    return uuidFrom(this.of(row).toString('latin1'));
  }
}
