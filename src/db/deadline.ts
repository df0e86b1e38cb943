import { AsyncLocalStorage } from 'node:async_hooks';
import net from 'node:net';
import type { Pool, PoolClient } from 'pg';
import { Refusal } from '../kernel/refusal.ts';

/**
 * How long some work may take, and what ends with it. When its time is over, or nobody waits for it any more, the statements that it
 * runs are cancelled in the database, and it gets no connection to run others on. A transaction is rolled back by that; a COMMIT
 * that is under way is not touched.
 */
export class Deadline {
  readonly #clients = new Set<PoolClient>();
  readonly #followers: ((why: Refusal) => void)[] = [];
  readonly #begunAt: number; // performance.now()
  #timer: NodeJS.Timeout | undefined;
  #over: Refusal | null = null;

  constructor(ms: number) {
    this.#begunAt = performance.now();
    this.allow(ms);
  }

  /** Why it is over; null while it is not. */
  get over(): Refusal | null {
    return this.#over;
  }

  /** So long from its beginning, instead of what was allowed before. */
  allow(ms: number): void {
    if (this.#over) return;
    clearTimeout(this.#timer);
    const left = this.#begunAt + ms - performance.now();
    this.#timer = setTimeout(() => this.end(tooLong(ms)), left).unref();
  }

  /** The work is done. */
  clear(): void {
    clearTimeout(this.#timer);
  }

  /** Nobody waits for the answer any more. */
  abandon(): void {
    this.end(abandoned());
  }

  end(why: Refusal): void {
    if (this.#over) return;
    this.#over = why;
    clearTimeout(this.#timer);
    for (const client of this.#clients) cancelStatementOf(client);
    for (const end of this.#followers) end(why);
  }

  /** Calls when it is over, at once if it is; not when the work is done. */
  follow(end: (why: Refusal) => void): void {
    if (this.#over) end(this.#over);
    else this.#followers.push(end);
  }

  /** A connection was given to this work, for one statement or until it is released. */
  hold(client: PoolClient, isForOne: boolean): void {
    this.#clients.add(client);
    const query = Reflect.get(client, 'query') as Query;
    const release = client.release.bind(client);
    if (!isForOne) client.query = this.#heeding(query.bind(client)) as PoolClient['query'];
    client.release = (error) => {
      this.#clients.delete(client);
      client.query = query as PoolClient['query'];
      release(this.#over ?? error); // a late cancel could hit the next user's statement: such a connection is thrown away
    };
  }

  #heeding(query: Query): Query {
    return (...args) => {
      if (this.#over && args[0] !== 'rollback') throw this.#over;
      return query(...args);
    };
  }
}

type Query = (...args: unknown[]) => unknown;

const current = new AsyncLocalStorage<Deadline>();

/** Whatever `work` asks of the database, at once or later, ends with the deadline. */
export const underDeadline = <Result>(deadline: Deadline, work: () => Result): Result => current.run(deadline, work);

/** For what several requests wait for: it ends when the last of them does. Without any of them it has no end. */
export async function underLastOf<Result>(
  deadlines: ReadonlySet<Deadline>,
  work: () => Promise<Result>,
): Promise<Result> {
  const [first] = deadlines;
  if (!first) return underNoDeadline(work);
  if (deadlines.size === 1) return underDeadline(first, work);
  const common = new Deadline(LONGEST_MS);
  let left = deadlines.size;
  for (const deadline of deadlines)
    deadline.follow((why) => {
      if (--left === 0) common.end(why);
    });
  return underDeadline(common, work).finally(() => common.clear());
}

const LONGEST_MS = 120_000;

/** For what is begun in a request and is none of its business. */
export const underNoDeadline = <Result>(work: () => Result): Result => current.exit(work);

export const currentDeadline = (): Deadline | undefined => current.getStore();

type Given = (error: Error | undefined, client: PoolClient | undefined, done: PoolClient['release']) => void;

/** Makes the pool heed the deadline of whoever asks it for a connection, be it the ORM or hand-written SQL. */
export function heedDeadlines(pool: Pool): void {
  const connect = pool.connect.bind(pool) as (given: Given) => void;
  const connectUnder = (deadline: Deadline | undefined, given: Given, isForOne: boolean): void => {
    if (!deadline) return connect(given);
    if (deadline.over) return given(deadline.over, undefined, () => {});
    connect((error, client, done) => {
      if (!client) return given(error, client, done);
      if (!deadline.over) {
        deadline.hold(client, isForOne);
        return given(undefined, client, client.release.bind(client));
      }
      client.release();
      given(deadline.over, undefined, () => {});
    });
  };
  const heeding = (given?: Given): Promise<PoolClient> | void => {
    const deadline = current.getStore();
    if (given) return connectUnder(deadline, given, true); // so `pool.query` asks
    return new Promise((resolve, reject) => {
      connectUnder(deadline, (error, client) => (client ? resolve(client) : reject(error!)), false);
    });
  };
  pool.connect = heeding as Pool['connect'];
}

const CANCEL_REQUEST = 80_877_102;

/** By a connection of its own, as the protocol has it (https://www.postgresql.org/docs/18/protocol-flow.html, "Canceling Requests"). */
function cancelStatementOf(client: PoolClient): void {
  const { host, port, processID, secretKey } = client as unknown as Cancellable;
  const message = Buffer.alloc(16);
  [message.length, CANCEL_REQUEST, processID, secretKey].forEach((value, i) => message.writeInt32BE(value, i * 4));
  const socket = host.startsWith('/') ? net.connect(`${host}/.s.PGSQL.${port}`) : net.connect(port, host);
  socket.setTimeout(CANCEL_PATIENCE_MS, () => socket.destroy());
  socket.on('error', () => {}); // the statement ends by `statement_timeout`, then
  socket.end(message);
}

const CANCEL_PATIENCE_MS = 5_000;

/** What `pg` keeps of a connection, and does not declare. */
interface Cancellable {
  readonly host: string;
  readonly port: number;
  readonly processID: number;
  readonly secretKey: number;
}

const tooLong = (ms: number) =>
  new Refusal(
    'UNAVAILABLE',
    'TIMED_OUT',
    `This took longer than the ${ms / 1000} s that it may. Ask for less at once.`,
  );

const abandoned = () => new Refusal('UNAVAILABLE', 'ABANDONED', 'The caller has gone.');
