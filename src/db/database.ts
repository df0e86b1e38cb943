import { MikroORM, type Options } from '@mikro-orm/postgresql';
import path from 'node:path';
import pg, { type Pool } from 'pg';
import { heedDeadlines } from './deadline.ts';
import { isTracing } from '../telemetry/tracing.ts';
import { traceStatements } from './traced.ts';
import { ormConfig, type ConnectionLimits } from './orm.ts';

export interface DatabaseOptions {
  /** Null: an embedded Postgres in `dataDir`. */
  readonly url: string | null;
  readonly dataDir: string;
  readonly entities: NonNullable<Options['entities']>;
  /** Bring the tables up to date first; true unless told otherwise. */
  readonly migrate?: boolean;
  readonly limits?: Partial<ConnectionLimits>;
}

export interface Database {
  readonly orm: MikroORM;
  /** The ORM's own: hand-written SQL shares its connections. */
  readonly pool: Pool;
  readonly embedded: boolean;
  /** For a second connection of one's own, as a bulk load may want. */
  readonly url: string;
  close(): Promise<void>;
}

export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { url, stop } = await locate(options);
  try {
    const orm = await MikroORM.init(ormConfig(url, options.entities, options.limits));
    try {
      if (options.migrate ?? true) await migrate(orm, url);
      const pool = await orm.em.getConnection().getNativeClient();
      heedDeadlines(pool);
      if (isTracing()) traceStatements(pool);
      return {
        orm,
        pool,
        embedded: options.url === null,
        url,
        close: async () => {
          await orm.close(true);
          await stop();
        },
      };
    } catch (error) {
      await orm.close(true);
      throw error;
    }
  } catch (error) {
    await stop();
    throw error;
  }
}

async function locate({ url, dataDir }: DatabaseOptions): Promise<{ url: string; stop: () => Promise<void> }> {
  if (url !== null) return { url, stop: async () => {} };
  const { startEmbedded } = await import('./embedded.ts'); // neither loaded nor needed where there is a server
  const cluster = await startEmbedded({ dataDir: path.join(dataDir, 'postgres') });
  return { url: cluster.url(), stop: () => cluster.stop() };
}

const MIGRATION_LOCK = 7_203_901; // any number that nothing else uses

/** The migrator takes no lock: of two processes that start at once, both would create the tables. */
async function migrate(orm: MikroORM, url: string): Promise<void> {
  const holder = new pg.Client({ connectionString: url });
  holder.on('error', () => {}); // the query in flight fails with it
  await holder.connect();
  try {
    await holder.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await orm.migrator.up();
  } finally {
    await holder.end();
  }
}
