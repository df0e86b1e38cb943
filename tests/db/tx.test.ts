import { beforeAll, describe, expect, it } from 'vitest';
import { copyOf, int8, text } from '../../src/db/binary-rows.ts';
import { inTransaction, reader, type Tx } from '../../src/db/tx.ts';
import { aDatabase } from '../kit/database.ts';

const db = aDatabase();
const sql = <Row = Record<string, unknown>>(text: string, ...values: unknown[]) =>
  reader(db.pool).query<Row>('', text, values);

beforeAll(async () => {
  await sql('create table pot (name text primary key, amount int8 not null)');
  await sql(`insert into pot values ('left', 0), ('right', 0)`);
});

describe('inTransaction', () => {
  it('saves all of the work', async () => {
    await inTransaction(db.pool, async (tx) => {
      await tx.query('', `insert into pot values ('a', 1)`);
      await tx.query('', `insert into pot values ('b', 2)`);
    });

    expect(await sql(`select amount from pot where name in ('a', 'b') order by name`)).toEqual([
      { amount: 1 },
      { amount: 2 },
    ]);
  });

  it('saves nothing when the work throws, and throws on what it threw', async () => {
    const work = inTransaction(db.pool, async (tx) => {
      await tx.query('', `insert into pot values ('half', 1)`);
      throw new Error('enough');
    });

    await expect(work).rejects.toThrow('enough');
    expect(await sql(`select from pot where name = 'half'`)).toEqual([]);
  });

  it('does not pass over a statement that failed and was ignored', async () => {
    const work = inTransaction(db.pool, async (tx) => {
      await tx.query('', `insert into pot values ('lost', 1)`);
      await tx.query('', 'select from no_such_table').catch(() => {});
    });

    await expect(work).rejects.toThrow('rolled back');
    expect(await sql(`select from pot where name = 'lost'`)).toEqual([]);
  });

  it('sends nothing more once a statement has failed, though it was asked for at once', async () => {
    const put = (tx: Tx, name: string) => tx.query('', 'insert into pot values ($1, 1)', [name]);
    for (let round = 0; round < 5; round++) {
      const work = inTransaction(db.pool, async (tx) => {
        await Promise.all(['left', 'stray-1', 'stray-2', 'stray-3', 'stray-4'].map((name) => put(tx, name)));
      });
      await expect(work).rejects.toMatchObject({ code: '23505' }); // "left" is there
    }

    await inTransaction(db.pool, (tx) => put(tx, 'next')); // by the same connection
    expect(await sql(`select name from pot where name like 'stray%' or name = 'next'`)).toEqual([{ name: 'next' }]);
  });

  it('tells all who asked for more what failed first, be it a statement or a copy', async () => {
    const put = (tx: Tx) => tx.query('', `insert into pot values ('left', 1)`);
    const copy = (tx: Tx) =>
      tx.copy(...copyOf('pot', { name: text((name: string) => name), amount: int8(() => 1) }, ['new', 'left']));
    for (const fail of [put, copy]) {
      const outcomes: PromiseSettledResult<unknown>[] = [];
      const work = inTransaction(db.pool, async (tx) => {
        const asked = [fail(tx), tx.query('', 'select 1'), copy(tx), tx.query('', 'select no_such_column')];
        outcomes.push(...(await Promise.allSettled(asked)));
        await asked.at(-1);
      });
      await expect(work).rejects.toMatchObject({ code: '23505' });
      expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'rejected']);
      for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: { code: '23505' } });
    }
    expect(await sql(`select amount from pot where name in ('new', 'left')`)).toEqual([{ amount: 0 }]);
  });

  it('copies rows whose keys are free, and none where one of them is taken; the rest of the work goes on', async () => {
    const rowsOf = (...names: string[]) =>
      copyOf('pot', { name: text((name: string) => name), amount: int8(() => 1) }, names);

    const tried = await inTransaction(db.pool, (tx) =>
      Promise.all([
        tx.copyNew(...rowsOf('free-1', 'free-2')),
        tx.copyNew(...rowsOf('free-3', 'left', 'free-4')), // "left" is there
        tx.copyNew(...rowsOf('free-5')),
      ]),
    );

    expect(tried).toEqual([true, false, true]);
    const found = await sql(`select name from pot where name like 'free%' order by name`);
    expect(found).toEqual([{ name: 'free-1' }, { name: 'free-2' }, { name: 'free-5' }]);
  });

  it('sends nothing more once the work has thrown', async () => {
    const work = inTransaction(db.pool, async (tx) => {
      for (const name of ['late-1', 'late-2', 'late-3'])
        void tx.query('', 'insert into pot values ($1, 1)', [name]).catch(() => {});
      throw new Error('enough');
    });
    await expect(work).rejects.toThrow('enough');
    await sql('select pg_sleep(0.05)');
    expect(await sql(`select from pot where name like 'late%'`)).toEqual([]);
  });

  it('saves what the work has asked for and not waited for', async () => {
    await inTransaction(db.pool, async (tx) => {
      void tx.query('', `insert into pot values ('unwaited-1', 1)`);
      void tx.query('', `insert into pot values ('unwaited-2', 1)`);
    });
    expect(await sql(`select from pot where name like 'unwaited%'`)).toHaveLength(2);
  });

  it('is of no use once it is over', async () => {
    const leaked = await inTransaction(db.pool, async (tx) => ({ tx }));
    await expect(leaked.tx.query('', 'select 1')).rejects.toThrow('is over');
  });

  it('runs the work of one of two again that wait for each other', async () => {
    let runs = 0;
    const bothHoldOne = rendezvous(2);
    const oneIsDone = Promise.withResolvers<void>();
    const add = (first: string, second: string) =>
      inTransaction(db.pool, async (tx) => {
        const isFirstRun = ++runs <= 2;
        if (!isFirstRun) await oneIsDone.promise; // or the two may well meet again, on a busy machine
        await tx.query('', `set local deadlock_timeout = '50ms'`);
        await tx.query('', 'update pot set amount = amount + 1 where name = $1', [first]);
        if (isFirstRun) await bothHoldOne();
        await tx.query('', 'update pot set amount = amount + 1 where name = $1', [second]);
      }).then(oneIsDone.resolve);

    await Promise.all([add('left', 'right'), add('right', 'left')]);

    expect(await sql(`select amount from pot where name in ('left', 'right')`)).toEqual([{ amount: 2 }, { amount: 2 }]);
    expect(runs).toBe(3);
  });

  it('runs the work again, once, when the connection was lost in it', async () => {
    const backends: number[] = [];
    const answer = await inTransaction(db.pool, async (tx) => {
      const [backend] = await tx.query<{ pid: number }>('', 'select pg_backend_pid() as pid');
      backends.push(backend!.pid);
      if (backends.length === 1) await sql('select pg_terminate_backend($1, 5000)', backend!.pid);
      await tx.query('', 'select 1');
      return 'done';
    });

    expect(answer).toBe('done');
    expect(new Set(backends).size).toBe(2);
  });

  it('refuses when the connection is lost again', async () => {
    let runs = 0;
    const work = inTransaction(db.pool, async (tx) => {
      runs++;
      await tx.query('', 'select pg_terminate_backend(pg_backend_pid())');
    });

    await expect(work).rejects.toMatchObject({ kind: 'UNAVAILABLE', code: 'DATABASE_UNAVAILABLE' });
    expect(runs).toBe(2);
  });

  it('does not run the work again when the outcome of its commit is unknown', async () => {
    await sql(`create table slow (id int primary key, other int references slow deferrable initially deferred)`);
    await sql(`create function die() returns trigger language plpgsql as
      $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$`);
    await sql(`create constraint trigger dies after insert on slow deferrable initially deferred
      for each row execute function die()`);
    let runs = 0;

    const work = inTransaction(db.pool, async (tx) => {
      runs++;
      await tx.query('', 'insert into slow values (1)');
    });

    await expect(work).rejects.toMatchObject({ kind: 'UNAVAILABLE', code: 'OUTCOME_UNKNOWN' });
    expect(runs).toBe(1);
  });
});

