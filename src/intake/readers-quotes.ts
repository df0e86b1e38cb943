const QUOTE = 0x22;
const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** Where the reading of a row stands. */
type State = 'FIELD_START' | 'PLAIN' | 'QUOTED' | 'QUOTE_SEEN' | 'RETURN_SEEN';

/** What `scan` answers besides an index. */
export const GOES_ON = -1;
export const MALFORMED = -2;

/**
 * Finds where a row with quotes ends, by the grammar of RFC 4180: a quoted field may hold delimiters, newlines and doubled
 * quotes. A row may come in several pieces. The fields themselves are read by csv-parse; this tells the row apart from its
 * neighbours first, so that a stray quote costs its own line and not the rest of the file.
 */
export class QuoteScanner {
  readonly #delimiter: number;
  #state: State = 'FIELD_START';
  /** Bytes looked at. */
  scanned = 0;

  constructor(delimiter: number) {
    this.#delimiter = delimiter;
  }

  /** The index of the newline that ends the row, or GOES_ON, or MALFORMED. */
  scan(bytes: Buffer, from: number, to: number): number {
    let i = from;
    let found = GOES_ON;
    for (; i < to && found === GOES_ON; i++) {
      if (this.#state === 'QUOTED') {
        const quote = bytes.indexOf(QUOTE, i);
        i = quote === -1 ? to : quote;
        if (i < to) this.#state = 'QUOTE_SEEN';
      } else if (bytes[i] === NEWLINE) found = i;
      else if (!this.#goOn(bytes[i]!)) found = MALFORMED;
    }
    this.scanned += i - from;
    return found;
  }

  /** Whether the row may end where the file does. */
  isWhole(): boolean {
    return this.#state !== 'QUOTED';
  }

  #goOn(byte: number): boolean {
    const next = this.#after(byte);
    if (next !== null) this.#state = next;
    return next !== null;
  }

  #after(byte: number): State | null {
    if (this.#state === 'RETURN_SEEN') return null;
    if (byte === this.#delimiter) return 'FIELD_START';
    if (this.#state === 'QUOTE_SEEN') return byte === QUOTE ? 'QUOTED' : byte === RETURN ? 'RETURN_SEEN' : null;
    if (byte !== QUOTE) return 'PLAIN';
    return this.#state === 'FIELD_START' ? 'QUOTED' : null;
  }
}
