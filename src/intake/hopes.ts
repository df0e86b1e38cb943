import { isUniqueViolation } from '../db/failures.ts';
import { Overtaken } from '../evidence/inherited.ts';
import { Seen } from '../evidence/seen.ts';
import { NotPlain } from './plain-orders.ts';

/** Transactions that do without, once one was deceived: whoever sends a file again sends all of it, and who writes to the same books does so all the time. */
const REST = 20;

/**
 * Whether the transactions of an import may be tried as new orders alone (`plain-orders.ts`), and with books that have long been written.
 */
export class Hopes {
  readonly seen = new Seen();
  #plainAfter = 0; // so many transactions
  #keptAfter = 0;
  #others = 1; // how many do without after one with rows that are no new orders: where there is one there may be more

  get isPlain(): boolean {
    return this.#plainAfter === 0;
  }

  get keeps(): boolean {
    return this.#keptAfter === 0;
  }

  /** For each transaction by the way that takes everything in. */
  begin(): void {
    this.#plainAfter = Math.max(0, this.#plainAfter - 1);
    this.#keptAfter = Math.max(0, this.#keptAfter - 1);
  }

  /** All of one was new orders. */
  fulfil(): void {
    this.#others = 1;
  }

  /** Why a transaction by either way has failed. */
  learn(error: unknown): void {
    if (error instanceof Overtaken) this.#plainAfter = this.#keptAfter = REST;
    if (error instanceof NotPlain) this.#plainAfter = error.isTaken ? REST : this.#others;
    if (error instanceof NotPlain && !error.isTaken) this.#others = Math.min(REST, 2 * this.#others);
    if (isUniqueViolation(error)) this.seen.isTrusted = false;
  }
}
