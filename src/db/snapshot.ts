import type { Pool } from 'pg';
import { to } from 'pg-copy-streams';
import { isConnectionLoss, unavailable } from './failures.ts';
import type { Reader } from './tx.ts';
import { resultTypes } from './types.ts';

/** The database as of one moment, for long readings. */
export interface Snapshot extends Reader {
  /** `copy … to stdout`, as it comes: in chunks that know nothing of rows. */
  copyOut(statement: string): AsyncIterable<Buffer>;
}

/** Reads for as long as it takes, one statement after the other; nobody waits for it, and what others do meanwhile is not seen. */
export async function inSnapshot<T>(pool: Pool, work: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw isConnectionLoss(error) ? unavailable(error) : error;
  });
  const ignoreLoss = () => {}; // the statement at work fails with it
  client.on('error', ignoreLoss);
  let failure: Error | undefined; // set: the connection is thrown away, not given back
  try {
    await client.query('begin isolation level repeatable read read only');
    await client.query('set local statement_timeout = 0');
    return await work({
      query: async <Row>(_: string, text: string, values: readonly unknown[] = []) =>
        (await client.query({ text, values: [...values], types: resultTypes })).rows as Row[],
      copyOut: (statement) => client.query(to(statement)),
    });
  } catch (error) {
    failure = error as Error; // a reading that was left halfway would disturb whoever comes next
    throw isConnectionLoss(error) ? unavailable(error) : error;
  } finally {
    client.off('error', ignoreLoss);
    if (!failure) await client.query('commit').catch((error: Error) => (failure = error));
    client.release(failure);
  }
}
