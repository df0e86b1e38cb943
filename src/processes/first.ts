import type { Config } from '../config.ts';
import { readBacklogs } from '../db/backlogs.ts';
import { openDatabase } from '../db/database.ts';
import { reader } from '../db/tx.ts';
import { entities } from '../entities.ts';
import { openMetrics } from '../graphql/metrics.ts';
import { welcome } from '../graphql/welcome.ts';
import { installationFrom } from '../installation.ts';
import type { Log } from '../log.ts';
import { countReplaced, exposition, startMetrics, type Exposition } from '../telemetry/metrics.ts';
import { startTracing } from '../telemetry/tracing.ts';
import { startForks, type Forks } from './forks.ts';
import { startJobs } from './jobs.ts';
import { prepare } from './prepare.ts';

/** In metrics, the number of the process that forks the others. */
const FIRST = 0;

/** Opens the database, forks the processes that answer, and does what is to be done once. What it returns stops it all. */
export async function startFirst(config: Config, log: Log, clock: () => number): Promise<() => Promise<void>> {
  const { databaseUrl: url, dataDir, traceEndpoint, processes, metricsPort, metricsToken } = config;
  const endTracing = await startTracing(traceEndpoint);
  if (metricsPort !== null || metricsToken !== null) await startMetrics(FIRST);
  const database = await openDatabase({ url, dataDir, entities });
  try {
    await prepare(config, database, clock());
    let forks: Forks | null = null;
    const exposed = async (): Promise<Exposition> => {
      const backlogs = await readBacklogs(reader(database.pool), clock());
      return exposition(database.pool, backlogs, await forks?.ask('metrics'));
    };
    forks = await startForks({
      count: processes,
      environment: { DATABASE_URL: database.url }, // the embedded one's, too: this process keeps it up
      answers: { exposition: exposed },
      onReplaced: countReplaced,
      log,
    });
    const metrics = metricsPort === null ? null : await openMetrics({ ...config, metricsPort }, exposed);
    const jobs = startJobs(database, config, installationFrom(config), log, clock);
    process.stdout.write(await welcome(config, forks.address, clock()));
    return async () => {
      await forks.stop();
      await jobs.stop();
      await metrics?.close();
      await database.close();
      await endTracing();
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}
