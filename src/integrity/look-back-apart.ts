import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { LookBack, Seen } from './look-back.ts';

/** As this file itself runs: from source or built. */
const THREAD = new URL(
  import.meta.url.endsWith('.ts') ? './look-back-thread.ts' : './look-back-thread.js',
  import.meta.url,
);

/** Looks back in a thread of its own: some seconds of thinking, in which the process goes on answering. */
export async function lookBackApart(columns: LookBack, signal?: AbortSignal): Promise<Seen> {
  const thread = new Worker(THREAD, { workerData: columns });
  try {
    const [seen] = (await once(thread, 'message', { signal })) as [Seen];
    return seen;
  } finally {
    await thread.terminate();
  }
}
