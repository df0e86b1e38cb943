import { randomBytes } from 'node:crypto';
import os from 'node:os';
import { afterAll, beforeAll, inject } from 'vitest';
import { openDatabase, type Database } from '../../src/db/database.ts';
import type { ConnectionLimits } from '../../src/db/orm.ts';
import { entities } from '../../src/entities.ts';
import { onServer, urlOn } from './server.ts';

/**
 * A database of this file's own, built by the real migrations, open from before its first test until after its last.
 * What it returns can be used inside tests and hooks only.
 */
export function aDatabase(limits: Partial<ConnectionLimits> = {}): Database {
  const serverUrl = inject('serverUrl');
  const name = `credence_test_${process.pid}_${randomBytes(6).toString('hex')}`;
  let opened: Database | undefined;
  beforeAll(async () => {
    await onServer(serverUrl, `create database ${name} template ${inject('template')} strategy file_copy`);
    opened = await openDatabase({
      url: urlOn(serverUrl, name),
      dataDir: os.tmpdir(),
      entities,
      migrate: false,
      limits,
    });
  });
  afterAll(async () => {
    await opened?.close();
    await onServer(serverUrl, `drop database if exists ${name} with (force)`);
  });
  return standIn(() => opened);
}

/** Stands for the database before it is open, so that a file can name it in one line. */
function standIn(opened: () => Database | undefined): Database {
  const read = <Key extends keyof Database>(key: Key): Database[Key] => {
    const database = opened();
    if (!database) throw new Error('the database is open inside tests and hooks only');
    return database[key];
  };
  return {
    get orm() {
      return read('orm');
    },
    get pool() {
      return read('pool');
    },
    get embedded() {
      return read('embedded');
    },
    get url() {
      return read('url');
    },
    close: () => read('close')(),
  };
}

/** The same database without a row, but for what the migrations put there. */
export async function emptied({ pool }: Database): Promise<void> {
  const { rows } = await pool.query<{ name: string }>(
    `select quote_ident(tablename) as name from pg_tables
      where schemaname = 'public' and tablename not in ('mikro_orm_migrations', 'review_mean') and tablename not like 'audit\\_%'`,
  );
  const deletions = rows.map(({ name }) => `delete from ${name}`).join('; '); // of few rows, sooner done than a truncate
  await pool.query(`begin; set local session_replication_role = replica; ${deletions}; commit`); // past what keeps rows for ever
  await pool.query('update review_mean set valence_sum = 0, count = 0');
  await allMoved({ pool });
}

/** Whatever anybody remembers of the database is forgotten. */
export const allMoved = async ({ pool }: Pick<Database, 'pool'>): Promise<void> =>
  void (await pool.query('insert into move (subject_ids) values (null)'));
