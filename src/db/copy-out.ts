import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import type { Connection, Submittable } from 'pg';

const HEADER = 5; // a message's letter and its length, which counts itself
const COPY_DONE = 0x63; // c
const FAILED = 0x45; // E

export const copyOut = (statement: string): Readable & Submittable => new CopyOut(statement);

/**
 * A statement of COPY at work: what the server sends, messages and all, for `readCopiedRows`. Each row is a message of its own, and to
 * take each out of what came with it, as `pg-copy-streams` does, costs as much as to read it: 0.5 µs. What follows the rows is `pg`'s.
 * https://www.postgresql.org/docs/18/protocol-flow.html#PROTOCOL-COPY
 */
class CopyOut extends Readable implements Submittable {
  readonly #statement: string;
  #socket: Socket | null = null; // while it is ours
  #listener: (bytes: Buffer) => void = () => {}; // `pg`'s, which waits meanwhile
  #rest: Buffer = Buffer.alloc(0); // the beginning of a header
  #missing = 0; // of a message that has begun, so many bytes are still to come

  constructor(statement: string) {
    super({ highWaterMark: 1 << 20 });
    this.#statement = statement;
  }

  submit(connection: Connection): void {
    this.#socket = connection.stream as Socket;
    [this.#listener] = this.#socket.listeners('data') as [(bytes: Buffer) => void];
    this.#socket.off('data', this.#listener);
    this.#socket.on('data', this.#receive);
    connection.query(this.#statement);
  }

  override _read(): void {
    this.#socket?.resume();
  }

  readonly #receive = (chunk: Buffer): void => {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = Math.min(this.#missing, bytes.length);
    this.#missing -= at;
    while (at + HEADER <= bytes.length) {
      const letter = bytes[at]!;
      if (letter === COPY_DONE || letter === FAILED) return this.#leave(bytes, at, letter);
      const end = at + 1 + bytes.readUInt32BE(at + 1);
      this.#missing = Math.max(0, end - bytes.length);
      at = Math.min(end, bytes.length);
    }
    this.#rest = bytes.subarray(at);
    if (!this.push(bytes.subarray(0, at))) this.#socket!.pause();
  };

  /** Everything from there on is `pg`'s again: the end, or why it failed. */
  #leave(bytes: Buffer, at: number, letter: number): void {
    const socket = this.#socket!;
    this.#socket = null;
    socket.off('data', this.#receive);
    socket.on('data', this.#listener);
    if (at > 0) this.push(bytes.subarray(0, at));
    this.#listener(bytes.subarray(at));
    if (letter === COPY_DONE) this.push(null);
    socket.resume();
  }

  /** `pg` calls these. */
  handleError(error: Error): void {
    this.destroy(error);
  }
  handleCommandComplete(): void {}
  handleReadyForQuery(): void {}
}
