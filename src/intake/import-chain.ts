import type { Pool } from 'pg';
import { inTransaction } from '../db/tx.ts';
import type { Outcome } from './event.ts';
import type { Parts } from './import.ts';
import { takeInParts, type Run } from './import-parts.ts';
import { Hopes } from './hopes.ts';
import { KeptParties, KnownParties } from './known-parties.ts';
import type { Estate } from './running.ts';
import type { Intake } from './take-in.ts';

/** One of the transactions of an import, as the next one sees it. */
interface Link {
  /** What its first attempt left when all of it was asked for; null: there was no such. */
  readonly estate: Promise<Estate | null>;
  /** Committed for good, or failed. */
  readonly done: Promise<unknown>;
}

/**
 * The transactions of an import: while one is written, the next is read and worked out, with the balances that the first one leaves. They are
 * committed one after the other: the same rows give the same bits. Once one has failed, no other is committed.
 */
export class Chain {
  readonly #pool: Pool;
  readonly #intake: Intake;
  readonly #kept = new KeptParties();
  readonly #hopes = new Hopes();
  #last: Link = { estate: Promise.resolve(null), done: Promise.resolve() };

  constructor(pool: Pool, intake: Intake) {
    this.#pool = pool;
    this.#intake = intake;
  }

  takeIn(parts: Parts): Promise<Outcome[]> {
    const before = this.#last;
    const { promise: estate, resolve, reject } = Promise.withResolvers<Estate | null>();
    const done = this.#take(parts, before, resolve);
    done.then(() => resolve(null), reject);
    estate.catch(() => {}); // told of by `done`
    this.#last = { estate, done };
    return done;
  }

  async #take(parts: Parts, before: Link, leave: (estate: Estate) => void): Promise<Outcome[]> {
    let inherited = await before.estate;
    this.#hopes.begin();
    let mayBePlain = (this.#intake.isHistory ?? false) && !this.#intake.earns;
    let committed: PromiseWithResolvers<void> | null = null; // of the attempt at work, once it has left something
    const fail = () => {
      if (committed) this.#kept.forget();
      committed?.reject(Object.assign(new Error('the transaction before begins anew'), { code: '40001' }));
      committed = null;
    };
    try {
      const outcomes = await inTransaction(this.#pool, async (tx) => {
        fail(); // whoever went on with what an attempt before this one left begins anew, too
        if (!inherited) await before.done;
        const own = inherited;
        inherited = null; // a second attempt reads everything from the database
        const isPlain = mayBePlain && this.#hopes.isPlain;
        mayBePlain = false;
        const known = new KnownParties(this.#kept);
        const handOver: Run['leave'] = (estate) => {
          known.keep();
          if (isPlain) this.#hopes.fulfil();
          committed = Promise.withResolvers<void>();
          committed.promise.catch(() => {});
          leave({ ...estate, committed: committed.promise });
        };
        const { seen, keeps } = this.#hopes;
        const run = { known, seen, before: own, isPlain, keeps, leave: handOver };
        return takeInParts(tx, parts, this.#intake, run).catch((error: unknown) => this.#hopes.fail(error, isPlain));
      });
      (committed as PromiseWithResolvers<void> | null)?.resolve();
      return outcomes;
    } catch (error) {
      fail();
      throw error;
    }
  }
}
