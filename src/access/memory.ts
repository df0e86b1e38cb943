import type { Pool } from 'pg';
import { movesSince, type Moves } from '../db/moves.ts';
import { reader } from '../db/tx.ts';
import { merging } from './merging.ts';

/** Longer than this without having asked who moved, and all is forgotten; moves are kept for an hour. */
const LONGEST_MS = 600_000;

/** Rows that are remembered of subjects. */
export interface Remembered {
  forget(subjectId: string): void;
  forgetAll(): void;
  /** What was made of the rows, and not the rows. */
  forgetMade(): void;
}

/** Of what is made of rows so much is kept, as far as it can be told: whoever asks strange things of many rows fills no more. */
const MOST_MADE_BYTES = 64 * 1024 * 1024;

/**
 * What this process remembers of the database's subjects, between one call and the next. Nothing is ever answered from memory that a
 * statement sent at that moment would not have found: each call asks first who has moved since it was last asked, by one small statement
 * that all calls of the moment share, and those are forgotten.
 */
export class Memory {
  /** When all that is remembered is true of a moment after this was called. */
  readonly refreshed: () => Promise<true | null>;
  /** Weakly: what nobody asks any more is dropped. */
  #remembered: WeakRef<Remembered>[] = [];
  #madeBytes = 0;
  #last: Pick<Moves, 'snapshot' | 'server'> | null = null;
  #lastAt = -Infinity; // performance.now()

  constructor(pool: Pool) {
    const refresh = merging(
      reader(pool),
      async (sql) => {
        this.#forgetMoved(await movesSince(sql, this.#last?.snapshot ?? null));
        return [true as const];
      },
      () => NOW,
      1, // one after the other: each knows the snapshot of the one before
    );
    this.refreshed = () => refresh(NOW);
  }

  add(remembered: Remembered): void {
    this.#remembered.push(new WeakRef(remembered));
  }

  /** Room for what is made of rows; less than 0: it was let go. Where there is too little, all that was made is forgotten. */
  takeRoom(bytes: number): void {
    this.#madeBytes += bytes;
    if (this.#madeBytes <= MOST_MADE_BYTES) return;
    for (const ref of this.#remembered) ref.deref()?.forgetMade();
    this.#madeBytes = bytes;
  }

  #forgetMoved({ snapshot, server, subjectIds }: Moves): void {
    const now = performance.now();
    const isContinued = this.#last?.server === server && now - this.#lastAt < LONGEST_MS;
    this.#last = { snapshot, server };
    this.#lastAt = now;
    this.#remembered = this.#remembered.filter((ref) => {
      const each = ref.deref();
      if (!isContinued || subjectIds === null) each?.forgetAll();
      else for (const id of subjectIds) each?.forget(id);
      return each !== undefined;
    });
  }
}

const NOW = 'now';

const memories = new WeakMap<Pool, Memory>();

export function memoryOf(pool: Pool): Memory {
  let memory = memories.get(pool);
  if (!memory) memories.set(pool, (memory = new Memory(pool)));
  return memory;
}
