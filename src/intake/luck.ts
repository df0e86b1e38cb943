import type { Pool } from 'pg';

/**
 * Whether keys may be taken in the cheap way, which does nothing where one of them is taken already. In a history that comes in for the
 * first time none is, and of live events hardly any; once one was found, a transaction no longer tries.
 */
export class Luck {
  #isTried: boolean;
  readonly #lost: () => void;

  constructor(isTried: boolean, lost: () => void = () => {}) {
    this.#isTried = isTried;
    this.#lost = lost;
  }

  /** False: it was not tried, or in vain. */
  async tried(take: () => Promise<boolean>): Promise<boolean> {
    if (!this.#isTried) return false;
    this.#isTried = await take();
    if (!this.#isTried) this.#lost();
    return this.#isTried;
  }
}

/** So many batches of live events of a database do without after one that held a key anew: who sends again what it sent does so more than once. */
const REST = 20;
const resting = new WeakMap<Pool, number>();

export function luckOfEvents(pool: Pool): Luck {
  const left = resting.get(pool) ?? 0;
  if (left === 0) return new Luck(true, () => resting.set(pool, REST));
  resting.set(pool, left - 1);
  return new Luck(false);
}
