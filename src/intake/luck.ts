/**
 * Whether keys may be taken in the cheap way, which does nothing where one of them is taken already. In a history that comes in for the
 * first time none is; once one was found, a transaction no longer tries.
 */
export class Luck {
  #isTried: boolean;

  constructor(isTried: boolean) {
    this.#isTried = isTried;
  }

  /** False: it was not tried, or in vain. */
  async tried(take: () => Promise<boolean>): Promise<boolean> {
    return this.#isTried && (this.#isTried = await take());
  }
}
