import { once } from 'node:events';
import process from 'node:process';
import pg from 'pg';
import type { Filled, Filling } from './demo-apart.ts';
import { fillWithDemo } from './demo.ts';

/** The whole life of a process: one demo marketplace. It does not outlive the one that wants it. */
process.once('disconnect', () => process.exit());
const [{ url, hashSecret, now }] = (await once(process, 'message')) as [Filling];
const filled = await fillWithDemo(new pg.Pool({ connectionString: url, max: 1, pipeline: true }), hashSecret, now).then(
  (): Filled => ({ failure: null }),
  (failure: Error): Filled => ({ failure }),
);
process.send?.(filled);
