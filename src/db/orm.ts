import { Migrator } from '@mikro-orm/migrations';
import { defineConfig, type Options } from '@mikro-orm/postgresql';
import path from 'node:path';
import { parse } from 'pg-connection-string';

const MIGRATIONS = path.resolve(import.meta.dirname, '../../migrations');

export interface ConnectionLimits {
  /** How many connections this process may hold. */
  readonly poolSize: number;
  /** Postgres ends a statement that takes longer; 0 means never. */
  readonly statementTimeoutMs: number;
  /** How long a call waits for a connection; 0 means for ever. */
  readonly connectTimeoutMs: number;
}

/** For answering people. Imports and other long work pass their own. */
const DEFAULT_LIMITS: ConnectionLimits = { poolSize: 10, statementTimeoutMs: 30_000, connectTimeoutMs: 5_000 };

/** MikroORM drops a URL's query (?host=, ?sslmode=, …), so it is parsed here, as `pg` would. */
function connectionOptions(url: string, limits: Partial<ConnectionLimits>): Partial<Options> {
  const { host, port, user, password, database, ssl, application_name } = parse(url);
  const { poolSize, statementTimeoutMs, connectTimeoutMs } = { ...DEFAULT_LIMITS, ...limits };
  return {
    host: host ?? 'localhost',
    port: Number(port || 5432),
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
    dbName: database ?? 'credence',
    pool: { min: 0, max: poolSize },
    driverOptions: {
      application_name: application_name ?? 'credence',
      connectionTimeoutMillis: connectTimeoutMs,
      keepAlive: true,
      pipeline: true, // transactions ask for several statements at once (tx.ts)
      ...(statementTimeoutMs > 0 && { statement_timeout: statementTimeoutMs }),
      ...(ssl !== undefined && { ssl }),
    },
  };
}

export function ormConfig(
  url: string,
  entities: NonNullable<Options['entities']>,
  limits: Partial<ConnectionLimits> = {},
): Options {
  return defineConfig({
    ...connectionOptions(url, limits),
    entities,
    extensions: [Migrator],
    forceUtcTimezone: true,
    discovery: { warnWhenNoEntities: false },
    logger: (message) => void process.stderr.write(`${message}\n`), // standard output is for answers
    migrations: {
      path: MIGRATIONS,
      pathTs: MIGRATIONS,
      snapshot: true,
      snapshotName: '.snapshot', // the default has the database's name in it
      snapshotOnMigrate: false, // the default rewrites the file whenever migrations run
      emit: 'ts',
      silent: true,
      transactional: true,
      allOrNothing: false, // one transaction each, so that a long list holds no lock for long
    },
  });
}
