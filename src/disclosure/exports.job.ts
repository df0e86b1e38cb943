import type { Pool } from 'pg';
import { reader } from '../db/tx.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { Installation } from '../installation.ts';
import { filesIn, removeFile } from './export-file.ts';
import { LEASE_MS, writeExport, type Writing } from './export-run.ts';
import {
  claimExport,
  expireExports,
  failExport,
  releaseExport,
  uselessFiles,
  type ExportJob,
} from './exports.queries.ts';

const EVERY_MS = 500;
const MOST_ATTEMPTS = 20; // each go that was ended, too, is one

/** The worker's: writes the exports that wait, one after the other. */
export const writeExports = (pool: Pool, installation: Installation, clock: () => number, atOnce?: number) => ({
  name: 'write bulk exports',
  everyMs: EVERY_MS,
  run: async (_now: number, signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      const now = clock();
      const job = await claimExport(reader(pool), new Date(now), new Date(now + LEASE_MS));
      if (!job) return;
      await writeOrGiveUp({ pool, installation, clock, signal, ...(atOnce !== undefined && { atOnce }) }, job);
    }
  },
});

async function writeOrGiveUp(writing: Writing, job: ExportJob): Promise<void> {
  const { pool, clock } = writing;
  try {
    const outcome = await writeExport(writing, job);
    if (outcome === 'STOPPED') await releaseExport(reader(pool), job, new Date(clock()));
    if (outcome === 'LOST') await removeUseless(pool, writing.installation, [job.id]);
  } catch (error) {
    const isRefused = error instanceof Refusal;
    const code = isRefused ? error.code : 'EXPORT_FAILED';
    if (isRefused || job.attempts >= MOST_ATTEMPTS) await failExport(reader(pool), job.id, code, new Date(clock()));
    if (!isRefused) throw error; // logged; whoever finds the lease over tries again
  }
}

const CLEANED_EVERY_MS = 60_000;

/** The worker's: ends exports whose time is over, and removes files that nobody can fetch any more. */
export const removeExports = (pool: Pool, installation: Installation) => ({
  name: 'remove bulk exports that are over',
  everyMs: CLEANED_EVERY_MS,
  run: async (now: number): Promise<void> => {
    await expireExports(reader(pool), new Date(now));
    await removeUseless(pool, installation, await filesIn(installation.exportDir));
  },
});

async function removeUseless(pool: Pool, { exportDir }: Installation, ids: readonly string[]): Promise<void> {
  for (const { id } of ids.length === 0 ? [] : await uselessFiles(reader(pool), ids)) await removeFile(exportDir, id);
}
