import { setImmediate as othersTurn } from 'node:timers/promises';

const SIGNATURE_LENGTH = 19; // "PGCOPY\n\377\r\n\0", flags and the length of an extension that there never is
/** Postgres counts microseconds from 2000-01-01. */
const EPOCH_2000_MS = 946_684_800_000;
const LONGEST_ROW = 1024; // bytes: such rows alone are read
/** Some megabytes may come at once: so often others have their turn meanwhile. */
const TURN_MS = 5;

/**
 * Reads rows from `copy … to stdout (format binary)`: millions of them, of which `pg` would take four times as long. `take` reads the
 * fields of one row, in their order and all of them. No row may be longer than a kilobyte.
 * https://www.postgresql.org/docs/18/sql-copy.html#SQL-COPY-FILE-FORMATS
 */
export async function readCopiedRows(
  chunks: AsyncIterable<Buffer>,
  columns: number,
  take: (row: CopiedRow) => void,
): Promise<void> {
  let rest: Buffer = Buffer.alloc(0);
  let isStarted = false;
  let turnAt = performance.now();
  for await (const chunk of chunks) {
    let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    if (!isStarted) {
      if (bytes.length < SIGNATURE_LENGTH) {
        rest = bytes;
        continue;
      }
      bytes = bytes.subarray(SIGNATURE_LENGTH);
      isStarted = true;
    }
    rest = readRows(bytes, columns, take, bytes.length - LONGEST_ROW);
    if (performance.now() - turnAt < TURN_MS) continue;
    await othersTurn();
    turnAt = performance.now();
  }
  readRows(rest, columns, take, rest.length);
}

/** Reads the rows that begin before `upTo`; what is left of the bytes. */
function readRows(bytes: Buffer, columns: number, take: (row: CopiedRow) => void, upTo: number): Buffer {
  const row = new CopiedRow(bytes);
  while (row.at < upTo) {
    const found = row.columns();
    if (found === -1) return Buffer.alloc(0); // the end of all rows
    if (found !== columns) throw new Error(`a copied row has ${found} columns, not ${columns}`);
    take(row);
  }
  return bytes.subarray(row.at);
}

/** Each of up to three letters has a key of its own. */
const LONGEST_WORD = 3;
const words = new Map<number, string>();

/** The fields of a row in turn. Each is its length, −1 for null, and its bytes, the highest first. */
export class CopiedRow {
  readonly #bytes: Buffer;
  at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  columns(): number {
    this.at += 2;
    return this.#bytes.readInt16BE(this.at - 2);
  }

  #length(): number {
    this.at += 4;
    return this.#bytes.readInt32BE(this.at - 4);
  }

  /** An int2 that is never null. */
  small(): number {
    this.at += 6;
    return this.#bytes.readInt16BE(this.at - 2);
  }

  /** An int4 that is never null. */
  int(): number {
    this.at += 8;
    return this.#bytes.readInt32BE(this.at - 4);
  }

  flag(): boolean {
    this.at += 5;
    return this.#bytes[this.at - 1] === 1;
  }

  /** An int8 within ±2^53. */
  big(): number | null {
    if (this.#length() < 0) return null;
    this.at += 8;
    return this.#bytes.readInt32BE(this.at - 8) * 4_294_967_296 + this.#bytes.readUInt32BE(this.at - 4);
  }

  double(): number | null {
    if (this.#length() < 0) return null;
    this.at += 8;
    return this.#bytes.readDoubleBE(this.at - 8);
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

  /** A text of a few ASCII letters of which there are few, such as a currency. */
  word(): string | null {
    const length = this.#length();
    if (length < 0) return null;
    let key = length;
    for (const end = this.at + length; this.at < end; this.at++) key = Math.imul(key, 128) + this.#bytes[this.at]!;
    const known = words.get(key);
    if (known !== undefined && length <= LONGEST_WORD) return known;
    const text = this.#bytes.toString('latin1', this.at - length, this.at);
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
    return this.#bytes.toString('latin1', this.at - length, this.at);
  }
}

/** An id as it is copied, and back. */
export const copiedId = (uuid: string): string => Buffer.from(uuid.replaceAll('-', ''), 'hex').toString('latin1');
export function uuidFrom(copied: string): string {
  const hex = Buffer.from(copied, 'latin1').toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
