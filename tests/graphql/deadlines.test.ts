import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PoolClient } from 'pg';
import { Deadline, underDeadline } from '../../src/db/deadline.ts';
import { inTransaction, reader } from '../../src/db/tx.ts';
import { globalId } from '../../src/kernel/global-id.ts';
import { newId } from '../../src/kernel/ids.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';

const db = aDatabase();
const SECONDS = 0.4;
const api = anApi(db, { timeoutSeconds: SECONDS });
const MERCHANT = '{ merchant(externalId: "m-1") { id } }';

/** Keeps a table, so that whoever asks for it waits for as long as we like. */
let holder: PoolClient;
let holderPid: number;
beforeEach(async () => {
  holder = await db.pool.connect();
  holderPid = (await holder.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]!.pid;
});
afterEach(async () => {
  await holder.query('rollback');
  holder.release();
});
const keep = (table: string) => holder.query(`begin; lock table ${table} in access exclusive mode`);

/** Statements that are at work or wait, beside this one. */
async function running(): Promise<string[]> {
  const { rows } = await db.pool.query<{ query: string }>(
    `select query from pg_stat_activity
      where datname = current_database() and state <> 'idle' and backend_type = 'client backend'
        and pid not in (pg_backend_pid(), $1)`,
    [holderPid],
  );
  return rows.map(({ query }) => query);
}
const untilRunning = () => vi.waitUntil(async () => (await running()).length > 0, 5000);
const untilStill = () => vi.waitUntil(async () => (await running()).length === 0, { timeout: 2000, interval: 20 });

describe('a request that takes too long', () => {
  it.each([
    ['by hand-written SQL', MERCHANT, 'merchant'],
    ['by the ORM', `{ node(id: "${globalId('Order', newId(0), newId(0))}") { id } }`, '"order"'],
  ])('is ended %s, and so is what it asks of the database', async (_, query, table) => {
    await keep(table);
    const startedAt = performance.now();
    const { status, errors } = await api.ask('ADMIN', query);

    expect([status, errors]).toMatchObject([503, [{ extensions: { code: 'TIMED_OUT', kind: 'UNAVAILABLE' } }]]);
    expect(performance.now() - startedAt).toBeLessThan(3 * SECONDS * 1000 + 1000);
    await untilStill();
  });

  it('may be sent again: the next finds a sound connection', async () => {
    await keep('merchant');
    await Promise.all(Array.from({ length: 12 }, () => api.ask(null, MERCHANT))); // more than there are connections
    await holder.query('rollback');
    const answers = await Promise.all(Array.from({ length: 20 }, () => api.ask(null, MERCHANT)));

    expect(answers.filter(({ data }) => data?.merchant === null)).toHaveLength(20);
    expect(db.pool.waitingCount).toBe(0);
  });

  it('has longer when it comes from the house', async () => {
    await keep('merchant');
    const asked = api.ask('ADMIN', MERCHANT);
    await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000 + 200));
    expect(await running()).not.toEqual([]);
    await holder.query('rollback');

    expect(await asked).toMatchObject({ status: 200, data: { merchant: null } });
  });
});

describe('a request that nobody waits for any more', () => {
  it('is ended in the database, too', async () => {
    await keep('merchant');
    const leaving = new AbortController();
    const asked = api.send('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await api.tokenFor('ADMIN')}` },
      body: JSON.stringify({ query: MERCHANT }),
      signal: leaving.signal,
    });
    await untilRunning();
    leaving.abort();

    await expect(asked).rejects.toThrow('abort');
    await untilStill();
  });
});

describe('a transaction whose time is over', () => {
  it('runs nothing further, and is rolled back', async () => {
    await holder.query('create table probe (n int)');
    const deadline = new Deadline(60_000);
    const done: string[] = [];
    const work = underDeadline(deadline, () =>
      inTransaction(db.pool, async (tx) => {
        await tx.query('', `insert into probe values (1)`);
        done.push('first');
        deadline.abandon();
        await tx.query('', `insert into probe values (2)`);
        done.push('second');
      }),
    );

    await expect(work).rejects.toMatchObject({ code: 'ABANDONED' });
    expect(done).toEqual(['first']);
    expect((await holder.query('select from probe')).rowCount).toBe(0);
  });

  it('gets no connection any more', async () => {
    const deadline = new Deadline(60_000);
    deadline.abandon();

    await expect(underDeadline(deadline, () => reader(db.pool).query('', 'select 1'))).rejects.toMatchObject({
      code: 'ABANDONED',
    });
  });

  it('leaves alone what others do on the same connections', async () => {
    const deadline = new Deadline(60_000);
    const sql = reader(db.pool);
    const slow = underDeadline(deadline, () => sql.query('', 'select pg_sleep(5)'));
    const others = Promise.all(Array.from({ length: 30 }, () => sql.query('', 'select pg_sleep(0.05)')));
    await untilRunning();
    deadline.abandon();

    await expect(slow).rejects.toMatchObject({ code: '57014' });
    await expect(others).resolves.toHaveLength(30);
  });
});
