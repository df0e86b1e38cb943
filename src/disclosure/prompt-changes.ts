import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from 'pg';
import { whenNoted } from '../db/noted.ts';
import { reader } from '../db/tx.ts';
import { feedOf } from './change-feed.ts';
import { isFollowed } from './changes.queries.ts';
import { BATCHES_A_READ, tellChanges } from './changes.ts';

/** While nobody follows, we ask no more often than this whether that is still so. */
const UNFOLLOWED_MS = 50;

/**
 * While anybody follows, in whatever process, changes that this process writes get their places as soon as they are committed, instead of
 * within a second. It is done beside the writers and not in their transactions: they wait for nothing, and take no lock for it.
 */
export function promptChanges(pool: Pool, onTrouble: (error: unknown) => void): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  let isWanted = false;
  let work: Promise<void> | null = null;

  const run = async (): Promise<void> => {
    while (isWanted && !signal.aborted) {
      isWanted = false;
      const followed = feedOf(pool).followers > 0 || (await isFollowed(reader(pool)));
      if (followed) await tellChanges(pool, BATCHES_A_READ);
      else await pause(UNFOLLOWED_MS, undefined, { signal }).catch(() => {});
    }
  };
  const begin = (): void => {
    work ??= run()
      .catch(onTrouble) // the worker does it within a second
      .finally(() => {
        work = null;
        if (isWanted && !signal.aborted) begin();
      });
  };
  const deaf = whenNoted(pool, 'grade.changed', () => {
    isWanted = true;
    begin();
  });
  return {
    stop: async () => {
      deaf();
      stopping.abort();
      await work;
    },
  };
}
