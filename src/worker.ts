import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from './log.ts';
import { jobSucceeded } from './telemetry/metrics.ts';

/** Something to be done again and again. */
export interface Job {
  readonly name: string;
  /** The pause between the end of one run and the start of the next. */
  readonly everyMs: number;
  /** `now`: ms since 1970. What it throws is logged, and it runs again the next time. `signal`: we stop; long work gives up. */
  readonly run: (now: number, signal: AbortSignal) => Promise<void>;
}

export interface Worker {
  /** Starts nothing more, and waits for what runs. */
  stop(): Promise<void>;
}

/** Runs each job on its schedule, one run of it at a time. */
export function startWorker(jobs: readonly Job[], log: Log, clock: () => number = Date.now): Worker {
  const stopping = new AbortController();
  const running = jobs.map((job) => repeat(job, log, clock, stopping.signal));
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(running);
    },
  };
}

async function repeat({ name, everyMs, run }: Job, log: Log, clock: () => number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await run(clock(), signal);
      jobSucceeded(name, clock());
    } catch (error) {
      log.error({ job: name, err: error }, 'a job failed');
    }
    await pause(everyMs, undefined, { signal }).catch(() => {}); // woken early when we stop
  }
}
