import cluster from 'node:cluster';
import { enableCompileCache } from 'node:module';
import path from 'node:path';
import { EXIT } from './command.ts';
import { Misconfigured, readConfig, type Config } from './config.ts';
import { isConnectionLoss } from './db/failures.ts';
import { openLog, type Log } from './log.ts';
import { CannotStart } from './processes/cannot-start.ts';

/** Longer than any request may take to finish, and shorter than what supervisors grant before they kill. */
const STOPPING_MS = 15_000;

/** Starts what this process is for; nothing else of the house is even loaded. What it returns stops it. */
async function start(config: Config, log: Log): Promise<() => Promise<void>> {
  if (cluster.isWorker) {
    const { startFellow } = await import('./processes/fellow.ts');
    return startFellow(config, log, cluster.worker!);
  }
  if (config.processes > 1) {
    const { startFirst } = await import('./processes/first.ts');
    return startFirst(config, log, Date.now);
  }
  const { startAlone } = await import('./processes/alone.ts');
  return startAlone(config, log, Date.now);
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
  enableCompileCache(path.join(config.dataDir, 'compiled')); // where nobody else can put something
  const log = openLog(config.logLevel, undefined, config.processNumber);
  process.on('unhandledRejection', (error) => fail(log, error));
  process.on('uncaughtException', (error) => fail(log, error));
  const started = start(config, log);
  stopOnSignals(async () => (await started)(), log);
  try {
    await started;
  } catch (error) {
    if (error instanceof CannotStart) process.exit(error.status);
    const line = explain(error, config);
    if (line === null) fail(log, error);
    process.stderr.write(`${line}\n`);
    process.exit(EXIT.BROKEN);
  }
}

await main();
