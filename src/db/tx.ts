import type { Pool, PoolClient } from 'pg';
import { finished } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { from } from 'pg-copy-streams';
import { isConnectionLoss, isWorthRetrying, outcomeUnknown, unavailable } from './failures.ts';
import { assertSameStatement } from './statements.ts';
import { resultTypes } from './types.ts';

/** Something that runs hand-written SQL. `name` makes it a prepared statement; '' leaves it unprepared. */
export interface Reader {
  query<Row>(name: string, text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** An open transaction. */
export interface Tx extends Reader {
  readonly isTransaction: true;
  /** `copy … from stdin`, with what `copyText` writes. */
  copy(statement: string, text: string): Promise<void>;
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
  const turns = inTurn(client);
  let failure: Error | undefined; // set: the connection is thrown away, not given back
  try {
    await client.query('begin isolation level read committed');
    const answer = await work(turns.tx);
    await turns.rest();
    await commit(client);
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
  /** Waits for all that was asked for, and takes nothing more. */
  rest(): Promise<void>;
  /** Waits for the statement at work. What was asked for after it is not sent: it would run outside the transaction. */
  stop(): Promise<void>;
}

/**
 * Statements that are asked for at once run one after the other: while the database is at one, the values of the next can be
 * made. (`pg` would queue them, too, but no longer from its version 9 on.)
 */
function inTurn(client: PoolClient): Turns {
  let last: Promise<unknown> = Promise.resolve();
  let isOver = false;
  const next = <Answer>(statement: () => Promise<Answer>): Promise<Answer> => {
    const answer = last.then(() => {
      if (isOver) throw new Error('a statement was asked for in a transaction that is over');
      return statement();
    });
    last = answer.catch(() => {}); // its own caller hears of it
    return answer;
  };
  const stop = async (): Promise<void> => {
    isOver = true;
    await last;
  };
  return {
    tx: {
      isTransaction: true,
      query: <Row>(...statement: Parameters<Reader['query']>) => next(() => run<Row>(client, ...statement)),
      copy: (statement, text) => next(() => finished(client.query(from(statement)).end(text))),
    },
    rest: async () => {
      await last;
      await stop();
    },
    stop,
  };
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
