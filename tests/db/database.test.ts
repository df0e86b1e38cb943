import { randomBytes } from 'node:crypto';
import { expect, inject, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/db/database.ts';
import { reader } from '../../src/db/tx.ts';
import { entities } from '../../src/entities.ts';
import { aDatabase } from '../kit/database.ts';
import { onServer, urlOn } from '../kit/server.ts';

const db = aDatabase();

async function anEmptyDatabase(): Promise<string> {
  const name = `credence_test_empty_${randomBytes(6).toString('hex')}`;
  await onServer(inject('serverUrl'), `create database ${name}`);
  onTestFinished(() => onServer(inject('serverUrl'), `drop database ${name} with (force)`));
  return urlOn(inject('serverUrl'), name);
}

it('brings an empty database up to date once when three open it at the same moment', async () => {
  const url = await anEmptyDatabase();
  const opened = await Promise.all([1, 2, 3].map(() => openDatabase({ url, dataDir: '.', entities })));
  onTestFinished(async () => {
    for (const each of opened) await each.close();
  });

  const applied = await reader(opened[0]!.pool).query<{ name: string }>('', 'select name from mikro_orm_migrations');

  expect(applied.length).toBeGreaterThan(0);
  expect(new Set(applied.map(({ name }) => name)).size).toBe(applied.length);
});

/** Indexes, checks and defaults are the migrations' own affair; columns and keys are the entities' too. */
const isMigrationsOwn = (statement: string) => /drop (index|constraint|default)/.test(statement);

it('has tables that are what the entities say', async () => {
  const difference = await db.orm.schema.getUpdateSchemaSQL({ wrap: false, safe: true });
  const statements = difference.split('\n').filter((line) => line !== '' && !isMigrationsOwn(line));

  expect(statements).toEqual([]);
});

it('ends a statement that takes longer than it may', async () => {
  const hasty = await openDatabase({
    url: db.url,
    dataDir: '.',
    entities,
    migrate: false,
    limits: { statementTimeoutMs: 50 },
  });
  onTestFinished(() => hasty.close());

  await expect(reader(hasty.pool).query('', 'select pg_sleep(5)')).rejects.toThrow('statement timeout');
});

it('lets go of what it took when it cannot be opened', async () => {
  const nowhere = urlOn(inject('serverUrl'), 'credence_no_such_database');

  await expect(openDatabase({ url: nowhere, dataDir: '.', entities })).rejects.toThrow('does not exist');
});
