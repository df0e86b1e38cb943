import { Rejection } from './checks.ts';
import type { Input } from './readers-files.ts';
import { GOES_ON, MALFORMED, QuoteScanner } from './readers-quotes.ts';

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const QUOTE = 0x22;
const CHUNK = 256 * 1024; // bytes read at once
export const LONGEST_ROW = 1024 * 1024; // bytes
const UTF8_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** A row of a file as its bytes, without what ends it; or a place where there is none that could be read. */
export interface Row {
  readonly bytes: Buffer;
  readonly offset: number;
  readonly line: number; // where it begins, from 1
  readonly fault: Rejection | null;
}

/**
 * The rows of a file in order, empty lines left out. Memory stays small, however long a row is. After a row with malformed
 * quotes the reading goes on with the next line, and after one that is too long with the next row.
 *
 * `delimiter` is null where quotes mean nothing (JSON lines).
 */
export function* rowsOf(input: Input, delimiter: number | null): Generator<Row> {
  const window = new Window(input, delimiter);
  for (let row = window.next(); row !== null; row = window.next()) if (row.fault || row.bytes.length > 0) yield row;
}

class Window {
  readonly #input: Input;
  readonly #delimiter: number | null;
  #bytes: Buffer = Buffer.alloc(0);
  #start: number; // of the bytes in the file
  #at = 0; // of the next row in the bytes
  #line = 1;
  #quoteAt = -1; // the first quote at or after #at, once it was looked for; the bytes' length: there is none
  /** Bytes that may still be searched in vain for closing quotes: what keeps a file full of stray ones from costing its square. */
  #patience: number;

  constructor(input: Input, delimiter: number | null) {
    this.#input = input;
    this.#delimiter = delimiter;
    this.#patience = 4 * input.size + 64 * LONGEST_ROW;
    const mark = Buffer.alloc(UTF8_MARK.length);
    this.#start = input.readAt(mark, 0) === mark.length && mark.equals(UTF8_MARK) ? mark.length : 0;
  }

  next(): Row | null {
    for (;;) {
      if (this.#at === this.#bytes.length && this.#isEnd()) return null;
      const end = this.#endOfRow();
      if (end === MALFORMED) return this.#malformed();
      if (end !== GOES_ON) return this.#row(end);
      if (this.#bytes.length - this.#at > LONGEST_ROW) return this.#endless();
      this.#more();
    }
  }

  #isEnd(): boolean {
    return this.#start + this.#bytes.length >= this.#input.size;
  }

  /** The index of what ends the next row, or GOES_ON, or MALFORMED. */
  #endOfRow(): number {
    const newline = this.#bytes.indexOf(NEWLINE, this.#at);
    const lineEnd = newline === -1 ? this.#bytes.length : newline;
    if (this.#delimiter === null || this.#nextQuote() >= lineEnd)
      return newline !== -1 ? newline : this.#isEnd() ? this.#bytes.length : GOES_ON;

    const isPatient = this.#patience > 0; // else quotes must close on their own line
    const scanner = new QuoteScanner(this.#delimiter);
    const to = isPatient || newline === -1 ? this.#bytes.length : newline + 1;
    const end = scanner.scan(this.#bytes, this.#at, to);
    const isOver = end === GOES_ON && (to < this.#bytes.length || this.#isEnd());
    const answer = isOver ? (scanner.isWhole() ? this.#bytes.length : MALFORMED) : end;
    if (answer === MALFORMED) this.#patience -= scanner.scanned;
    return answer;
  }

  #nextQuote(): number {
    if (this.#quoteAt < this.#at) {
      const found = this.#bytes.indexOf(QUOTE, this.#at);
      this.#quoteAt = found === -1 ? this.#bytes.length : found;
    }
    return this.#quoteAt;
  }

  #row(end: number): Row {
    const { offset, line } = this.#here();
    const trimmed = end > this.#at && this.#bytes[end - 1] === RETURN ? end - 1 : end;
    const bytes = this.#bytes.subarray(this.#at, trimmed);
    this.#line += 1 + (this.#quoteAt < end ? countNewlines(bytes) : 0);
    this.#at = Math.min(end + 1, this.#bytes.length);
    return { bytes, offset, line, fault: bytes.length > LONGEST_ROW ? tooLong(line) : null };
  }

  /** Leaves out the line on which a row begins that never ends as a row should. */
  #malformed(): Row {
    const { offset, line } = this.#here();
    const newline = this.#bytes.indexOf(NEWLINE, this.#at);
    this.#goTo(1 + (newline === -1 ? this.#measure((bytes) => bytes.indexOf(NEWLINE)).end : this.#start + newline));
    this.#line += 1;
    const message = `the quotes of line ${line} are malformed, or never closed; the reading went on with the next line`;
    return { bytes: Buffer.alloc(0), offset, line, fault: new Rejection('CSV_MALFORMED', message) };
  }

  /** Leaves out a row that is longer than the limit, wherever it ends. */
  #endless(): Row {
    const { offset, line } = this.#here();
    const scanner = new QuoteScanner(this.#delimiter ?? 0);
    const { end, newlines, isFound } = this.#measure((bytes) =>
      this.#delimiter === null ? bytes.indexOf(NEWLINE) : scanner.scan(bytes, 0, bytes.length),
    );
    if (this.#delimiter !== null && (end === MALFORMED || !(isFound || scanner.isWhole()))) {
      this.#patience -= scanner.scanned;
      return this.#malformed();
    }
    this.#goTo(end + 1);
    this.#line += 1 + newlines;
    return { bytes: Buffer.alloc(0), offset, line, fault: tooLong(line) };
  }

  /** Reads on from the next row until `find` names an index, without keeping anything. */
  #measure(find: (bytes: Buffer) => number): { end: number; newlines: number; isFound: boolean } {
    const chunk = Buffer.allocUnsafe(CHUNK);
    let offset = this.#here().offset;
    for (let newlines = 0; ;) {
      const bytes = chunk.subarray(0, this.#input.readAt(chunk, offset));
      const found = find(bytes);
      if (found === MALFORMED) return { end: MALFORMED, newlines, isFound: true };
      newlines += countNewlines(found === GOES_ON ? bytes : bytes.subarray(0, found));
      if (found !== GOES_ON) return { end: offset + found, newlines, isFound: true };
      offset += bytes.length;
      if (bytes.length < CHUNK) return { end: offset, newlines, isFound: false };
    }
  }

  #here(): { offset: number; line: number } {
    return { offset: this.#start + this.#at, line: this.#line };
  }

  #goTo(offset: number): void {
    const at = offset - this.#start;
    if (at <= this.#bytes.length) {
      this.#at = at;
      return;
    }
    this.#start = Math.min(offset, this.#input.size);
    this.#bytes = Buffer.alloc(0);
    this.#at = 0;
    this.#quoteAt = -1;
  }

  #more(): void {
    const rest = this.#bytes.subarray(this.#at);
    const bytes = Buffer.allocUnsafe(rest.length + CHUNK);
    rest.copy(bytes);
    this.#start += this.#at;
    const read = this.#input.readAt(bytes.subarray(rest.length), this.#start + rest.length);
    this.#bytes = bytes.subarray(0, rest.length + read);
    this.#at = 0;
    this.#quoteAt = -1;
  }
}

function countNewlines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return count;
}

const tooLong = (line: number) =>
  new Rejection('ROW_TOO_LONG', `the row that begins on line ${line} has more than ${LONGEST_ROW} bytes`);
