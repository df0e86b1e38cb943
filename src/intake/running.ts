import type { Tx } from '../db/tx.ts';
import { noBooks, saveBalances, saveEntries } from '../evidence/books.ts';
import type { GradeCause } from '../evidence/grade-notes.ts';
import { handOn, keepRest, lockInherited, Overtaken, writerOf } from '../evidence/inherited.ts';
import { KeptBooks } from '../evidence/kept-books.ts';
import type { Folding, Inherited, Ledger } from '../evidence/ledger.ts';
import type { Seen } from '../evidence/seen.ts';
import { moveReviewMean, readReviewMean } from '../evidence/mean.ts';
import { PlacedOrders, type NewOrder } from '../orders/orders.commands.ts';
import type { Mean } from '../reviews/weigh.ts';
import type { MarketEvent } from './event.ts';
import { KnownParties } from './known-parties.ts';
import { Luck } from './luck.ts';
import type { Parties } from './parties.ts';
import { Strangers } from './strangers.ts';

/** What a transaction leaves to the next, all of which is asked for and not yet committed. */
export interface Estate {
  readonly foldings: readonly Folding[];
  readonly inherited: Inherited;
  /** Rejected: it was not. */
  readonly committed: Promise<unknown>;
}

/** What the batches of one transaction have in common: balances, which all of them move before they are written once. */
export class Running {
  readonly ledger: Ledger;
  readonly luck: Luck;
  readonly known: KnownParties;
  readonly #before: Estate | null;
  readonly #keeps: boolean;
  readonly #strangers = new Strangers();
  readonly #writes: Promise<unknown>[] = [];
  #mean: { readonly before: Mean; readonly now: Mean } | null = null;
  readonly #placed = new PlacedOrders();
  #caughtUp: Promise<void> | null = null;

  /**
   * `luck`: unless given, nothing of it is likely to be here. `known`: those whom the transactions before have met. `before`: the one that is
   * still at work. `keeps`: nobody else writes to its books, so that they may be kept for later.
   */
  constructor(
    foldings: readonly Folding[],
    luck: Luck = new Luck(true),
    known: KnownParties = new KnownParties(),
    before: Estate | null = null,
    seen: Seen | null = null,
    keeps = true,
  ) {
    this.#keeps = keeps;
    const inherited = before !== null && areSame(before.foldings, foldings) ? before.inherited : null;
    this.ledger = noBooks(foldings, inherited, seen);
    this.luck = luck;
    this.known = known;
    this.#before = before;
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

  /** New orders of whom nothing need be read again: they are written all at once, in the order of their keys. */
  place(orders: readonly NewOrder[], now: number): void {
    this.#placed.add(orders, now);
  }

  /** From now on the database says all that came before, and what this transaction has entered so far is asked for. */
  async settle(tx: Tx, now: number): Promise<void> {
    await this.#catchUp(tx);
    this.write(this.#placed.save(tx));
    this.write((await saveEntries(tx, this.ledger, now)).written);
  }

  #catchUp(tx: Tx): Promise<void> {
    return (this.#caughtUp ??= this.#lockAfter(tx));
  }

  async #lockAfter(tx: Tx): Promise<void> {
    if (!this.#before) return;
    await this.#before.committed;
    keepRest(this.ledger);
    if (!(await lockInherited(tx, this.ledger))) throw new Overtaken();
  }

  /**
   * Writes the balances. `cause`: of the grades that it changes; null: nobody is told. `handOver`: called when all is asked for, with
   * what the next transaction may go on with.
   */
  async close(
    tx: Tx,
    now: number,
    cause: GradeCause | null,
    handOver?: (estate: Omit<Estate, 'committed'>) => void,
  ): Promise<void> {
    const writer = handOver ? writerOf(tx) : Promise.resolve('');
    this.write(writer);
    const { ledger } = this;
    await this.settle(tx, now);
    const { written, standings } = await saveBalances(tx, ledger, now, cause);
    this.write(written);
    await this.#dropStrangers(tx);
    if (handOver) {
      const before = this.#keeps ? ledger.inherited?.kept : undefined;
      const kept = before ?? new KeptBooks(ledger.foldings, this.#keeps);
      handOver({ foldings: ledger.foldings, inherited: handOn(ledger, standings, kept, await writer) });
    }
    await Promise.all(this.#writes);
    if (!this.#mean) return;
    const { before, now: after } = this.#mean;
    await moveReviewMean(tx, after.sum - before.sum, after.count - before.count); // one row for all: last
  }

  async #dropStrangers(tx: Tx): Promise<void> {
    if (!this.#strangers.hasAny) return;
    await Promise.all(this.#writes); // what failed is told of before what fails after it
    await this.#strangers.drop(tx);
    this.known.forget();
  }
}

const areSame = (a: readonly Folding[], b: readonly Folding[]): boolean =>
  a.length === b.length && a.every(({ policyId }, i) => policyId === b[i]!.policyId);
