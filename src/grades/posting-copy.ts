import type { Posting } from '../scoring/posting.ts';

/** A posting and whose it is: the 16 bytes of the subject's id as a text of as many characters. */
export type TakePosting = (subject: string, posting: Posting) => void;

/** The columns that `readPostings` reads, in its order. */
export const COPIED_COLUMNS =
  'subject_id, kind, revision, occurred_at, counterparty_id, amount, currency, reliability, experience, is_purchase, pair_rank, is_held';

const COLUMNS = 12;
const SIGNATURE_LENGTH = 19; // "PGCOPY\n\377\r\n\0", flags and the length of an extension that there never is
/** Postgres counts microseconds from 2000-01-01. */
const EPOCH_2000_MS = 946_684_800_000;
const LONGEST_ROW = 1024; // bytes, more than twice the longest

/**
 * Reads postings from `copy … to stdout (format binary)`: millions of rows, of which `pg` would take four times as long.
 * https://www.postgresql.org/docs/18/sql-copy.html#SQL-COPY-FILE-FORMATS
 */
export async function readPostings(chunks: AsyncIterable<Buffer>, take: TakePosting): Promise<void> {
  let rest: Buffer = Buffer.alloc(0);
  let isStarted = false;
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
    rest = readRows(bytes, take, bytes.length - LONGEST_ROW);
  }
  readRows(rest, take, rest.length);
}

/** Reads the rows that begin before `upTo`; what is left of the bytes. */
function readRows(bytes: Buffer, take: TakePosting, upTo: number): Buffer {
  const row = new RowReader(bytes);
  while (row.at < upTo) {
    const columns = row.int16();
    if (columns === -1) return Buffer.alloc(0); // the end of all rows
    if (columns !== COLUMNS) throw new Error(`a copied posting has ${columns} columns, not ${COLUMNS}`);
    const subject = row.uuid()!;
    const kind = row.small();
    const sign = row.small() % 2 === 0 ? 1 : -1;
    take(subject, {
      kind,
      sign,
      occurredAt: Math.floor(row.big()! / 1000) + EPOCH_2000_MS,
      counterparty: row.uuid(),
      amount: row.big(),
      currency: row.text(),
      reliability: row.big(),
      experience: row.big(),
      isPurchase: row.flag(),
      pairRank: row.int(),
      isHeld: row.flag(),
    });
  }
  return bytes.subarray(row.at);
}

/** Reads the fields of a row in turn. Each is its length, −1 for null, and its bytes, the highest first. */
class RowReader {
  readonly #bytes: Buffer;
  at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  int16(): number {
    this.at += 2;
    return this.#bytes.readInt16BE(this.at - 2);
  }

  #length(): number {
    this.at += 4;
    return this.#bytes.readInt32BE(this.at - 4);
  }

  small(): number {
    this.at += 6;
    return this.#bytes.readInt16BE(this.at - 2);
  }

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

  uuid(): string | null {
    if (this.#length() < 0) return null;
    this.at += 16;
    return this.#bytes.toString('latin1', this.at - 16, this.at);
  }

  text(): string | null {
    const length = this.#length();
    if (length < 0) return null;
    this.at += length;
    return this.#bytes.toString('latin1', this.at - length, this.at);
  }
}

/** An id as `readPostings` gives it. */
export const copiedId = (uuid: string): string => Buffer.from(uuid.replaceAll('-', ''), 'hex').toString('latin1');
