import type { Pool, PoolClient } from 'pg';
import { copyOut } from './copy-out.ts';
import { isConnectionLoss, unavailable } from './failures.ts';
import type { Reader } from './tx.ts';
import { resultTypes } from './types.ts';

/** The database as of one moment, for long readings. */
export interface Snapshot extends Reader {
  /** Connections that see the same moment, so that a statement can be at work while the rows of another are read. */
  readonly copiers: readonly [Copier, Copier];
}

export interface Copier {
  /** `copy … to stdout`, as it comes, for `readCopiedRows`. One at a time. */
  copyOut(statement: string): AsyncIterable<Buffer>;
}

const BEGIN = 'begin isolation level repeatable read read only';
/** A long reading takes its time, and sorts in memory. */
const SETTINGS = `set local statement_timeout = 0; set local work_mem = '64MB'`;

/** Reads for as long as it takes; nobody waits for it, and what others do meanwhile is not seen. */
export async function inSnapshot<T>(pool: Pool, work: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  const clients: PoolClient[] = [];
  const open = async (): Promise<PoolClient> => {
    const client = await pool.connect();
    client.on('error', ignoreLoss);
    clients.push(client);
    await client.query(BEGIN);
    return client;
  };
  let failure: Error | undefined; // set: the connections are thrown away, not given back
  try {
    const first = await open();
    await first.query(SETTINGS);
    const { rows } = await first.query<{ id: string }>('select pg_export_snapshot() as id');
    const copiers = [
      copier(await joined(await open(), rows[0]!.id)),
      copier(await joined(await open(), rows[0]!.id)),
    ] as const;
    return await work({
      copiers,
      query: async <Row>(_: string, text: string, values: readonly unknown[] = []) =>
        (await first.query({ text, values: [...values], types: resultTypes })).rows as Row[],
    });
  } catch (error) {
    failure = error as Error; // a reading that was left halfway would disturb whoever comes next
    throw isConnectionLoss(error) ? unavailable(error) : error;
  } finally {
    for (const client of clients) await close(client, failure);
  }
}

async function joined(client: PoolClient, snapshot: string): Promise<PoolClient> {
  await client.query(`set transaction snapshot '${snapshot}'`);
  await client.query(SETTINGS);
  return client;
}

const copier = (client: PoolClient): Copier => ({
  copyOut: (statement) => {
    const rows = client.query(copyOut(statement));
    rows.on('error', ignoreLoss); // whoever reads it hears of it; but it may fail before anyone does
    return rows;
  },
});

/** Nothing to do: the statement at work fails with it. Without a listener it would end the process. */
const ignoreLoss = () => {};

async function close(client: PoolClient, failure: Error | undefined): Promise<void> {
  const lost =
    failure ??
    (await client.query('commit').then(
      () => undefined,
      (error: Error) => error,
    ));
  client.off('error', ignoreLoss);
  client.release(lost);
}
