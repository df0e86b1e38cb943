import type { Pool } from 'pg';
import { isConnectionLoss } from '../db/failures.ts';
import { inTransaction, type Tx } from '../db/tx.ts';
import { DealBooks } from '../evidence/deal-books.ts';
import type { Outcome } from './event.ts';
import { Hopes } from './hopes.ts';
import type { Parts } from './parts.ts';
import { takeInParts, type Run } from './import-parts.ts';
import { KeptParties, KnownParties } from './known-parties.ts';
import { takeNewOrdersIn, type PlainEstate, type PlainRun } from './plain-orders.ts';
import type { Estate } from './running.ts';
import type { Intake } from './take-in.ts';

/** What a transaction leaves to the next, by the way that it went. */
interface Left {
  readonly books?: Estate;
  readonly deals?: PlainEstate;
}

/** One of the transactions of an import, as the next one sees it. */
interface Link {
  /** What its first attempt left when all of it was asked for; null: there was no such. */
  readonly estate: Promise<Left | null>;
  /** Committed for good, or failed. */
  readonly done: Promise<unknown>;
}

/** Committed for good, and nothing is left of it but what the database says. */
const after = (done: Promise<unknown>): Link => ({ estate: done.then(() => null), done });

/**
 * The transactions of an import: while one is written, the next is read and worked out, with the balances that the first one leaves. They are
 * committed one after the other: the same rows give the same bits. Once one has failed, no other is committed.
 */
export class Chain {
  readonly #pool: Pool;
  readonly #intake: Intake;
  readonly #kept = new KeptParties();
  readonly #hopes = new Hopes();
  #books: DealBooks | null = null; // of the transactions of new orders, as long as they follow one another
  #last: Link = { estate: Promise.resolve(null), done: Promise.resolve() };

  constructor(pool: Pool, intake: Intake) {
    this.#pool = pool;
    this.#intake = intake;
  }

  takeIn(parts: Parts): Promise<Outcome[]> {
    const link = this.#link(this.#last, (before, leave) => this.#take(parts, before, leave));
    this.#last = link;
    return link.done;
  }

  #link(
    before: Link,
    take: (before: Link, leave: (left: Left) => void) => Promise<Outcome[]>,
  ): Link & { readonly done: Promise<Outcome[]> } {
    const { promise: estate, resolve, reject } = Promise.withResolvers<Left | null>();
    const done = take(before, resolve);
    done.then(() => resolve(null), reject);
    estate.catch(() => {}); // told of by `done`
    return { estate, done };
  }

  /** As new orders alone, in one transaction; where they are not, in several, by the way that takes everything in. */
  async #take(parts: Parts, before: Link, leave: (left: Left) => void): Promise<Outcome[]> {
    const left = await before.estate;
    const mayBePlain = (this.#intake.isHistory ?? false) && !this.#intake.earns && this.#hopes.isPlain;
    const outcomes = mayBePlain ? await this.#takePlain(parts, before, left, leave) : null;
    if (outcomes) return outcomes;
    this.#books = null; // from now on they are written by others
    let last: Link = mayBePlain || left?.deals ? after(before.done) : before;
    const taken: Promise<Outcome[]>[] = [];
    for (const unit of parts.units ?? [parts]) {
      const link = this.#link(last, (own, leaveUnit) => this.#takeAny(unit, own, leaveUnit));
      link.done.catch(() => {}); // told of below
      taken.push(link.done);
      last = link;
    }
    last.estate.then((own) => own && leave(own)).catch(() => {}); // told of below
    return (await Promise.all(taken)).flat();
  }

  /** Null: it was not to be. Nothing is left of it then. */
  async #takePlain(
    parts: Parts,
    before: Link,
    left: Left | null,
    leave: (left: Left) => void,
  ): Promise<Outcome[] | null> {
    const committed = new Commit();
    let isTried = false;
    try {
      const outcomes = await inTransaction(this.#pool, async (tx) => {
        if (isTried) throw new GivenUp();
        isTried = true;
        const run = await this.#plainRun(tx, before, left?.deals ?? null, (deals) => {
          committed.expect();
          leave({ deals: { deals, committed: committed.promise } });
        });
        return takeNewOrdersIn(tx, parts, this.#intake, run).catch((error: unknown) => {
          this.#hopes.learn(error);
          throw isConnectionLoss(error) ? error : new GivenUp(error);
        });
      });
      committed.resolve();
      return outcomes;
    } catch (error) {
      this.#fail(committed);
      if (error instanceof GivenUp) return null;
      throw error;
    }
  }

  /** It goes on with what the one before it leaves; where that is nothing, it waits for it, and reads all anew. */
  async #plainRun(tx: Tx, before: Link, left: PlainEstate | null, leave: PlainRun['leave']): Promise<PlainRun> {
    const foldings = await this.#intake.foldings(tx);
    const goesOn = left !== null && this.#books !== null && this.#books.isUnder(foldings) && !this.#books.isFull;
    if (!goesOn) await before.done;
    const books = goesOn ? this.#books! : (this.#books = new DealBooks(foldings));
    const known = new KnownParties(this.#kept);
    return {
      known,
      books,
      seen: this.#hopes.seen,
      before: goesOn ? left : null,
      leave: (deals) => {
        known.keep();
        this.#hopes.fulfil();
        leave(deals);
      },
    };
  }

  async #takeAny(parts: Parts, before: Link, leave: (left: Left) => void): Promise<Outcome[]> {
    let inherited = (await before.estate)?.books ?? null;
    this.#hopes.begin();
    let committed = new Commit(); // of the attempt at work
    try {
      const outcomes = await inTransaction(this.#pool, async (tx) => {
        this.#fail(committed); // whoever went on with what an attempt before this one left begins anew, too
        committed = new Commit();
        if (!inherited) await before.done;
        const own = inherited;
        inherited = null; // a second attempt reads everything from the database
        const known = new KnownParties(this.#kept);
        const handOver: Run['leave'] = (estate) => {
          known.keep();
          committed.expect();
          leave({ books: { ...estate, committed: committed.promise } });
        };
        const { seen, keeps } = this.#hopes;
        const run = { known, seen, before: own, keeps, leave: handOver };
        return takeInParts(tx, parts, this.#intake, run).catch((error: unknown) => {
          this.#hopes.learn(error);
          throw error;
        });
      });
      committed.resolve();
      return outcomes;
    } catch (error) {
      this.#fail(committed);
      throw error;
    }
  }

  /** Whoever goes on with what it has left begins anew. */
  #fail(committed: Commit): void {
    if (committed.isExpected) this.#kept.forget();
    committed.reject();
  }
}

/** Of a transaction that has left something to the next. */
class Commit {
  readonly #resolvers = Promise.withResolvers<void>();
  isExpected = false;

  get promise(): Promise<void> {
    return this.#resolvers.promise;
  }

  /** From now on somebody waits for it. */
  expect(): void {
    this.isExpected = true;
    this.promise.catch(() => {});
  }

  resolve(): void {
    this.#resolvers.resolve();
  }

  reject(): void {
    if (this.isExpected)
      this.#resolvers.reject(Object.assign(new Error('the transaction before begins anew'), { code: '40001' }));
  }
}

/** An attempt that is not made again. */
class GivenUp extends Error {
  constructor(cause?: unknown) {
    super('not all of it is new', { cause });
  }
}
