import cluster, { type Worker } from 'node:cluster';
import { setTimeout as pause } from 'node:timers/promises';
import { PROCESS_NUMBER } from '../config.ts';
import type { Log } from '../log.ts';
import { CannotStart } from './cannot-start.ts';
import { Exchange, type Answers } from './exchange.ts';
import { hangs, PATIENT } from './watchdog.ts';

export interface Forking {
  readonly count: number;
  readonly environment: Readonly<Record<string, string>>;
  /** To what the forked processes ask. */
  readonly answers: Answers;
  readonly onReplaced: () => void;
  readonly log: Log;
}

export interface Forks {
  /** Where they listen, all of them at one port. */
  readonly address: string;
  /** The same question to all that run now. */
  ask(what: string): Promise<unknown[]>;
  /** Tells them to stop, and waits for it. */
  stop(): Promise<void>;
}

interface End {
  readonly status: number | null;
  readonly signal: string | null;
}

interface Fork {
  readonly worker: Worker;
  readonly exchange: Exchange;
  readonly listening: Promise<string>;
  readonly ended: Promise<End>;
}

const FIRST_PAUSE_MS = 100; // doubles with each that follows soon
const LONGEST_PAUSE_MS = 30_000;
const CALM_MS = 60_000; // who lived so long did not die of its start

/** Forks this program so many times. Whoever dies later is replaced; should one not even start, all end. */
export async function startForks(forking: Forking): Promise<Forks> {
  const running = new Map<number, Fork>();
  const stopping = new AbortController();
  const begin = (number: number): Fork => {
    const fork = forked(number, forking);
    running.set(number, fork);
    return fork;
  };
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    stopping.abort();
    for (const { worker } of running.values()) worker.process.kill(signal);
    await Promise.all([...running.values()].map(({ ended }) => ended));
  };
  process.once('exit', () => {
    for (const { worker } of running.values()) worker.process.kill('SIGKILL'); // however we end, none outlives us
  });
  try {
    const address = await begin(1).listening; // alone: what hinders one hinders all, and is said once
    const others = Array.from({ length: forking.count - 1 }, (_, i) => begin(i + 2));
    await Promise.all(others.map(({ listening }) => listening));
    for (const number of running.keys()) void keep(number, running, begin, forking, stopping.signal);
    return {
      address,
      ask: (what) => Promise.all([...running.values()].map(({ exchange }) => exchange.ask(what))),
      stop: () => stop('SIGTERM'),
    };
  } catch (error) {
    await stop('SIGKILL');
    throw error;
  }
}

function forked(number: number, { environment, answers }: Forking): Fork {
  const worker = cluster.fork({ ...environment, [PROCESS_NUMBER]: String(number) });
  const ended = new Promise<End>((resolve) => {
    worker.once('exit', (status, signal) => resolve({ status, signal }));
    worker.once('error', () => {
      worker.process.kill('SIGKILL');
      resolve({ status: null, signal: null });
    });
  });
  const listening = Promise.withResolvers<string>();
  const exchange = new Exchange(worker, { ...answers, listening: (address) => listening.resolve(address as string) });
  void ended.then(({ status }) => listening.reject(new CannotStart(status)));
  listening.promise.catch(() => {}); // nobody waits for those that come later
  return { worker, exchange, listening: listening.promise, ended };
}

/** Waits for the end of each that bears this number, and puts another in its place. */
async function keep(
  number: number,
  running: ReadonlyMap<number, Fork>,
  begin: (number: number) => Fork,
  { log, onReplaced }: Forking,
  stopping: AbortSignal,
): Promise<void> {
  let pauseMs = FIRST_PAUSE_MS;
  for (let fork = running.get(number)!; ; fork = begin(number)) {
    const beganAt = performance.now();
    const over = new AbortController();
    void watch(fork, number, log, over.signal).catch(() => {}); // it has not even listened
    const { status, signal } = await fork.ended;
    over.abort();
    if (stopping.aborted) return;
    const wasCalm = performance.now() - beganAt > CALM_MS;
    if (wasCalm) pauseMs = FIRST_PAUSE_MS;
    log.warn(
      { process: number, pid: fork.worker.process.pid, status, signal, pauseMs },
      'a process ended, and is replaced',
    );
    onReplaced();
    await pause(pauseMs, undefined, { signal: stopping }).catch(() => {}); // woken early when we stop
    if (stopping.aborted) return;
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
  }
}

/** One that is stuck takes connections in, and leaves them without an answer: worse than none. */
async function watch(
  { worker, exchange, listening }: Fork,
  number: number,
  log: Log,
  over: AbortSignal,
): Promise<void> {
  await listening;
  const { pid } = worker.process;
  log.info({ process: number, pid }, 'a process answers');
  if (!(await hangs({ ask: () => exchange.ask('alive'), ...PATIENT }, over))) return;
  log.error({ process: number, pid }, 'a process hangs, and is killed');
  worker.process.kill('SIGKILL');
}
