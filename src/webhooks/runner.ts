import { EventEmitter } from 'node:events';
import type { WorkerEvents } from 'graphile-worker';
import pg, { type Pool } from 'pg';
import { reader } from '../db/tx.ts';
import type { Log } from '../log.ts';
import { deliverLane, type Delivering } from './deliver.ts';
import * as queue from './queue.queries.ts';
import { SCHEMA, TASK, type Lane } from './queue.queries.ts';

/** How often and how long. In ms. */
export interface Pace {
  /** Between looks for jobs that have come due; of those that are due at once it is told. */
  readonly pollMs: number;
  /** Who has not said for so long that it lives is taken for dead, and its jobs are given to others. */
  readonly leaseMs: number;
  /** So long what is under way may take when we stop; then it is broken off, and sent again by whoever is next. */
  readonly stoppingMs: number;
}

export const PACE: Pace = { pollMs: 2_000, leaseMs: 20_000, stoppingMs: 3_000 };

/** Deliveries at work in this process: they wait for others nearly all of their time. */
const AT_ONCE = 32;
/** Connections beside those that answer people; one of them listens. */
const CONNECTIONS = 5;
const STATEMENT_MS = 30_000;

/** graphile-worker at work in this process. */
export interface Runner {
  /** Says that this process lives, and frees what dead ones have locked. */
  readonly keepAlive: (now: number) => Promise<void>;
  /** It ended by itself: there must be another one. */
  readonly hasEnded: () => boolean;
  readonly stop: () => Promise<void>;
}

/** The library is loaded, and makes its tables, only here: an installation without webhooks has neither. */
export async function startRunner(url: string, delivering: Omit<Delivering, 'pool'>, pace: Pace): Promise<Runner> {
  const pool = new pg.Pool({
    pipeline: true, // as `inTransaction` needs it
    connectionString: url,
    max: CONNECTIONS,
    statement_timeout: STATEMENT_MS,
    application_name: 'credence webhooks',
  });
  const nothing = () => {}; // the statement in flight, or the next one, hears of it
  pool.on('error', nothing).on('connect', (client) => client.on('error', nothing));
  try {
    return await runOn(pool, { ...delivering, pool }, pace);
  } catch (error) {
    await pool.end();
    throw error;
  }
}

async function runOn(pool: Pool, delivering: Delivering, pace: Pace): Promise<Runner> {
  const { run, runMigrations, Logger } = await import('graphile-worker');
  const sql = reader(pool);
  const shared = {
    pgPool: pool,
    schema: SCHEMA,
    logger: new Logger(() => (level, message) => say(delivering.log, level, message)),
  };
  const wasInstalled = await queue.isInstalled(sql);
  await runMigrations(shared);
  if (!wasInstalled) await queue.unqueueAll(sql);
  const events = new EventEmitter() as WorkerEvents;
  let id = '';
  events.on('pool:create', ({ workerPool }) => (id = workerPool.id));
  const runner = await run({
    ...shared,
    events,
    noHandleSignals: true,
    parsedCronItems: [],
    concurrency: AT_ONCE,
    pollInterval: pace.pollMs,
    gracefulShutdownAbortTimeout: pace.stoppingMs,
    preset: { worker: { localQueue: { size: AT_ONCE } } },
    taskList: { [TASK]: (lane, { abortSignal }) => deliverLane(delivering, lane as Lane, abortSignal) },
  });
  let hasEnded = false;
  runner.promise.catch(() => {}).finally(() => (hasEnded = true));
  return {
    hasEnded: () => hasEnded,
    keepAlive: (now) => keepAlive(pool, id, pace, now),
    stop: async () => {
      if (!hasEnded) await runner.stop();
      await queue.freeJobsOf(sql, [id]);
      await pool.end();
    },
  };
}

async function keepAlive(pool: Pool, id: string, { leaseMs }: Pace, now: number): Promise<void> {
  const sql = reader(pool);
  await queue.keepAlive(sql, id, new Date(now + leaseMs));
  const dead = await queue.deadRunners(sql, new Date(now), new Date(now - leaseMs));
  if (dead.length > 0) await queue.freeJobsOf(sql, dead);
}

/** The library's own words; what it says of every job is not for the log. */
function say(log: Log, level: string, message: string): void {
  if (level === 'error') log.error({ library: 'graphile-worker' }, message);
  else if (level === 'warning') log.warn({ library: 'graphile-worker' }, message);
  else log.debug({ library: 'graphile-worker' }, message);
}
