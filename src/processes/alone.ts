import type { Config } from '../config.ts';
import { poolSizeOf } from '../connections.ts';
import { openDatabase } from '../db/database.ts';
import { entities } from '../entities.ts';
import { welcome } from '../graphql/welcome.ts';
import { installationFrom } from '../installation.ts';
import type { Log } from '../log.ts';
import { startServer } from '../server.ts';
import { startTracing } from '../telemetry/tracing.ts';
import { prepare } from './prepare.ts';

/** Everything in this one process, in the order in which one thing needs another. What it returns stops it all, in the opposite order. */
export async function startAlone(config: Config, log: Log, clock: () => number): Promise<() => Promise<void>> {
  const { databaseUrl: url, dataDir, traceEndpoint, connections } = config;
  const endTracing = await startTracing(traceEndpoint);
  const limits = { poolSize: poolSizeOf(1, connections) };
  const database = await openDatabase({ url, dataDir, entities, limits });
  try {
    await prepare(config, database, clock());
    const installation = installationFrom(config);
    const server = await startServer({ ...config, installation }, database, log);
    const { startJobs } = await import('./jobs.ts'); // once requests can be answered
    const jobs = startJobs(database, config, installation, log, clock);
    process.stdout.write(await welcome(config, server.address, clock()));
    return async () => {
      await server.stop();
      await jobs.stop();
      await database.close();
      await endTracing();
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}
