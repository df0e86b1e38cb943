import { describe, expect, it } from 'vitest';
import { inTransaction } from '../../src/db/tx.ts';
import { newId } from '../../src/kernel/ids.ts';
import { bookTransfers, reverseTransfers } from '../../src/points/book.commands.ts';
import { checkPoints } from '../../src/points/check.ts';
import type { Booked, Holder } from '../../src/points/transfer.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { book, earned, penalty } from './kit.ts';

const db = aDatabase();
const someone = (): Holder => ({ subjectKind: 'MERCHANT', subjectId: newId(NOW) });
const reverse = (now: number, ...booked: readonly Booked[]) =>
  inTransaction(db.pool, (tx) => reverseTransfers(tx, now, booked, 'a mistake'));

describe('bookTransfers', () => {
  it('books all or none', async () => {
    const [one, other] = [someone(), someone()];
    const work = book(db, earned(one, 10), earned(other, 5), penalty(other, 6, { mayOwe: false }));

    await expect(work).rejects.toMatchObject({ kind: 'CONFLICT', code: 'POINTS_INSUFFICIENT' });
    expect((await db.pool.query('select 1 from points_account')).rows).toEqual([]);
    expect(await book(db, earned(one, 10), earned(other, 5), penalty(other, 6))).toMatchObject([
      { points: 10, balance: 10 },
      { points: 5, balance: 5 },
      { points: -6, balance: -1 },
    ]);
  });

  it.each([
    [0, 'POINTS_NOT_POSITIVE'],
    [-1, 'POINTS_NOT_POSITIVE'],
    [1.5, 'POINTS_NOT_WHOLE'],
    [NaN, 'POINTS_NOT_WHOLE'],
    [Infinity, 'POINTS_NOT_WHOLE'],
    [2 ** 31, 'POINTS_TOO_MANY'],
    [2 ** 53 - 1, 'POINTS_TOO_MANY'],
    [2 ** 53, 'POINTS_TOO_MANY'],
  ])('refuses %s points', async (points, code) => {
    await expect(book(db, earned(someone(), points))).rejects.toMatchObject({ kind: 'INVALID', code });
  });

  it('holds as many as can be shown, and no more', async () => {
    const holder = someone();
    await book(db, earned(holder, 2 ** 31 - 1));

    await expect(book(db, earned(holder, 1))).rejects.toMatchObject({ code: 'BALANCE_OUT_OF_RANGE' });
    await expect(book(db, earned(holder, 1, { bookedAt: NOW + 1 }))).rejects.toMatchObject({
      code: 'BALANCE_OUT_OF_RANGE',
    });
    const [owing] = await book(db, penalty(someone(), 2 ** 31 - 1));
    expect(owing!.balance).toBe(1 - 2 ** 31);
    const again = penalty({ subjectKind: 'MERCHANT', subjectId: owing!.subjectId }, 1);
    await expect(book(db, again)).rejects.toMatchObject({ code: 'BALANCE_OUT_OF_RANGE' });
  });

  it('books one transfer for one key, and refuses another under it', async () => {
    const holder = someone();
    const transfer = earned(holder, 10, { key: 'review-kept/17' });
    const [[first], [second]] = [await book(db, transfer), await book(db, transfer)];

    expect(second).toEqual(first);
    const [twice, thrice] = await book(db, ...[1, 2].map(() => earned(holder, 3, { key: 'other' })));
    expect(thrice).toEqual(twice);
    expect(twice!.balance).toBe(13);
    await expect(book(db, { ...transfer, points: 11 })).rejects.toMatchObject({ code: 'TRANSFER_KEY_REUSED' });
  });

  it('of writers that want the same accounts, in whatever order, loses nothing and never waits for ever', async () => {
    const holders = Array.from({ length: 6 }, someone);
    const rounds = Array.from({ length: 60 }, (_, i) =>
      book(db, ...holders.map((_holder, k) => earned(holders[(i * 5 + k * (i % 2 ? 5 : 1)) % 6]!, 1 + (i % 3)))),
    );
    await Promise.all(rounds);

    const { rows } = await db.pool.query('select balance from points_account where subject_id = any($1)', [
      holders.map(({ subjectId }) => subjectId),
    ]);
    expect(rows.map(({ balance }) => Number(balance))).toEqual(Array(6).fill(120));
  });

  it('makes entries that nobody changes, and balances that nothing else can reach', async () => {
    await book(db, earned(someone(), 10));

    for (const change of [
      'update points_transfer set points = 11',
      'delete from points_transfer',
      'truncate points_transfer cascade',
    ])
      await expect(db.pool.query(change)).rejects.toThrow(/never changed/);
    await expect(db.pool.query('update points_account set balance = balance + 1 where balance = 10')).rejects.toThrow(
      /points_account_chain/,
    );
    await expect(
      db.pool
        .query(`insert into points_transfer (subject_id, id, revision, house, points, pending, balance_before, balance_after,
          pending_before, pending_after, may_owe, kind, reason, booked_at, recorded_at)
        select subject_id, gen_random_uuid(), revision + 1, 'ISSUED', 5, 0, balance + 1, balance + 6, pending, pending, false, 'EARNED', 'x',
          now(), now() from points_account where revision = 1`),
    ).rejects.toThrow(/points_transfer_chain/);
  });
});

