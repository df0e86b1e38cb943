/** Postgres counts microseconds from 2000-01-01. */
const EPOCH_2000_MS = 946_684_800_000;
const TWO_32 = 4_294_967_296;
const SHORT = 96; // characters: shorter texts are written faster here than by a call into Node

/** What each hexadecimal digit's character code stands for. */
const HEX = new Uint8Array(128);
for (let digit = 0; digit < 16; digit++)
  for (const written of [digit.toString(16), digit.toString(16).toUpperCase()]) HEX[written.charCodeAt(0)] = digit;
/** Where the digits of a uuid stand, two for a byte. */
const UUID_PLACES = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34] as const;

/** Values written one after the other as Postgres sends and takes them in binary: the highest byte first. It grows as it must. */
export class Bytes {
  #bytes: Buffer;
  #at = 0;

  /** `expected`: how many bytes there will be, about. */
  constructor(expected: number) {
    this.#bytes = Buffer.allocUnsafe(expected);
  }

  /** How many bytes were written. */
  get length(): number {
    return this.#at;
  }

  /** What was written. Nothing may be written any more. */
  done(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  #room(length: number): number {
    const start = this.#at;
    const end = start + length;
    if (end > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(end, this.#bytes.length * 2));
      this.#bytes.copy(larger, 0, 0, start);
      this.#bytes = larger;
    }
    this.#at = end;
    return start;
  }

  int2(value: number): void {
    const at = this.#room(2);
    this.#bytes[at] = value >> 8;
    this.#bytes[at + 1] = value;
  }

  int4(value: number): void {
    this.#put4(this.#room(4), value);
  }

  #put4(at: number, value: number): void {
    const bytes = this.#bytes;
    bytes[at] = value >> 24;
    bytes[at + 1] = value >> 16;
    bytes[at + 2] = value >> 8;
    bytes[at + 3] = value;
  }

  /** An integer within ±2^53. */
  int8(value: number): void {
    const at = this.#room(8);
    const high = Math.floor(value / TWO_32);
    this.#put4(at, high);
    this.#put4(at + 4, value - high * TWO_32);
  }

  float8(value: number): void {
    const at = this.#room(8); // it may make room elsewhere
    this.#bytes.writeDoubleBE(value, at);
  }

  byte(value: number): void {
    const at = this.#room(1);
    this.#bytes[at] = value;
  }

  /** ms since 1970. */
  instant(value: number): void {
    this.int8((value - EPOCH_2000_MS) * 1000);
  }

  /** As Postgres writes it: what is none is not found out. */
  uuid(text: string): void {
    let at = this.#room(16);
    const bytes = this.#bytes;
    for (const place of UUID_PLACES)
      bytes[at++] = (HEX[text.charCodeAt(place)]! << 4) | HEX[text.charCodeAt(place + 1)]!;
  }

  /** A uuid with its length before it: four words of 32 bits. */
  words(words: Uint32Array, from: number): void {
    const at = this.#room(20);
    this.#put4(at, 16);
    for (let i = 0; i < 4; i++) this.#put4(at + 4 + 4 * i, words[from + i]!);
  }

  /** Values with their length before them, as a row has them. */
  null(): void {
    this.#put4(this.#room(4), -1);
  }

  field2(value: number): void {
    const at = this.#room(6);
    this.#put4(at, 2);
    this.#bytes[at + 4] = value >> 8;
    this.#bytes[at + 5] = value;
  }

  field4(value: number): void {
    const at = this.#room(8);
    this.#put4(at, 4);
    this.#put4(at + 4, value);
  }

  field8(value: number): void {
    const at = this.#room(12);
    const high = Math.floor(value / TWO_32);
    this.#put4(at, 8);
    this.#put4(at + 4, high);
    this.#put4(at + 8, value - high * TWO_32);
  }

  /** ms since 1970. */
  fieldInstant(value: number): void {
    this.field8((value - EPOCH_2000_MS) * 1000);
  }

  fieldFlag(value: boolean): void {
    const at = this.#room(5);
    this.#put4(at, 1);
    this.#bytes[at + 4] = value ? 1 : 0;
  }

  /** UTF-8, after its length in bytes. */
  text(text: string): void {
    const start = this.#room(4);
    this.characters(text);
    this.#put4(start, this.#at - start - 4);
  }

  /** UTF-8. */
  characters(text: string): void {
    if (text.length <= SHORT && this.#ascii(text)) return;
    const length = Buffer.byteLength(text);
    const at = this.#room(length); // it may make room elsewhere
    this.#bytes.write(text, at, length);
  }

  /** False, and nothing written, when it is more than ASCII. */
  #ascii(text: string): boolean {
    const { length } = text;
    const start = this.#room(length);
    const bytes = this.#bytes;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > 127) {
        this.#at = start;
        return false;
      }
      bytes[start + i] = code;
    }
    return true;
  }

  /** As they are. */
  raw(bytes: Buffer): void {
    const at = this.#room(bytes.length);
    bytes.copy(this.#bytes, at);
  }

  /** A part of other bytes. */
  part(bytes: Buffer, from: number, to: number): void {
    const at = this.#room(to - from);
    bytes.copy(this.#bytes, at, from, to);
  }

  /** It is written anew from its beginning. */
  clear(): void {
    this.#at = 0;
  }

  /** What `write` writes, after its length, which counts itself. */
  measuredWithLength(write: () => void): void {
    const at = this.#room(4);
    write();
    this.#put4(at, this.#at - at);
  }

  /** What `write` writes, after its length. */
  measured(write: () => void): void {
    const at = this.#room(4);
    write();
    this.#put4(at, this.#at - at - 4);
  }
}
