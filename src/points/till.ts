import type { Pool } from 'pg';
import type { Call } from '../access/call.ts';
import { keyedCall, nameOf, onceEach, type KeyedCall } from '../db/once-each.ts';
import { isConnectionLoss } from '../db/failures.ts';
import { inTransaction, type Tx } from '../db/tx.ts';
import { Refusal } from '../kernel/refusal.ts';
import { loadLots, openDesk, save, type Desk } from './desk.ts';
import { holdsBy, type Hold } from './holds.queries.ts';
import type { OpenAccount } from './open-account.ts';
import type { Holder } from './transfer.ts';
import type { EntryId } from './transfers.queries.ts';

/** One thing to do with one account. */
export interface Errand<Answer> {
  /** Whose account it is; it is opened if there is none. Null where a hold says whose it is. */
  readonly holder: Holder | null;
  readonly hold: EntryId | null;
  /** How many points it may take out of the lots. */
  readonly need: number;
  /** It changes nothing if it refuses, and gives what a repeat will get: something of JSON. */
  readonly run: (desk: Desk, account: OpenAccount, hold: Hold) => Answer;
}

interface Asked extends KeyedCall {
  readonly now: number;
  readonly errand: Errand<unknown>;
  readonly tellers: Teller[]; // everyone who waits for its outcome
}

interface Teller {
  readonly done: (answer: unknown) => void;
  readonly failed: (error: unknown) => void;
}

/** Beyond that a transaction would keep its accounts for too long. */
const MOST_AT_ONCE = 500;

/**
 * Does what has been asked for with points, many things in one transaction: what comes while one is under way waits for its end
 * and goes into the next one together. So a commit is paid for once, and one account that everybody wants is locked once for all of
 * them. Nothing is answered before it is committed. A refusal is the affair of its own errand alone.
 */
class Till {
  private readonly pool: Pool;
  private waiting: Asked[] = [];
  private isBusy = false;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  ask(asked: Asked): void {
    this.waiting.push(asked);
    if (!this.isBusy) void this.work();
  }

  private async work(): Promise<void> {
    this.isBusy = true;
    while (this.waiting.length > 0) await this.serve(this.nextBatch());
    this.isBusy = false;
  }

  /** Repeats that come together with the first are answered with it. Other input under the key waits, and finds it taken. */
  private nextBatch(): Asked[] {
    const batch = new Map<string, Asked>();
    const rest: Asked[] = [];
    for (const each of this.waiting) {
      const same = batch.get(nameOf(each));
      if (same?.fingerprint.equals(each.fingerprint)) same.tellers.push(...each.tellers);
      else if (same || batch.size === MOST_AT_ONCE) rest.push(each);
      else batch.set(nameOf(each), each);
    }
    this.waiting = rest;
    return [...batch.values()];
  }

  /** If it fails as a whole, each is tried alone, so that no one suffers for another. */
  private async serve(batch: readonly Asked[]): Promise<void> {
    try {
      const outcomes = await inTransaction(this.pool, (tx) => doAll(tx, batch));
      for (const [{ tellers }, outcome] of outcomes)
        for (const { done, failed } of tellers)
          if ('refusal' in outcome) failed(outcome.refusal);
          else done(outcome.answer);
    } catch (error) {
      const isForAll = batch.length === 1 || error instanceof Refusal || isConnectionLoss(error);
      if (isForAll) for (const { failed } of batch.flatMap(({ tellers }) => tellers)) failed(error);
      else for (const each of batch) await this.serve([each]);
    }
  }
}

function doAll(tx: Tx, batch: readonly Asked[]) {
  const now = Math.max(...batch.map((each) => each.now));
  return onceEach(tx, batch, now, async (fresh) => {
    const errands = fresh.map(({ errand }) => errand);
    const holders = errands.flatMap(({ holder }) => holder ?? []);
    const asked = errands.flatMap(({ hold }) => hold ?? []);
    const desk = await openDesk(
      tx,
      now,
      holders,
      asked.map(({ subjectId }) => subjectId),
    );
    for (const hold of asked.length > 0 ? await holdsBy(tx, asked) : [])
      if (!desk.holds.has(hold.id)) desk.known.set(hold.id, hold);
    await loadLots(desk, needsOf(errands));
    const outcomes = errands.map((errand) => outcomeOf(desk, errand));
    await save(desk);
    return outcomes;
  });
}

function needsOf(errands: readonly Errand<unknown>[]): Map<string, number> {
  const needs = new Map<string, number>();
  for (const { holder, need } of errands)
    if (holder) needs.set(holder.subjectId, (needs.get(holder.subjectId) ?? 0) + need);
  return needs;
}

function outcomeOf(desk: Desk, { holder, hold, run }: Errand<unknown>) {
  try {
    const found = hold && (desk.holds.get(hold.id) ?? desk.known.get(hold.id));
    const account = desk.accounts.get((holder ?? hold)!.subjectId);
    if (!account || (hold && found?.subjectId !== hold.subjectId)) throw holdNotFound();
    return { answer: run(desk, account, found!) };
  } catch (error) {
    if (error instanceof Refusal) return { refusal: error };
    throw error;
  }
}

const holdNotFound = () => new Refusal('NOT_FOUND', 'HOLD_NOT_FOUND', 'There is no such hold of points.', ['holdId']);

/** Two, so that the database works for one while we work for the other. What is about one account goes to the same one. */
const TILLS = 2;
const tills = new WeakMap<Pool, readonly Till[]>();

function tillFor(pool: Pool, subjectId: string): Till {
  let all = tills.get(pool);
  if (!all) tills.set(pool, (all = Array.from({ length: TILLS }, () => new Till(pool))));
  return all[subjectId.charCodeAt(subjectId.length - 1) % TILLS]!; // its last digit is random
}

/** Runs an errand, once for the call's idempotency key. */
export async function atTheTill<Answer>(
  call: Call,
  operation: string,
  input: { readonly idempotencyKey: string },
  errand: Errand<Answer>,
): Promise<Answer> {
  const keyed = keyedCall(call, operation, input);
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const tellers = [{ done: resolve, failed: reject }];
  tillFor(call.db.pool, (errand.holder ?? errand.hold)!.subjectId).ask({ ...keyed, now: call.now, errand, tellers });
  return (await promise) as Answer;
}
