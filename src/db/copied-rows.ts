import { setImmediate as othersTurn } from 'node:timers/promises';

const SIGNATURE_LENGTH = 19; // "PGCOPY\n\377\r\n\0", flags and the length of an extension that there never is
/** Postgres counts microseconds from 2000-01-01. */
const EPOCH_2000_MS = 946_684_800_000;
const HEADER = 5; // of a message: its letter, and its length, which counts itself
const COPY_DATA = 0x64; // d: a message with a row in it
/** Some megabytes may come at once: so often others have their turn meanwhile. */
const TURN_MS = 5;

/**
 * Reads rows from `copy … to stdout (format binary)`, as `copyOut` has them: millions of them, of which `pg` would take four times as
 * long. `take` reads the fields of one row, in their order; those at its end may be left.
 * https://www.postgresql.org/docs/18/sql-copy.html#SQL-COPY-FILE-FORMATS
 */
export async function readCopiedRows(
  chunks: AsyncIterable<Buffer>,
  columns: number,
  take: (row: CopiedRow) => void,
): Promise<void> {
  const reading: Reading = { columns, take, isStarted: false };
  let rest: Buffer = Buffer.alloc(0);
  let turnAt = performance.now();
  for await (const chunk of chunks) {
    rest = readMessages(rest.length === 0 ? chunk : Buffer.concat([rest, chunk]), reading);
    if (performance.now() - turnAt < TURN_MS) continue;
    await othersTurn();
    turnAt = performance.now();
  }
}

interface Reading {
  readonly columns: number;
  readonly take: (row: CopiedRow) => void;
  isStarted: boolean; // the first message has come
}

/** Reads the messages that are there as a whole; what is left of the bytes. */
function readMessages(bytes: Buffer, reading: Reading): Buffer {
  const row = new CopiedRow(bytes);
  let at = 0;
  while (at + HEADER <= bytes.length) {
    const end = at + 1 + bytes.readUInt32BE(at + 1);
    if (end > bytes.length) break;
    if (bytes[at] === COPY_DATA) {
      row.at = at + HEADER;
      readRow(row, end, reading);
    }
    at = end;
  }
  return bytes.subarray(at);
}

function readRow(row: CopiedRow, end: number, reading: Reading): void {
  if (!reading.isStarted) row.at += SIGNATURE_LENGTH;
  reading.isStarted = true;
  if (row.at === end) return;
  const found = row.columns();
  if (found === -1) return; // the end of all rows
  if (found !== reading.columns) throw new Error(`a copied row has ${found} columns, not ${reading.columns}`);
  reading.take(row);
}

/** Each of up to three letters has a key of its own. */
const LONGEST_WORD = 3;
const words = new Map<number, string>();

const ARRAY_HEADER = 24; // length, dimensions, nulls, type; then of the one dimension its length and first place

/** The fields of a row in turn. Each is its length, −1 for null, and its bytes, the highest first. */
export class CopiedRow {
  readonly bytes: Buffer;
  at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  columns(): number {
    this.at += 2;
    return this.bytes.readInt16BE(this.at - 2);
  }

  #length(): number {
    this.at += 4;
    return this.bytes.readInt32BE(this.at - 4);
  }

  /** An int2 that is never null. */
  small(): number {
    this.at += 6;
    return this.bytes.readInt16BE(this.at - 2);
  }

  /** An int4 that is never null. */
  int(): number {
    this.at += 8;
    return this.bytes.readInt32BE(this.at - 4);
  }

  flag(): boolean {
    this.at += 5;
    return this.bytes[this.at - 1] === 1;
  }

  /** An int8 within ±2^53. */
  big(): number | null {
    if (this.#length() < 0) return null;
    this.at += 8;
    return this.bytes.readInt32BE(this.at - 8) * 4_294_967_296 + this.bytes.readUInt32BE(this.at - 4);
  }

  double(): number | null {
    if (this.#length() < 0) return null;
    this.at += 8;
    return this.bytes.readDoubleBE(this.at - 8);
  }

  /** A timestamptz in ms since 1970. */
  instant(): number | null {
    const micros = this.big();
    return micros === null ? null : Math.floor(micros / 1000) + EPOCH_2000_MS;
  }

  /** The 16 bytes of a uuid as a text of as many characters. */
  uuid(): string | null {
    return this.text();
  }

  /** Where the 16 bytes of a uuid begin that is never null. */
  uuidAt(): number {
    this.at += 20;
    return this.at - 16;
  }

  /** Where the 16 bytes begin of a uuid, or of a keyed hash; −1 for null. */
  sixteenAt(): number {
    const length = this.#length();
    if (length < 0) return -1;
    if (length !== 16) throw new Error(`a copied value has ${length} bytes, not 16`);
    this.at += 16;
    return this.at - 16;
  }

  /** An int4. */
  whole(): number | null {
    if (this.#length() < 0) return null;
    this.at += 4;
    return this.bytes.readInt32BE(this.at - 4);
  }

  /** An int4[] that is never null, and has no nulls in it. */
  ints(): number[] {
    return this.#array(() => this.int());
  }

  /** A numeric[] of whole numbers, likewise. */
  numerics(): bigint[] {
    return this.#array(() => this.numeric());
  }

  #array<Value>(read: () => Value): Value[] {
    const end = this.at + 4 + this.bytes.readInt32BE(this.at);
    const count = this.bytes.readInt32BE(this.at + 4) === 0 ? 0 : this.bytes.readInt32BE(this.at + 16);
    this.at += ARRAY_HEADER;
    const values = Array.from({ length: count }, read);
    this.at = end;
    return values;
  }

  /** A numeric that is a whole number and never null: digits of four decimal places each, the highest first. */
  numeric(): bigint {
    const end = this.at + 4 + this.bytes.readInt32BE(this.at);
    const weight = this.bytes.readInt16BE(this.at + 6);
    const isNegative = this.bytes.readUInt16BE(this.at + 8) !== 0;
    let value = 0n;
    let places = weight + 1; // of four decimals, that are still to come
    for (this.at += 12; this.at < end; this.at += 2, places--)
      value = value * 10_000n + BigInt(this.bytes.readInt16BE(this.at));
    if (places > 0) value *= 10_000n ** BigInt(places);
    return isNegative ? -value : value;
  }

  /** A text of a few ASCII letters of which there are few, such as a currency. */
  word(): string | null {
    const length = this.#length();
    if (length < 0) return null;
    let key = length;
    for (const end = this.at + length; this.at < end; this.at++) key = Math.imul(key, 128) + this.bytes[this.at]!;
    const known = words.get(key);
    if (known !== undefined && length <= LONGEST_WORD) return known;
    const text = this.bytes.toString('latin1', this.at - length, this.at);
    if (length <= LONGEST_WORD) words.set(key, text);
    return text;
  }

  /** A field that nobody asks for. */
  pass(): void {
    const length = this.#length();
    if (length > 0) this.at += length;
  }

  /** Bytes as a text of as many characters. */
  text(): string | null {
    const length = this.#length();
    if (length < 0) return null;
    this.at += length;
    return this.bytes.toString('latin1', this.at - length, this.at);
  }
}

/** An id as it is copied, and back. */
export const copiedId = (uuid: string): string => Buffer.from(uuid.replaceAll('-', ''), 'hex').toString('latin1');
export function uuidFrom(copied: string): string {
  const hex = Buffer.from(copied, 'latin1').toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
