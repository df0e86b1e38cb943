import fc from 'fast-check';
import { expect } from 'vitest';
import type { Call } from '../../src/access/call.ts';
import type { Database } from '../../src/db/database.ts';
import { inTransaction, type Tx } from '../../src/db/tx.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import { bookTransfers, reverseTransfers } from '../../src/points/book.commands.ts';
import { closeAccount } from '../../src/points/close.commands.ts';
import { accountsAt } from '../../src/points/desk.ts';
import { captureHold, makeHold, releaseHold } from '../../src/points/holds.ts';
import { holdsBy } from '../../src/points/holds.queries.ts';
import { settlePoints } from '../../src/points/settle.job.ts';
import { atTheTill } from '../../src/points/till.ts';
import type { Holder } from '../../src/points/transfer.ts';
import { balancesAt } from '../../src/points/transfers.queries.ts';
import { ModelRefusal, type ModelAccount, type ModelHold } from './model.ts';

/** What the model knows of the world: the moment, its accounts, and what each had at earlier moments. */
export interface Model {
  now: number;
  readonly accounts: readonly ModelAccount[];
  readonly seen: {
    readonly at: number;
    readonly account: number;
    readonly balance: number;
    readonly pending: number;
  }[];
}

export interface Real {
  readonly db: Database;
  readonly holders: readonly Holder[];
  readonly clock: { now: number; calls: number };
}

type Outcome = string | null; // the code of a refusal

/** One thing done to one account, by the model and by the ledger. */
export interface Deed {
  readonly account: number;
  readonly text: string;
  readonly run: (model: ModelAccount, real: Real, holder: Holder, now: number) => Promise<void>;
}

const callAt = (real: Real): Call =>
  ({
    actor: { role: 'PLATFORM', name: 'PLATFORM', subject: null },
    now: real.clock.now,
    db: { pool: real.db.pool },
  }) as Call;
const keyed = (real: Real) => ({ idempotencyKey: `key-${real.holders[0]!.subjectId}-${real.clock.calls++}` });
const inTx = <T>(real: Real, work: (tx: Tx) => Promise<T>) => inTransaction(real.db.pool, work);

/** Refused by both with the same code, or done by both. */
async function alike<T>(check: () => void, doIt: () => Promise<T>): Promise<T | null> {
  let expected: Outcome = null;
  try {
    check();
  } catch (error) {
    if (!(error instanceof ModelRefusal)) throw error;
    expected = error.message;
  }
  let code: Outcome = null;
  const done = await doIt().catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
    code = error.code;
    return null;
  });
  expect(code).toBe(expected);
  return code === null ? done : null;
}

const nth = <T>(all: Iterable<T>, n: number): T | undefined => [...all][n % Math.max(1, [...all].length)];

const credit = (account: number, points: number, vestsIn: number, lastsFor: number | null): Deed => ({
  account,
  text: `credit(${account}, ${points}, in ${vestsIn}, for ${lastsFor})`,
  run: async (model, real, holder, now) => {
    const bookedAt = now + vestsIn;
    const expiresAt = lastsFor === null ? null : bookedAt + lastsFor;
    const of = { kind: 'EARNED', reason: 'earned', factId: null, bookedAt, expiresAt, mayOwe: false };
    const transfer = { from: { house: 'ISSUED' }, to: holder, points, ...of } as const;
    const done = await alike(
      () => model.checkCredit(),
      () => inTx(real, (tx) => bookTransfers(tx, now, [transfer])),
    );
    if (done) model.credit(done[0]!.id, points, now, bookedAt, expiresAt ?? Infinity);
  },
});

const debit = (account: number, points: number, mayOwe: boolean): Deed => ({
  account,
  text: `debit(${account}, ${points}, ${mayOwe ? 'may owe' : 'if there'})`,
  run: async (model, real, holder, now) => {
    const of = { kind: 'PENALTY', reason: 'lost', factId: null, bookedAt: now, expiresAt: null, mayOwe };
    const transfer = { from: holder, to: { house: 'PENALTIES' }, points, ...of } as const;
    const check = () => model.checkDebit(points, mayOwe);
    const done = await alike(check, () => inTx(real, (tx) => bookTransfers(tx, now, [transfer])));
    if (done) model.debit(done[0]!.id, points);
  },
});

