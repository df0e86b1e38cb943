import type { Tx } from '../db/tx.ts';
import { noBooks, saveBalances } from '../evidence/books.ts';
import type { GradeCause } from '../evidence/grade-notes.ts';
import type { Folding, Ledger } from '../evidence/ledger.ts';
import { moveReviewMean, readReviewMean } from '../evidence/mean.ts';
import type { Mean } from '../reviews/weigh.ts';
import type { MarketEvent } from './event.ts';
import { KnownParties } from './known-parties.ts';
import { Luck } from './luck.ts';
import type { Parties } from './parties.ts';
import { Strangers } from './strangers.ts';

/** What the batches of one transaction have in common: balances, which all of them move before they are written once. */
export class Running {
  readonly ledger: Ledger;
  readonly #strangers = new Strangers();
  readonly #writes: Promise<unknown>[] = [];
  #mean: { readonly before: Mean; readonly now: Mean } | null = null;

  readonly luck: Luck;
  readonly known: KnownParties;

  /** `isHistory`: nothing of it is likely to be here. `known`: those whom the transactions before have met. */
  constructor(foldings: readonly Folding[], isHistory: boolean, known: KnownParties = new KnownParties()) {
    this.ledger = noBooks(foldings);
    this.luck = new Luck(isHistory);
    this.known = known;
    known.begin();
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
    this.#strangers.mention(parties, taken, isAllTaken);
  }

  /** Writes the balances. `cause`: of the grades that it changes; null: nobody is told. */
  async close(tx: Tx, now: number, cause: GradeCause | null): Promise<void> {
    await Promise.all([...this.#writes, saveBalances(tx, this.ledger, now, cause)]);
    if (await this.#strangers.drop(tx)) this.known.begin();
    if (!this.#mean) return;
    const { before, now: after } = this.#mean;
    await moveReviewMean(tx, after.sum - before.sum, after.count - before.count); // one row for all: last
  }
}
