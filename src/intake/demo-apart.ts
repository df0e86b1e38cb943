import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Pool } from 'pg';
import { reader } from '../db/tx.ts';
import { isAnythingKnown } from './demo.queries.ts';

/** As this file itself runs: from source or built. */
const PROGRAM = new URL(import.meta.url.endsWith('.ts') ? './demo-process.ts' : './demo-process.js', import.meta.url);

export interface Filling {
  readonly url: string; // of the database
  readonly hashSecret: Buffer;
  readonly now: number;
}

/** What became of it. */
export interface Filled {
  readonly failure: Error | null;
}

/**
 * Fills an empty database with the demo marketplace, in a process of its own: V8 would keep the half a gigabyte that this takes until its
 * process ends. Ctrl-C does not reach that one; ours stops when it is done. `begun`: called when there is something to do.
 */
export async function fillIfEmpty(pool: Pool, filling: Filling, begun: () => void): Promise<void> {
  if (await isAnythingKnown(reader(pool))) return;
  begun();
  const filler = fork(fileURLToPath(PROGRAM), { serialization: 'advanced', detached: true });
  filler.send(filling);
  const died = once(filler, 'exit').then(([status, signal]) => {
    throw new Error(`the process that makes the demo marketplace ended with ${String(signal ?? status)}`);
  });
  const [{ failure }] = (await Promise.race([once(filler, 'message'), died])) as [Filled];
  filler.disconnect(); // it may end
  if (failure) throw failure;
}
