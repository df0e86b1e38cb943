import { setImmediate as breath } from 'node:timers/promises';
import { Refusal } from '../kernel/refusal.ts';
import { Rejection } from './checks.ts';
import type { Outcome } from './event.ts';
import { Batch, type Rows } from './import-batches.ts';
import { Plan } from './import-plan.ts';
import type { Parts } from './parts.ts';
import type { Reading } from './readers.ts';
import type { Row } from './readers-rows.ts';
import { SKIPPED } from './rows.ts';

/** Takes a batch in, in one transaction or several: an outcome for each envelope, in their order. */
export type TakeIn = (batch: Parts) => Promise<readonly Outcome[]>;

/** Where rows go. */
export interface Destination {
  readonly takeIn: TakeIn;
  close(): Promise<void>;
}

export interface Rejected {
  readonly file: string;
  readonly line: number;
  readonly code: string;
  readonly message: string;
}

export interface Progress {
  readonly step: 'READING' | 'TAKING_IN';
  readonly done: number; // bytes while reading, then rows
  readonly total: number;
}

export interface ImportSettings {
  readonly now: number; // ms since 1970
  readonly until: number; // events after it are left out; Infinity: none
  readonly onRejected: (rejected: Rejected) => void;
  readonly onProgress: (progress: Progress) => void;
  /** Once aborted, the batch at work is finished and nothing else begun. */
  readonly signal: AbortSignal;
}

/** Every row that was read is one of accepted, duplicates, rejected and skipped, unless the import was interrupted. */
export interface ImportResult {
  read: number;
  accepted: number; // pending ones included
  pending: number; // wait for the order that they are about
  duplicates: number;
  rejected: number;
  skipped: number; // told of nothing up to `until`
  isInterrupted: boolean;
}

/** Read at a stretch, before anything else gets its turn. */
const STRETCH_ROWS = 500;
const STRETCH_BYTES = 4 * 1024 * 1024;

/**
 * Takes whole files in, in two passes. The first reads and checks every row and notes when it began; the second takes the
 * rows in, in that order, over all files: so that a history gives the same standings whichever way its files were sorted.
 */
export async function importRows(
  readings: readonly Reading[],
  takeIn: TakeIn,
  settings: ImportSettings,
): Promise<ImportResult> {
  const result: ImportResult = {
    read: 0,
    accepted: 0,
    pending: 0,
    duplicates: 0,
    rejected: 0,
    skipped: 0,
    isInterrupted: false,
  };
  const plan = new Plan();
  const isSurveyed = await surveyAll(readings, plan, result, settings);
  const changed = readings.find(({ input }) => !input.isUnchanged());
  if (changed)
    throw new Refusal('UNAVAILABLE', 'FILE_CHANGED', `${changed.input.name} was changed while it was read; run again.`);
  const isDone = isSurveyed && (await takeAllIn(readings, plan, takeIn, result, settings));
  return { ...result, isInterrupted: !isDone };
}

async function surveyAll(
  readings: readonly Reading[],
  plan: Plan,
  result: ImportResult,
  settings: ImportSettings,
): Promise<boolean> {
  const total = readings.reduce((sum, { input }) => sum + input.size, 0);
  let before = 0;
  for (const [file, reading] of readings.entries()) {
    for (const rows of stretchesOf(reading.rows())) {
      if (settings.signal.aborted) return false;
      survey(reading, file, rows, plan, result, settings);
      settings.onProgress({ step: 'READING', done: before + rows.at(-1)!.offset, total });
      await breath();
    }
    before += reading.input.size;
  }
  return true;
}

function* stretchesOf(rows: Generator<Row>): Generator<Row[]> {
  for (let stretch: Row[] = []; ; stretch = []) {
    for (let bytes = 0; stretch.length < STRETCH_ROWS && bytes < STRETCH_BYTES;) {
      const { value: row, done } = rows.next();
      if (done) break;
      stretch.push(row);
      bytes += row.bytes.length;
    }
    if (stretch.length === 0) return;
    yield stretch;
  }
}
function survey(
  reading: Reading,
  file: number,
  rows: readonly Row[],
  plan: Plan,
  result: ImportResult,
  { now, until, onRejected }: ImportSettings,
): void {
  result.read += rows.length;
  const sound = rows.filter(({ fault }) => fault === null);
  const read = reading.read(
    sound.map(({ bytes }) => bytes),
    now,
    until,
  );
  let next = 0;
  for (const { fault, line, offset, bytes } of rows) {
    const found = fault ?? read[next++]!;
    if (found === SKIPPED) result.skipped++;
    else if (!(found instanceof Rejection))
      plan.add({ at: found.events[0]!.at, file, offset, length: bytes.length, line }, found.contentHash);
    else {
      result.rejected++;
      onRejected({ file: reading.input.name, line, code: found.code, message: found.message });
    }
  }
}

/** False: it was stopped before the end. */
async function takeAllIn(
  readings: readonly Reading[],
  plan: Plan,
  takeIn: TakeIn,
  result: ImportResult,
  settings: ImportSettings,
): Promise<boolean> {
  const { now, until, signal, onProgress } = settings;
  const rows: Rows = { readings, plan, order: plan.sorted(), now, until };
  const take = async (batch: Batch): Promise<void> => {
    try {
      note(batch, await takeIn(batch), readings, result, settings);
    } finally {
      batch.finish();
    }
    onProgress({ step: 'TAKING_IN', done: batch.to, total: rows.order.length });
  };
  let before: Promise<void> = Promise.resolve();
  let batch = new Batch(rows, 0, before);
  while (batch.to > batch.from && !signal.aborted) {
    const taken = take(batch); // while it is read and worked out, the one before is written
    taken.catch(() => {}); // told of below
    await before;
    before = taken;
    await Promise.race([taken, batch.isRead]);
    batch = new Batch(rows, batch.to, batch.isRead);
  }
  await before;
  return !signal.aborted;
}

function note(
  batch: Batch,
  outcomes: readonly Outcome[],
  readings: readonly Reading[],
  result: ImportResult,
  { onRejected }: ImportSettings,
): void {
  if (outcomes.length !== batch.to - batch.from)
    throw new Error(`${outcomes.length} outcomes of ${batch.to - batch.from} rows`);
  for (const [i, outcome] of outcomes.entries()) {
    if (outcome.status === 'DUPLICATE') result.duplicates++;
    else if (outcome.status !== 'REJECTED') result.accepted++;
    else {
      result.rejected++;
      const { file, line } = batch.place(batch.from + i);
      onRejected({ file: readings[file]!.input.name, line, code: outcome.code, message: outcome.message });
    }
    if (outcome.status === 'PENDING') result.pending++;
  }
}
