import type { Socket } from 'node:net';
import type { Connection, PoolClient, Submittable } from 'pg';
import { Bytes } from './bytes.ts';

const HEADER = 5; // a message's letter and its length, which counts itself
const COPY_DATA = 0x64; // d
const COPY_DONE = Buffer.from('c\0\0\0\x04', 'latin1');
/** Rows are written down so many bytes at a time, while those before are on their way. */
export const CHUNK_BYTES = 256 * 1024;
const AT_ONCE = 2; // chunks

/** Writes more rows, some `CHUNK_BYTES` of them. False: there are no more. */
export type RowsInTurn = (bytes: Bytes) => boolean;

export interface Copying {
  /** All rows are on their way: what is sent now comes after them. */
  readonly sent: Promise<void>;
  readonly answer: Promise<void>;
}

/**
 * `copy … from stdin`: the statement, the rows and their end, without waiting to be let begin. If it fails, the server passes over what is left
 * of them. So statements can follow it in a pipeline, which `pg-copy-streams` does not allow. Many rows are written down as the socket takes
 * them: of the hundred megabytes that a large transaction has, half a one is in memory.
 * https://www.postgresql.org/docs/18/protocol-flow.html#PROTOCOL-COPY
 */
export function copyIn(client: PoolClient, statement: string, rows: Buffer | RowsInTurn): Copying {
  const copy = new CopyIn(statement, rows);
  client.query(copy);
  return copy;
}

class CopyIn implements Submittable, Copying {
  readonly #statement: string;
  readonly #rows: Buffer | RowsInTurn;
  readonly #answer = Promise.withResolvers<void>();
  readonly #sent = Promise.withResolvers<void>();
  #isOver = false; // nothing more is to be sent

  constructor(statement: string, rows: Buffer | RowsInTurn) {
    this.#statement = statement;
    this.#rows = rows;
  }

  get answer(): Promise<void> {
    return this.#answer.promise;
  }

  get sent(): Promise<void> {
    return this.#sent.promise;
  }

  submit(connection: Connection): void {
    const stream = connection.stream as Socket;
    stream.cork();
    connection.query(this.#statement);
    if (typeof this.#rows === 'function')
      for (let i = 0; i < AT_ONCE; i++) this.#sendSome(stream, new Bytes(CHUNK_BYTES + CHUNK_BYTES / 4), this.#rows);
    else this.#sendAll(stream, this.#rows);
    stream.uncork();
  }

  #sendAll(stream: Socket, rows: Buffer): void {
    const header = Buffer.alloc(HEADER);
    header.writeUInt8(COPY_DATA);
    header.writeUInt32BE(rows.length + HEADER - 1, 1);
    stream.write(header);
    stream.write(rows);
    this.#end(stream);
  }

  #sendSome(stream: Socket, bytes: Bytes, rows: RowsInTurn): void {
    if (this.#isOver) return;
    bytes.clear();
    bytes.byte(COPY_DATA);
    let hasMore = false;
    bytes.measuredWithLength(() => (hasMore = rows(bytes)));
    stream.write(bytes.done(), (error) => {
      if (error) this.#stop();
      else this.#sendSome(stream, bytes, rows);
    });
    if (!hasMore) this.#end(stream);
  }

  #end(stream: Socket): void {
    stream.write(COPY_DONE);
    this.#stop();
  }

  #stop(): void {
    this.#isOver = true;
    this.#sent.resolve();
  }

  /** `pg` calls these. */
  handleError(error: Error): void {
    this.#stop();
    this.#answer.reject(error);
  }
  handleReadyForQuery(): void {
    this.#answer.resolve();
  }
  handleCopyInResponse(): void {}
  handleCommandComplete(): void {}
}
