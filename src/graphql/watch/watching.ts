import type { ApolloServerPlugin } from '@apollo/server';
import type { FastifyInstance } from 'fastify';
import type { Pool } from 'pg';
import type { Call } from '../../access/call.ts';
import { Refusals } from '../../audit/refusals.ts';
import type { Log } from '../../log.ts';
import { auditPlugin } from '../audited.ts';
import { serveMetrics, type ServedMetrics } from '../metrics.ts';
import { watchPlugin } from './watch-plugin.ts';
import { watchRequests } from './watch.ts';

export interface WatchSettings extends Partial<ServedMetrics> {
  readonly clock?: () => number;
}

export interface Watching {
  /** For the end of the list: they look at what the others made of an answer. */
  readonly plugins: readonly ApolloServerPlugin<Call>[];
  /** For what is refused beside GraphQL. */
  readonly refusals: Refusals;
  readonly close: () => Promise<void>;
}

const FLUSH_MS = 20_000;

/** Tells of every request, counts, and enters in the audit log what was refused. Before any other hook of `app`. */
export async function watching(
  app: FastifyInstance,
  pool: Pool,
  { metricsPort = null, metricsHost = 'localhost', metricsToken = null, exposed, clock = Date.now }: WatchSettings,
  log: Log,
): Promise<Watching> {
  watchRequests(app, log);
  const refusals = new Refusals(pool, (err) =>
    log.error({ err }, 'refusals could not be entered in the audit log yet'),
  );
  const flushing = setInterval(() => void refusals.flush(clock()), FLUSH_MS).unref();
  const metrics = await serveMetrics(app, pool, { metricsPort, metricsHost, metricsToken, exposed }, clock);
  return {
    plugins: [auditPlugin(refusals), watchPlugin],
    refusals,
    close: async () => {
      clearInterval(flushing);
      await refusals.flush(clock(), true);
      await metrics.close();
    },
  };
}
