import type { Config } from '../config.ts';
import { poolSizeOf } from '../connections.ts';
import { openDatabase } from '../db/database.ts';
import { entities } from '../entities.ts';
import { installationFrom } from '../installation.ts';
import type { Log } from '../log.ts';
import { startServer } from '../server.ts';
import { ownMetrics, startMetrics, type Exposition } from '../telemetry/metrics.ts';
import { startTracing } from '../telemetry/tracing.ts';
import { Exchange, type End } from './exchange.ts';

/** One of several processes that answer, and do nothing else. The first one has opened the database, and does the rest. */
export async function startFellow(config: Config, log: Log, end: End): Promise<() => Promise<void>> {
  const { databaseUrl: url, dataDir, traceEndpoint, processes, connections, metricsPort, metricsToken } = config;
  const endTracing = await startTracing(traceEndpoint);
  if (metricsPort !== null || metricsToken !== null) await startMetrics(config.processNumber);
  const limits = { poolSize: poolSizeOf(processes, connections) };
  const database = await openDatabase({ url, dataDir, entities, limits, migrate: false });
  try {
    const first = new Exchange(end, { alive: () => true, metrics: () => ownMetrics(database.pool) });
    const server = await startServer(
      {
        ...config,
        installation: installationFrom(config),
        metricsPort: null, // that one is the first one's
        metricsToken: metricsPort === null ? metricsToken : null,
        exposed: async () => exposedBy(await first.ask('exposition')),
      },
      database,
      log,
    );
    await first.ask('listening', server.address);
    return async () => {
      await server.stop();
      await database.close();
      await endTracing();
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

function exposedBy(answer: unknown): Exposition {
  if (answer === undefined) throw new Error('the first process does not tell its metrics');
  return answer as Exposition;
}
