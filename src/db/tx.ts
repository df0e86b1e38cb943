import type { Pool, PoolClient } from 'pg';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setImmediate as breath, setTimeout as pause } from 'node:timers/promises';
import { idArray } from './binary-rows.ts';
import { copyIn, type RowsInTurn } from './copy-in.ts';
import { copyOut } from './copy-out.ts';
import {
  isConnectionLoss,
  isOfAborted,
  isUniqueViolation,
  isWorthRetrying,
  outcomeUnknown,
  unavailable,
} from './failures.ts';
import { announceNoted } from './noted.ts';
import { assertSameStatement } from './statements.ts';
import { resultTypes } from './types.ts';

/** Something that runs hand-written SQL. `name` makes it a prepared statement; '' leaves it unprepared. */
export interface Reader {
  query<Row>(name: string, text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** An open transaction. */
export interface Tx extends Reader {
  readonly isTransaction: true;
  /** `copy … from stdin`, with what `copyText` or `copyOf` writes; or with rows that are written down as they are sent. */
  copy(statement: string, rows: string | Buffer | RowsInTurn): Promise<void>;
  /**
   * The same, of rows whose keys should be free. False, and nothing is copied, where one is not; whoever is taking it at this moment is
   * waited for. Where keys are likely to be taken, `on conflict` is dearer by the row and leaves no dead ones behind.
   */
  copyNew(statement: string, rows: Buffer): Promise<boolean>;
  /** `copy … to stdout`, as it comes, for `readCopiedRows`. What is asked for after it waits until it is read. */
  copyOut(statement: string): AsyncIterable<Buffer>;
  /** What is shown of these subjects has been changed: whoever remembers them is told when it is committed (`moves.ts`). */
  moved(subjectIds: Iterable<string>): void;
}

const MAX_RETRIES = 5; // after a deadlock or a failed serialization
const FIRST_PAUSE_MS = 5; // doubles with each retry, jittered so that the two do not meet again

/**
 * Runs `work` in one READ COMMITTED transaction: all of it or nothing. After a deadlock the whole work runs again, so it
 * must do nothing outside the transaction; so too, once, when the connection was lost before COMMIT was sent.
 */
export async function inTransaction<T>(pool: Pool, work: (tx: Tx) => Promise<T>): Promise<T> {
  let retries = 0;
  let lostConnections = 0;
  for (;;) {
    try {
      return await attempt(pool, work);
    } catch (error) {
      if (isConnectionLoss(error)) {
        if (++lostConnections > 1) throw unavailable(error);
      } else if (!isWorthRetrying(error) || ++retries > MAX_RETRIES) throw error;
      await pause(FIRST_PAUSE_MS * 2 ** (retries + lostConnections) * (0.5 + Math.random()));
    }
  }
}

/** For single statements, each on whatever connection is free. */
export function reader(pool: Pool): Reader {
  return {
    query: async (name, text, values) => {
      try {
        return await run(pool, name, text, values);
      } catch (error) {
        throw isConnectionLoss(error) ? unavailable(error) : error;
      }
    },
  };
}

async function attempt<T>(pool: Pool, work: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  client.on('error', ignoreLoss);
  const moved = new Set<string>();
  const turns = inTurn(client, moved);
  let failure: Error | undefined; // set: the connection is thrown away, not given back
  try {
    turns.begin();
    const answer = await work(turns.tx);
    const noted = moved.size > 0 && noteMoves(turns.tx, moved);
    await turns.rest();
    await noted;
    await commit(client);
    announceNoted(pool, turns.tx);
    return answer;
  } catch (error) {
    await turns.stop();
    failure = await rollBack(client);
    throw error;
  } finally {
    client.off('error', ignoreLoss);
    client.release(failure);
  }
}

interface Turns {
  readonly tx: Tx;
  begin(): void;
  /** Waits for the answers to all that was asked, and takes nothing more. */
  rest(): Promise<void>;
  /** Waits for the answers to what was sent. What was asked for after it is not sent: it would run outside the transaction. */
  stop(): Promise<void>;
}

/** What takes a while to be sent. */
interface Sending<Answer> {
  readonly answer: Promise<Answer>;
  readonly sent: Promise<unknown>;
}

/** Whether a statement lets others be sent before it is answered: those after it; unless it is alone, those before it, too. */
type Manner = 'FLOWS' | 'HOLDS' | 'ALONE';

/**
 * Statements are sent in the order in which they are asked for, without waiting for the answers to those before (`pg`'s pipeline): the
 * database goes from one to the next by itself, while this process is at something else. After one that fails it refuses the rest;
 * who asked for those hears of what failed first, and not before whoever asked for that.
 */
function inTurn(client: PoolClient, moved: Set<string>): Turns {
  let sent: Promise<unknown> = Promise.resolve();
  let answered: Promise<unknown> = Promise.resolve();
  let isOver = false;
  let cause: unknown = null; // what failed first
  const failed = async (error: unknown): Promise<never> => {
    if (!isOfAborted(error)) throw (cause ??= error);
    await breath();
    throw cause ?? error;
  };
  const next = <Answer>(
    statement: () => Promise<Answer> | Sending<Answer>,
    manner: Manner = 'FLOWS',
  ): Promise<Answer> => {
    const before = manner === 'ALONE' ? Promise.all([sent, answered]) : sent;
    const sending = before.then(() => {
      if (isOver) throw new Error('a statement was asked for in a transaction that is over');
      const asked = statement();
      return 'sent' in asked ? asked : { answer: asked, sent: undefined };
    });
    const answer = sending.then((one) => one.answer).catch(failed);
    const heard = answer.then(forget, forget); // its own caller hears of it
    answered = Promise.all([answered, heard]).then(forget);
    sent = manner === 'FLOWS' ? sending.then((one) => one.sent).then(forget, forget) : heard;
    return answer;
  };
  const stop = async (): Promise<void> => {
    isOver = true;
    await answered;
  };
  return {
    tx: {
      isTransaction: true,
      query: <Row>(...statement: Parameters<Reader['query']>) => next(() => run<Row>(client, ...statement)),
      copy: (statement, rows) =>
        next(() => copyIn(client, statement, typeof rows === 'string' ? Buffer.from(rows) : rows)),
      copyNew: (statement, rows) => next(() => copiedNew(client, statement, rows), 'HOLDS'),
      copyOut: (statement) => copiedOut(client, statement, (reading) => next(reading, 'ALONE')),
      moved: (subjectIds) => {
        for (const id of subjectIds) {
          if (moved.size > MOST_NAMED) return; // whoever else is moved, they are not named
          moved.add(id);
        }
      },
    },
    begin: () => void next(() => client.query('begin isolation level read committed')),
    rest: async () => {
      await sent;
      await stop();
    },
    stop,
  };
}

const forget = () => {};

/** Sends the savepoint and the copy at once; what comes after it depends on how that went. */
async function copiedNew(client: PoolClient, statement: string, rows: Buffer): Promise<boolean> {
  const saved = client.query('savepoint before_copy');
  try {
    await Promise.all([saved, copyIn(client, statement, rows).answer]);
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    await client.query('rollback to savepoint before_copy');
    return false;
  }
  await client.query('release savepoint before_copy');
  return true;
}

/** With more than these at once, whoever remembers subjects had better forget all of them. */
const MOST_NAMED = 10_000;

/** The last statement of a transaction that moved these subjects: others learn of it when it is committed, and not before. */
const noteMoves = (tx: Tx, subjectIds: ReadonlySet<string>): Promise<unknown> =>
  tx.query(
    'moves.note',
    `insert into move (subject_ids) values ($1::uuid[])`,
    subjectIds.size > MOST_NAMED ? [null] : idArray([...subjectIds]),
  );

async function* copiedOut(
  client: PoolClient,
  statement: string,
  next: (work: () => Promise<void>) => Promise<void>,
): AsyncGenerator<Buffer> {
  const { promise: begun, resolve: begin, reject: fail } = Promise.withResolvers<Readable>();
  next(async () => {
    const chunks = client.query(copyOut(statement));
    begin(chunks);
    await finished(chunks);
  }).catch(fail); // while it is read, the reader hears of it from the chunks
  const chunks = await begun;
  try {
    for await (const chunk of chunks.iterator({ destroyOnReturn: false })) yield chunk as Buffer;
  } finally {
    chunks.resume(); // what its reader left
  }
}

/** Nothing to do: the query in flight, or the next one, fails with it. Without a listener it would end the process. */
const ignoreLoss = () => {};

async function commit(client: PoolClient): Promise<void> {
  const { command } = await client.query('commit').catch((error: unknown) => {
    throw isConnectionLoss(error) ? outcomeUnknown(error) : error;
  });
  // Postgres answers COMMIT of a failed transaction with ROLLBACK and no error: `work` hid the failure of a statement.
  if (command !== 'COMMIT') throw new Error('the transaction was rolled back, because a failed statement was ignored');
}

async function rollBack(client: PoolClient): Promise<Error | undefined> {
  try {
    await client.query('rollback');
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

async function run<Row>(
  on: Pool | PoolClient,
  name: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  if (name !== '') assertSameStatement(name, text);
  const statement = { name: name || undefined, text, values: [...values], types: resultTypes };
  const { rows } = await on.query(statement);
  return rows as Row[];
}
