import type { Pool } from 'pg';
import { reader, type Reader } from '../db/tx.ts';
import { memoryOf, type Memory, type Remembered } from './memory.ts';
import { merging } from './merging.ts';

export interface Recall<Key, Row> {
  readonly kept: Remembered;
  /** Undefined: it is not remembered. */
  readonly recall: (key: Key) => Row | null | undefined;
  readonly find: (key: Key) => Promise<Row | null>;
}

export interface Kept<Key, Row extends object> {
  readonly find: (sql: Reader, keys: readonly Key[]) => Promise<readonly Row[]>;
  readonly keyOf: (row: Row) => Key;
  readonly subjectOf: (row: Row) => string;
  /** Under the subject's id itself; then it is remembered, too, that there is nothing. */
  readonly isBySubject: boolean;
  readonly most: number;
}

/**
 * Remembers the rows that a look-up finds, by their keys, until their subjects move. A row is not kept that was read while its subject
 * moved: it may be from before.
 */
export function remembering<Key, Row extends object>(
  pool: Pool,
  { find, keyOf, subjectOf, isBySubject, most }: Kept<Key, Row>,
): Recall<Key, Row> {
  const memory = memoryOf(pool);
  const copy = copier<Row>();
  const rows = new Map<Key, Row | null>();
  const keys = new Map<string, Key>(); // by subject, where that is not the key itself
  let movedMeanwhile = new Set<string>();
  let generation = 0;
  let reading = 0;

  const keep = (key: Key, row: Row | null): void => {
    const before = rows.get(key);
    if (before) letGoBeside(memory, before);
    rows.set(key, row);
    if (row !== null && !isBySubject) keys.set(subjectOf(row), key);
    if (rows.size > most) forgetKey(rows.keys().next().value!);
  };
  const forgetKey = (key: Key): void => {
    const row = rows.get(key);
    rows.delete(key);
    if (row) letGoBeside(memory, row);
    if (row && !isBySubject) keys.delete(subjectOf(row));
  };
  const own: Remembered = {
    forget: (subjectId) => {
      if (reading > 0) movedMeanwhile.add(subjectId);
      const key = isBySubject ? (subjectId as Key) : keys.get(subjectId);
      if (key !== undefined) forgetKey(key);
    },
    forgetMade: () => {
      for (const row of rows.values()) if (row) letGoMade(row);
    },
    forgetAll: () => {
      generation++;
      for (const row of rows.values()) if (row) letGoBeside(memory, row);
      rows.clear();
      keys.clear();
    },
  };
  memory.add(own);

  const findAndKeep = async (sql: Reader, asked: readonly Key[]): Promise<readonly Row[]> => {
    const begunIn = generation;
    reading++;
    try {
      const found = await find(sql, asked);
      if (generation !== begunIn) return found;
      if (isBySubject) keepMissing(asked, found);
      return found.map((row) => {
        if (movedMeanwhile.has(subjectOf(row))) return row;
        const kept = copy(row);
        keep(keyOf(row), kept);
        return kept;
      });
    } finally {
      if (--reading === 0) movedMeanwhile = new Set();
    }
  };
  const keepMissing = (asked: readonly Key[], found: readonly Row[]): void => {
    if (found.length === asked.length) return;
    const there = new Set(found.map(keyOf));
    for (const key of asked) if (!there.has(key) && !movedMeanwhile.has(key as string)) keep(key, null);
  };
  return { kept: own, recall: (key) => rows.get(key), find: merging(reader(pool), findAndKeep, keyOf) };
}

/**
 * What is found out about a subject is kept on its remembered row, so that it need not be looked up beside it; and goes when the row is
 * forgotten, whoever still has it in hand. Properties of its own, not a list: each step to another object is 0.1 µs for a row that was not
 * asked for lately.
 */
export interface Beside {
  readonly name: string | null; // under which it is kept; null: nothing is
  readonly value: unknown;
  // What others make of the row.
  readonly first: Made | null;
  readonly second: Made | null;
  readonly third: Made | null;
  readonly fourth: Made | null;
}
export type MadePlace = (typeof MADE_PLACES)[number];
export const MADE_PLACES = ['first', 'second', 'third', 'fourth'] as const satisfies readonly (keyof Beside)[];

export interface Made {
  readonly bytes: number; // about
}

/** Of rows beside which nothing was kept yet. */
const NOTHING: Beside = { name: null, value: null, first: null, second: null, third: null, fourth: null };
const BESIDE = Symbol('beside');
type WithBeside = { [BESIDE]?: Beside | null };

/** Null for a row that is not remembered, or no longer. Once it is forgotten a row is never remembered again: what is read anew is another. */
export const besideOf = (row: object): Beside | null => (row as WithBeside)[BESIDE] ?? null;

/** Keeps more beside a row, if it is remembered still. */
function hold(row: WithBeside, more: Partial<Beside>): void {
  const beside = row[BESIDE];
  if (beside === NOTHING) row[BESIDE] = { ...NOTHING, ...more };
  else if (beside) Object.assign(beside, more);
}

export const holdBeside = (row: object, name: string, value: unknown): void => hold(row, { name, value });

/** Keeps what was made of a row beside it. */
export function holdMade(pool: Pool, row: object, place: MadePlace, made: Made): void {
  const beside = besideOf(row);
  if (!beside) return;
  memoryOf(pool).takeRoom(made.bytes - (beside[place]?.bytes ?? 0)); // may forget what is there
  hold(row, { [place]: made });
}

/** Makes copies of rows, to be remembered. What one class makes V8 keeps whole; of other objects the first four properties alone. */
function copier<Row extends object>(): (row: Row) => Row {
  class Kept {
    [BESIDE] = NOTHING;

    constructor(row: Row) {
      Object.assign(this, row);
    }
  }
  return (row) => new Kept(row) as unknown as Row;
}

function letGoBeside(memory: Memory, row: object): void {
  memory.takeRoom(-letGoMade(row));
  (row as WithBeside)[BESIDE] = null;
}

const NOTHING_MADE = Object.fromEntries(MADE_PLACES.map((place) => [place, null]));

/** How much room it took. */
function letGoMade(row: object): number {
  const beside = besideOf(row);
  if (!beside) return 0;
  let bytes = 0;
  for (const place of MADE_PLACES) bytes += beside[place]?.bytes ?? 0;
  if (bytes > 0) hold(row, NOTHING_MADE);
  return bytes;
}