const hold = (account: number, points: number, lasts: number): Deed => ({
  account,
  text: `hold(${account}, ${points}, for ${lasts})`,
  run: async (model, real, holder, now) => {
    const of = { points, purpose: 'discount', reference: 'o-1', madeBy: 'test', expiresAt: now + lasts };
    const errand = { holder, hold: null, need: points };
    const done = await alike(
      () => model.checkDebit(points, false),
      () => atTheTill(callAt(real), 'hold', keyed(real), { ...errand, run: (desk, at) => makeHold(desk, at, of).id }),
    );
    if (done) model.hold(done, points, of.expiresAt);
  },
});

const ending = (account: number, which: number, points: number | null): Deed => ({
  account,
  text: points === null ? `release(${account}, ${which})` : `capture(${account}, ${which}, ${points})`,
  run: async (model, real, { subjectId }, _now) => {
    const found = nth(model.holds.values(), which);
    if (!found) return;
    const errand = { holder: null, hold: { subjectId, id: found.id }, need: 0 };
    const done = await alike(
      () => model.checkEnd(found, points ?? 0),
      () =>
        atTheTill(callAt(real), 'end', keyed(real), {
          ...errand,
          run: (desk, at, kept) =>
            points === null ? releaseHold(desk, at, kept) : captureHold(desk, at, kept, points),
        }),
    );
    if (done) model.end(found, points === null ? 'RELEASED' : 'CAPTURED', done.transferId ?? '', points ?? 0);
  },
});

const reverse = (account: number, which: number): Deed => ({
  account,
  text: `reverse(${account}, ${which})`,
  run: async (model, real, { subjectId }, now) => {
    const of = nth(model.past.keys(), which);
    if (of === undefined) return;
    const check = () => model.checkReverse(of);
    const work = (tx: Tx) => reverseTransfers(tx, now, [{ subjectId, id: of }], 'a mistake');
    const done = await alike(check, () => inTx(real, work));
    if (done) model.reverse(of, done[0]!.id, now);
  },
});

const close = (account: number): Deed => ({
  account,
  text: `close(${account})`,
  run: async (model, real, holder, now) => {
    const done = await alike(
      () => model.checkClose(),
      () => inTx(real, async (tx) => (await closeAccount(tx, now, holder, null), true)),
    );
    if (done) model.close();
  },
});

/** Deeds by several writers at once, one on each account, and then all that is known is compared. */
class Together implements fc.AsyncCommand<Model, Real> {
  readonly deeds: readonly Deed[];
  constructor(deeds: readonly Deed[]) {
    this.deeds = [...new Map(deeds.map((deed) => [deed.account, deed])).values()];
  }
  check = () => true;
  async run(model: Model, real: Real): Promise<void> {
    for (const { account } of this.deeds) model.accounts[account]!.settle(model.now);
    await Promise.all(
      this.deeds.map(({ account, run }) => run(model.accounts[account]!, real, real.holders[account]!, model.now)),
    );
    await compare(model, real);
  }
  toString = () => this.deeds.map(({ text }) => text).join(' & ');
}

/** Time goes by; sometimes the worker runs. */
class Wait implements fc.AsyncCommand<Model, Real> {
  readonly ms: number;
  readonly isSettling: boolean;
  constructor(ms: number, isSettling: boolean) {
    this.ms = ms;
    this.isSettling = isSettling;
  }
  check = () => true;
  async run(model: Model, real: Real): Promise<void> {
    real.clock.now = model.now += this.ms;
    if (this.isSettling) await settlePoints(real.db.pool).run(model.now);
    await compare(model, real);
    if (this.isSettling) await compareLots(model, real);
  }
  toString = () => `wait(${this.ms}${this.isSettling ? ', and settle' : ''})`;
}