describe('what is read', () => {
  it('is a number for an int8, as long as that holds it exactly', async () => {
    expect(await sql('select 9007199254740991::int8 as a, array[1, null]::int8[] as b')).toEqual([
      { a: Number.MAX_SAFE_INTEGER, b: [1, null] },
    ]);
    await expect(sql('select 9007199254740992::int8')).rejects.toThrow('beyond');
  });

  it('is text for a numeric and a date, and a Date for an instant', async () => {
    const rows = await sql(
      `select 1.10::numeric as a, array[1.10, null]::numeric[] as b, date '2026-11-21' as c,
         timestamptz '2026-11-21T12:00+02' as d`,
    );

    expect(rows).toEqual([{ a: '1.10', b: ['1.10', null], c: '2026-11-21', d: new Date('2026-11-21T10:00Z') }]);
  });
});

describe('a prepared statement', () => {
  it('has one text for its name', async () => {
    await reader(db.pool).query('test.one', 'select 1');

    await expect(reader(db.pool).query('test.one', 'select 2')).rejects.toThrow('two statements are named "test.one"');
  });

  it('has a name that Postgres does not cut', async () => {
    await expect(reader(db.pool).query('x'.repeat(64), 'select 1')).rejects.toThrow('too long');
  });
});

/** Each caller waits until all have come. */
function rendezvous(count: number): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let come = 0;
  return () => {
    if (++come === count) resolve();
    return promise;
  };
}