describe('reverseTransfers', () => {
  it('gives back exactly the lots that a debit took, and takes a spent credit back as debt', async () => {
    const holder = someone();
    const [soon, late, spent] = await book(
      db,
      earned(holder, 10, { expiresAt: NOW + 100 }),
      earned(holder, 10, { expiresAt: NOW + 200 }),
      penalty(holder, 15),
    );
    const lots = async () =>
      (
        await db.pool.query(
          `select (extract(epoch from expires_at) * 1000)::float8 - $2 as "in", remaining::int from points_lot where subject_id = $1 order by 1`,
          [holder.subjectId, NOW],
        )
      ).rows;
    expect(await lots()).toEqual([{ in: 200, remaining: 5 }]);
    const [back] = await reverse(NOW, spent!);
    expect(await lots()).toEqual([
      { in: 100, remaining: 10 },
      { in: 200, remaining: 10 },
    ]);
    await reverse(NOW, back!);
    expect(await lots()).toEqual([{ in: 200, remaining: 5 }]);

    expect(await reverse(NOW, soon!, late!)).toMatchObject([{ balance: -5 }, { balance: -15 }]);
    expect(await lots()).toEqual([]);
  });

  it('restores what was taken back while it was pending, from when it was to count', async () => {
    const holder = someone();
    const [credit] = await book(db, earned(holder, 10, { bookedAt: NOW + 50, expiresAt: NOW + 100 }));
    const [taken] = await reverse(NOW + 1, credit!);
    expect(taken).toMatchObject({ points: -10, balance: 0, pending: 0 });
    const [restored] = await reverse(NOW + 2, taken!);
    expect(restored).toMatchObject({ points: 10, balance: 0, pending: 10 });
    expect(await reverse(NOW + 60, restored!)).toMatchObject([{ points: -10, balance: 0, pending: 0 }]);
  });

  it('refuses a second time, in one call too, and what does not exist', async () => {
    const [credit] = await book(db, earned(someone(), 10));
    await expect(reverse(NOW, credit!, credit!)).rejects.toMatchObject({ code: 'TRANSFER_REVERSED' });
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => reverse(NOW, credit!)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(reverse(NOW, credit!)).rejects.toMatchObject({ code: 'TRANSFER_REVERSED' });
    await expect(reverse(NOW, { ...credit!, id: newId(NOW) })).rejects.toMatchObject({ code: 'TRANSFER_NOT_FOUND' });
    await expect(reverse(NOW, { ...credit!, subjectId: newId(NOW) })).rejects.toMatchObject({
      code: 'TRANSFER_NOT_FOUND',
    });
  });
});

describe('all of it', () => {
  it('adds up', async () => {
    await inTransaction(db.pool, (tx) => bookTransfers(tx, NOW, []));
    const report = await checkPoints(db.pool);
    expect(report.differences).toEqual([]);
    expect(report.sum).toBe(0n);
    expect(report.transfers).toBeGreaterThan(360);
  });
});
