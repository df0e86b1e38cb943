import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startWorker } from '../src/worker.ts';
import { logInto, quiet } from './kit/log.ts';

describe('a worker', () => {
  it('runs each job again and again, and tells it the time', async () => {
    const seen: number[] = [];
    const worker = startWorker([{ name: 'a', everyMs: 1, run: async (now) => void seen.push(now) }], quiet, () => 42);
    while (seen.length < 3) await pause(1);
    await worker.stop();

    expect(new Set(seen)).toEqual(new Set([42]));
  });

  it('runs a job on after it failed, and logs the failure', async () => {
    const logged: Record<string, unknown>[] = [];
    const runs: number[] = [];
    const run = async () => {
      if (runs.push(1) === 1) throw new Error('the first time');
    };
    const worker = startWorker([{ name: 'shaky', everyMs: 1, run }], logInto(logged));
    while (runs.length < 3) await pause(1);
    await worker.stop();

    expect(logged).toEqual([{ job: 'shaky', err: new Error('the first time'), msg: 'a job failed' }]);
  });

  it('stops after what runs, and starts nothing more', async () => {
    let [started, ended] = [0, 0];
    const run = async () => {
      started++;
      await pause(50);
      ended++;
    };
    const worker = startWorker([{ name: 'slow', everyMs: 1, run }], quiet);

    await worker.stop();

    expect([started, ended]).toEqual([1, 1]);
    await pause(20);
    expect(started).toBe(1);
  });

  it('does not wait for the next run in order to stop', async () => {
    const worker = startWorker([{ name: 'rare', everyMs: 3_600_000, run: async () => {} }], quiet);
    await pause(5);
    const before = performance.now();

    await worker.stop();

    expect(performance.now() - before).toBeLessThan(1000);
  });
});
