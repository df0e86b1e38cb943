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

/** So many batches of live events do without after one that held a key anew: who sends again what it sent does so more than once. */
const REST = 20;
let resting = 0;

export function luckOfEvents(): Luck {
  if (resting > 0) {
    resting--;
    return new Luck(false);
  }
  return new Luck(true, () => (resting = REST));
}