/** What an account had at a moment of the past is what it had when that was now. */
class LookBack implements fc.AsyncCommand<Model, Real> {
  readonly which: number;
  constructor(which: number) {
    this.which = which;
  }
  check = ({ seen }: Model) => seen.length > 0;
  async run({ seen, now }: Model, { db, holders }: Real): Promise<void> {
    const { at, account } = nth(seen, this.which)!;
    if (at === now) return; // more may happen in this moment
    await settlePoints(db.pool).run(now);
    const last = seen.findLast((each) => each.account === account && each.at === at)!;
    const asked = [{ subjectId: holders[account]!.subjectId, at }];
    const [found] = await inTransaction(db.pool, (tx) => balancesAt(tx, asked));
    expect({ balance: found?.balance ?? 0, pending: found?.pending ?? 0 }).toEqual({
      balance: last.balance,
      pending: last.pending,
    });
  }
  toString = () => `lookBack(${this.which})`;
}

async function compare(model: Model, { db, holders }: Real): Promise<void> {
  const ids = holders.map(({ subjectId }) => subjectId);
  const found = await inTransaction(db.pool, (tx) => accountsAt(tx, model.now, ids));
  for (const [i, account] of model.accounts.entries()) {
    account.settle(model.now);
    const kept = found.find(({ subjectId }) => subjectId === ids[i]);
    const real = { balance: kept?.balance ?? 0, held: kept?.held ?? 0, pending: kept?.pending ?? 0 };
    const { balance, held, pendingPoints: pending } = account;
    expect(real, `account ${i}`).toEqual({ balance, held, pending });
    model.seen.push({ at: model.now, account: i, balance, pending });
  }
}

async function compareLots(model: Model, { db, holders }: Real): Promise<void> {
  const { rows } = await db.pool.query(
    `select subject_id, remaining::int, (extract(epoch from expires_at) * 1000)::float8 as expires_at from points_lot
      where subject_id = any($1)`,
    [holders.map(({ subjectId }) => subjectId)],
  );
  for (const [i, { subjectId }] of holders.entries()) {
    const own = rows.filter((row) => row.subject_id === subjectId);
    expect(Object.fromEntries(own.map((row) => [String(row.expires_at), row.remaining]))).toEqual(
      model.accounts[i]!.lots,
    );
    const ids = [...model.accounts[i]!.holds.values()].map(({ id }: ModelHold) => ({ subjectId, id }));
    const kept = await inTransaction(db.pool, (tx) => holdsBy(tx, ids));
    const statuses = Object.fromEntries(kept.map(({ id, status }) => [id, status]));
    expect(statuses).toEqual(Object.fromEntries([...model.accounts[i]!.holds].map(([id, { status }]) => [id, status])));
  }
}

export const ACCOUNTS = 4;
const account = fc.nat({ max: ACCOUNTS - 1 });
const points = fc.integer({ min: 1, max: 12 });
const nthOne = fc.nat({ max: 50 });
const aDeed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 60,
    arbitrary: fc
      .tuple(account, points, fc.constantFrom(0, 0, 0, 5, 15), fc.constantFrom(null, 10, 20, 40))
      .map((a) => credit(...a)),
  },
  { weight: 40, arbitrary: fc.tuple(account, points, fc.boolean()).map((a) => debit(...a)) },
  { weight: 40, arbitrary: fc.tuple(account, points, fc.constantFrom(5, 15, 60)).map((a) => hold(...a)) },
  { weight: 40, arbitrary: fc.tuple(account, nthOne, fc.oneof(points, fc.constant(null))).map((a) => ending(...a)) },
  { weight: 50, arbitrary: fc.tuple(account, nthOne).map((a) => reverse(...a)) },
  { weight: 1, arbitrary: account.map(close) },
);

export const commands = [
  aDeed.map((deed) => new Together([deed])),
  fc.array(aDeed, { minLength: 2, maxLength: 6 }).map((deeds) => new Together(deeds)),
  fc.tuple(fc.integer({ min: 1, max: 12 }), fc.boolean()).map((a) => new Wait(...a)),
  fc.nat({ max: 500 }).map((which) => new LookBack(which)),
];
