import type { FileHandle } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from 'pg';
import { inSnapshot } from '../db/snapshot.ts';
import { reader, type Reader } from '../db/tx.ts';
import { policyById } from '../grades/policies.loaders.ts';
import type { Installation } from '../installation.ts';
import { begun, reopened } from './export-file.ts';
import { enterPage, mayBeIn, mustStillMay } from './export-pull.ts';
import { linesOf, type Coordinates } from './export-lines.ts';
import { countSubjects, movedSince, nextSubjects, writersAtWork } from './export-rows.queries.ts';
import { finishExport, saveProgress, setSubjects, type ExportJob, type Progress } from './exports.queries.ts';

const NIL = '00000000-0000-0000-0000-000000000000';
/** Statements are prepared anew for each page, so that pages are not small; a page is held in memory. */
const SUBJECTS_AT_ONCE = 1_000;
const SAVED_EVERY_MS = 1_000;
export const LEASE_MS = 120_000; // longer than the longest statement at the start
const MOST_MOVED = 200_000; // ids in memory; if more have moved, every ledger is read

export interface Writing {
  readonly pool: Pool;
  readonly installation: Installation;
  readonly clock: () => number; // ms since 1970
  readonly signal: AbortSignal;
  /** Subjects a page; for tests. */
  readonly atOnce?: number;
}

/** How a go ended: there is nothing left to do, somebody ended it, or we are to stop and somebody may go on. */
export type Outcome = 'DONE' | 'LOST' | 'STOPPED';

/**
 * Writes an export's file, from where it was left. Every go reads one snapshot of its own; they agree because the coordinates are the
 * export's, and of whoever has moved since then the ledger is asked.
 */
export async function writeExport(writing: Writing, job: ExportJob): Promise<Outcome> {
  const { pool, installation } = writing;
  mustStillMay(job);
  const policy = (await policyById(reader(pool), job.policyId))!;
  const old = await reopened(installation.exportDir, job.id, job.bytes);
  const file = old ?? (await begun(installation.exportDir, job.id));
  const progress: Progress = old ? job : { seen: 0, written: 0, bytes: 0, afterId: null };
  try {
    await settle(reader(pool), writing.signal);
    return await inSnapshot(pool, async (snapshot) => {
      await setSubjects(reader(pool), job.id, await countSubjects(snapshot, job, job.knownAt));
      const coordinates: Coordinates = {
        policy,
        asOf: job.asOf.getTime(),
        knownAt: job.knownAt.getTime(),
        levels: job.levels && new Set(job.levels),
        moved: await movedSinceThen(snapshot, job),
      };
      return writePages(writing, snapshot, { job, file, coordinates, progress });
    });
  } finally {
    await file.close();
  }
}

const SETTLING_MS = 10_000;
const SETTLING_STEP_MS = 20;

/**
 * Waits for the transactions that are at work: what they recorded before the export's moment must be in the snapshot. Not for ever: a
 * transaction that takes longer is one that changes no grade, such as a migration.
 */
async function settle(on: Reader, signal: AbortSignal): Promise<void> {
  const before = new Set(await writersAtWork(on));
  for (let waited = 0; before.size > 0 && waited < SETTLING_MS && !signal.aborted; waited += SETTLING_STEP_MS) {
    if ((await writersAtWork(on)).every((writer) => !before.has(writer))) return;
    await pause(SETTLING_STEP_MS);
  }
}

async function movedSinceThen(on: Reader, { isOfNow, knownAt }: ExportJob): Promise<Coordinates['moved']> {
  if (!isOfNow) return 'ALL';
  const moved = await movedSince(on, knownAt, MOST_MOVED + 1);
  return moved.length > MOST_MOVED ? 'ALL' : new Set(moved);
}

interface Pages {
  readonly job: ExportJob;
  readonly file: FileHandle;
  readonly coordinates: Coordinates;
  progress: Progress;
}

async function writePages(writing: Writing, on: Reader, pages: Pages): Promise<Outcome> {
  const { atOnce = SUBJECTS_AT_ONCE, pool, clock, signal } = writing;
  const { job, file, coordinates } = pages;
  let savedAt = clock();
  let at = savedAt; // of the page at hand: who consents is asked as of then
  for (;;) {
    const { progress } = pages;
    const rows = await nextSubjects(on, job, progress.afterId ?? NIL, atOnce, new Date(at));
    const last = rows.at(-1);
    if (!last) return await finished(writing, pages);
    const { text, ids } = await linesOf(on, await mayBeIn(pool, job, rows, at), coordinates);
    await enterPage(pool, job, coordinates.policy, ids, at);
    const bytes = Buffer.from(text);
    await writeAll(file, bytes, progress.bytes);
    pages.progress = {
      seen: progress.seen + rows.length,
      written: progress.written + ids.length,
      bytes: progress.bytes + bytes.length,
      afterId: last.id,
    };
    at = clock();
    if (!signal.aborted && at - savedAt < SAVED_EVERY_MS) continue;
    savedAt = clock();
    if (!(await saved(writing, pages))) return 'LOST';
    if (signal.aborted) return 'STOPPED';
  }
}

async function writeAll(file: FileHandle, bytes: Buffer, at: number): Promise<void> {
  for (let done = 0; done < bytes.length;)
    done += (await file.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
}

/** The file before what is said of it. False: it is not ours any more. */
async function saved({ pool, clock }: Writing, { job, file, progress }: Pages): Promise<boolean> {
  await file.datasync();
  return saveProgress(reader(pool), job, progress, new Date(clock() + LEASE_MS));
}

async function finished(writing: Writing, pages: Pages): Promise<Outcome> {
  const { pool, clock, installation } = writing;
  if (!(await saved(writing, pages))) return 'LOST';
  const now = clock();
  const isDone = await finishExport(reader(pool), pages.job, new Date(now), new Date(now + installation.exportMs));
  return isDone ? 'DONE' : 'LOST';
}
