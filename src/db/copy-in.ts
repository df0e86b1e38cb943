import type { Connection, PoolClient, Submittable } from 'pg';

const HEADER = 5; // a message's letter and its length, which counts itself
const COPY_DATA = 0x64; // d
const COPY_DONE = Buffer.from('c\0\0\0\x04', 'latin1');

/**
 * `copy … from stdin` with all its rows, sent at once: the statement, the rows and their end, without waiting to be let begin. If it
 * fails, the server passes over what is left of them. So statements can follow it in a pipeline, which `pg-copy-streams` does not allow.
 * https://www.postgresql.org/docs/18/protocol-flow.html#PROTOCOL-COPY
 */
export function copyIn(client: PoolClient, statement: string, rows: Buffer): Promise<void> {
  const copy = new CopyIn(statement, rows);
  client.query(copy);
  return copy.done;
}

class CopyIn implements Submittable {
  readonly #statement: string;
  readonly #rows: Buffer;
  readonly #answer = Promise.withResolvers<void>();

  constructor(statement: string, rows: Buffer) {
    this.#statement = statement;
    this.#rows = rows;
  }

  get done(): Promise<void> {
    return this.#answer.promise;
  }

  submit(connection: Connection): void {
    const { stream } = connection;
    const header = Buffer.alloc(HEADER);
    header.writeUInt8(COPY_DATA);
    header.writeUInt32BE(this.#rows.length + HEADER - 1, 1);
    stream.cork();
    connection.query(this.#statement);
    for (const part of [header, this.#rows, COPY_DONE]) stream.write(part);
    stream.uncork();
  }

  /** `pg` calls these. */
  handleError(error: Error): void {
    this.#answer.reject(error);
  }
  handleReadyForQuery(): void {
    this.#answer.resolve();
  }
  handleCopyInResponse(): void {}
  handleCommandComplete(): void {}
}
