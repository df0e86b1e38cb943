import type { Tx } from '../db/tx.ts';
import { noBooks, saveBalances } from '../evidence/books.ts';
import type { GradeCause } from '../evidence/grade-notes.ts';
import type { Folding, Ledger } from '../evidence/ledger.ts';
import { moveReviewMean, readReviewMean } from '../evidence/mean.ts';
import type { Mean } from '../reviews/weigh.ts';
import type { MarketEvent } from './event.ts';
import { dropStrangers, type Parties } from './parties.ts';

/** What the batches of one transaction have in common: balances, which all of them move before they are written once. */
export class Running {
  readonly ledger: Ledger;
  readonly #mentions: Mentions[] = [];
  readonly #writes: Promise<unknown>[] = [];
  #mean: { readonly before: Mean; readonly now: Mean } | null = null;

  constructor(foldings: readonly Folding[]) {
    this.ledger = noBooks(foldings);
  }

  /** The mean of all reviews, to be moved; as the transaction found it when it was first asked for. */
  async mean(tx: Tx): Promise<Mean> {
    if (this.#mean) return this.#mean.now;
    const before = await readReviewMean(tx);
    this.#mean ??= { before, now: { ...before } };
    return this.#mean.now;
  }

  /** Something that was asked for and is not done yet. */
  write(written: Promise<unknown>): void {
    written.catch(() => {}); // told of at the end
    this.#writes.push(written);
  }

  /** Whom a batch has mentioned, and in what of it was taken. */
  mention(parties: Parties, taken: readonly MarketEvent[], isAllTaken: boolean): void {
    this.#mentions.push({ parties, taken, isAllTaken });
  }

  /** Writes the balances. `cause`: of the grades that it changes; null: nobody is told. */
  async close(tx: Tx, now: number, cause: GradeCause | null): Promise<void> {
    await Promise.all([...this.#writes, saveBalances(tx, this.ledger, now, cause)]);
    if (this.#mentions.some(({ isAllTaken }) => !isAllTaken))
      await dropStrangers(
        tx,
        this.#mentions.map(({ parties }) => parties),
        this.#mentions.flatMap(({ taken }) => taken),
      );
    if (!this.#mean) return;
    const { before, now: after } = this.#mean;
    await moveReviewMean(tx, after.sum - before.sum, after.count - before.count); // one row for all: last
  }
}

interface Mentions {
  readonly parties: Parties;
  readonly taken: readonly MarketEvent[];
  readonly isAllTaken: boolean;
}
