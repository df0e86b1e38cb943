import type { Pool, PoolClient } from 'pg';
import { underStatementSpan } from '../telemetry/tracing.ts';

type Query = (...args: unknown[]) => unknown;

/** A span for every statement of the pool, be it the ORM's or hand-written. For a process that traces; others are left as they are. */
export function traceStatements(pool: Pool): void {
  const query = pool.query.bind(pool) as Query;
  pool.query = spanning(query) as Pool['query'];
  const connect = pool.connect.bind(pool) as Query;
  pool.connect = ((given?: unknown) => {
    if (given) return connect(given); // so `pool.query` asks, which has its span
    return (connect() as Promise<PoolClient>).then(tracedUntilReleased);
  }) as Pool['connect'];
}

function tracedUntilReleased(client: PoolClient): PoolClient {
  const query = Reflect.get(client, 'query') as Query;
  const release = client.release.bind(client);
  client.query = spanning(query.bind(client)) as PoolClient['query'];
  client.release = (error) => {
    client.query = query as PoolClient['query'];
    release(error);
  };
  return client;
}

/** Streams and callbacks pass as they are: only a promise tells when it ends. */
const spanning =
  (query: Query): Query =>
  (...args) => {
    const name = nameOf(args[0]);
    return name === null || typeof args.at(-1) === 'function'
      ? query(...args)
      : underStatementSpan(name, () => query(...args) as Promise<unknown>);
  };

/** Of a prepared statement; of another, its first word: its text stays in the house. Null: it is a stream, such as that of a COPY. */
function nameOf(statement: unknown): string | null {
  if (typeof statement === 'string') return firstWord(statement);
  const { name, text, submit } = statement as {
    readonly name?: string;
    readonly text?: unknown;
    readonly submit?: unknown;
  };
  return submit === undefined && typeof text === 'string' ? name || firstWord(text) : null;
}

const firstWord = (text: string): string => /\w+/.exec(text)?.[0].toLowerCase() ?? 'statement';
