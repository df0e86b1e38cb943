import { checkpointJob } from './audit/checkpoint.job.ts';
import { sequenceJob } from './audit/sequence.ts';
import { EXIT } from './command.ts';
import { Misconfigured, readConfig, type Config } from './config.ts';
import { openDatabase, type Database } from './db/database.ts';
import { isConnectionLoss } from './db/failures.ts';
import { forgetKeyedCalls } from './db/keyed-calls.job.ts';
import { reader } from './db/tx.ts';
import { disclosureJobs } from './disclosure/disclosure.jobs.ts';
import { entities } from './entities.ts';
import { buildPolicies } from './grades/building.ts';
import { foldingsAt } from './grades/foldings.ts';
import { ensureDefaultPolicies } from './grades/policies.commands.ts';
import { sweepGrades } from './grades/sweep.ts';
import { sweepFullBudgets } from './graphql/budget/sweep.job.ts';
import { fillWithDemo } from './intake/demo.ts';
import { expirePendingEvents } from './intake/pending.job.ts';
import { scanHourly } from './integrity/scan.job.ts';
import { installationFrom } from './installation.ts';
import { openLog, type Log } from './log.ts';
import { settlePoints } from './points/settle.job.ts';
import { movePrivileges } from './rewards/privileges.job.ts';
import { settleRewards } from './rewards/settle.job.ts';
import { startServer } from './server.ts';
import { startTracing } from './telemetry/tracing.ts';
import { welcome } from './graphql/welcome.ts';
import { startWorker } from './worker.ts';

/** Longer than any request may take to finish, and shorter than what supervisors grant before they kill. */
const STOPPING_MS = 15_000;

/** Starts everything, in the order in which one thing needs another. What it returns stops it all, in the opposite order. */
async function start(config: Config, log: Log): Promise<() => Promise<void>> {
  const { databaseUrl: url, dataDir, traceEndpoint } = config;
  const endTracing = traceEndpoint === null ? async () => {} : await startTracing(traceEndpoint);
  const database = await openDatabase({ url, dataDir, entities });
  try {
    await prepare(config, database);
    const installation = installationFrom(config);
    const server = await startServer({ ...config, installation }, database, log);
    const worker = startWorker(
      [
        sequenceJob(database.pool),
        checkpointJob(database.pool, config.hashSecret, log),
        buildPolicies(database.pool, Date.now),
        expirePendingEvents(database.pool),
        forgetKeyedCalls(database.pool),
        sweepGrades(database.pool),
        scanHourly(database.pool, foldingsAt),
        settlePoints(database.pool),
        settleRewards(database.pool),
        movePrivileges(database.pool),
        sweepFullBudgets(database.pool),
        ...disclosureJobs(database.pool, installation, Date.now),
      ],
      log,
    );
    process.stdout.write(await welcome(config, server.address, Date.now()));
    return async () => {
      await server.stop();
      await worker.stop();
      await database.close();
      await endTracing();
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

const DEMO_NOTICE = 'Filling the empty database with a demo marketplace; CREDENCE_DEMO=0 leaves it empty …\n';
const NOTICE_AFTER_MS = 500; // a database that is not empty is seen to be so long before

/** What the database must hold before anyone asks. */
async function prepare({ demo, hashSecret }: Config, { pool }: Database): Promise<void> {
  const now = Date.now();
  await ensureDefaultPolicies(reader(pool), now);
  if (!demo) return;
  const notice = setTimeout(() => process.stdout.write(DEMO_NOTICE), NOTICE_AFTER_MS);
  await fillWithDemo(pool, hashSecret, now).finally(() => clearTimeout(notice));
}

/** Ends the process on the first signal, in good order; and at once when that takes too long. */
function stopOnSignals(stop: () => Promise<void>, log: Log): void {
  let isStopping = false;
  const end = async (): Promise<void> => {
    if (isStopping) return;
    isStopping = true;
    const tooLong = setTimeout(() => fail(log, new Error('stopping took too long')), STOPPING_MS);
    await stop();
    clearTimeout(tooLong);
    process.exit(EXIT.DONE);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => void end().catch((error: unknown) => fail(log, error)));
}

function fail(log: Log, error: unknown): never {
  log.fatal({ err: error }, 'the process ends because of this');
  process.exit(1);
}

const UNKNOWN_HOST: readonly unknown[] = ['ENOTFOUND', 'EAI_AGAIN'];
/** invalid_password, invalid_authorization_specification, invalid_catalog_name. */
const REFUSED: readonly unknown[] = ['28P01', '28000', '3D000'];

/** One line that says what to do, where we know it. */
function explain(error: unknown, { port, databaseUrl }: Config): string | null {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'EADDRINUSE')
    return `Port ${port} is taken. Stop what uses it, or choose another: PORT=${port + 1} npm start`;
  if (code === 'EACCES') return `Port ${port} is not ours to use. Choose one above 1023: PORT=4000 npm start`;
  if (databaseUrl === null) return null;
  const said = (error instanceof Error && error.message) || String(code);
  if (isConnectionLoss(error) || UNKNOWN_HOST.includes(code))
    return `The database of DATABASE_URL cannot be reached: ${said}`;
  if (REFUSED.includes(code)) return `The database of DATABASE_URL does not let us in: ${said}`;
  return null;
}

async function main(): Promise<void> {
  let config: Config;
  try {
    config = readConfig();
  } catch (error) {
    if (!(error instanceof Misconfigured)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT.WRONG_USE);
  }
  const log = openLog(config.logLevel);
  process.on('unhandledRejection', (error) => fail(log, error));
  process.on('uncaughtException', (error) => fail(log, error));
  const started = start(config, log);
  stopOnSignals(async () => (await started)(), log);
  try {
    await started;
  } catch (error) {
    const line = explain(error, config);
    if (line === null) fail(log, error);
    process.stderr.write(`${line}\n`);
    process.exit(EXIT.BROKEN);
  }
}

await main();
