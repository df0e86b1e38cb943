import type { Pool } from 'pg';
import { reader } from '../db/tx.ts';
import { lastScanAt } from './marks.queries.ts';
import { scanMarket } from './scan-market.ts';
import type { FoldingsOf } from './suspicions.commands.ts';

const EVERY_MS = 3_600_000;
const LOOK_MS = 30_000;
const AFTER_START_MS = 30_000; // whoever has just started it sees it answer first

/** The worker's: looks back over the last 90 days once an hour, and shortly after the start, however many processes there are. */
export function scanHourly(pool: Pool, foldingsAt: (now: number) => FoldingsOf) {
  let startedAt: number | null = null;
  return {
    name: 'look for fake reviews and brushing',
    everyMs: LOOK_MS,
    run: async (now: number, signal?: AbortSignal): Promise<void> => {
      startedAt ??= now;
      if (now < startedAt + AFTER_START_MS) return;
      const last = (await lastScanAt(reader(pool)))?.getTime();
      if (last !== undefined && last <= now && now < last + EVERY_MS) return;
      try {
        await scanMarket(pool, foldingsAt, now, signal);
      } catch (error) {
        if (!signal?.aborted) throw error; // else it gave up because we stop
      }
    },
  };
}
