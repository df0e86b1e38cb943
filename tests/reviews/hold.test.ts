import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inTransaction } from '../../src/db/tx.ts';
import { foldingsAt } from '../../src/grades/foldings.ts';
import { holdReviews, releaseReviews } from '../../src/reviews/hold.commands.ts';
import { voidReviews, type FactKey } from '../../src/reviews/void.commands.ts';
import { rowCounts, expectSound } from '../intake/ingest-kit.ts';
import { aDatabase, emptied } from '../kit/database.ts';
import { daysAgo, eventsOf, NOW, takeEvents } from '../kit/events.ts';
import { aHistory } from '../kit/histories.ts';
import { balancesOf } from '../kit/state.ts';

const db = aDatabase();
const moment = async (tx: Parameters<ReturnType<typeof foldingsAt>>[0]) => ({
  now: NOW,
  foldings: await foldingsAt(NOW)(tx),
});
const hold = (keys: readonly FactKey[]) =>
  inTransaction(db.pool, async (tx) => holdReviews(tx, { reviews: keys, by: 'SCAN', note: null }, await moment(tx)));
const release = (keys: readonly FactKey[]) =>
  inTransaction(db.pool, async (tx) =>
    releaseReviews(tx, { reviews: keys, by: 'ADMIN', note: 'honest' }, await moment(tx)),
  );
const counted = async (): Promise<FactKey[]> =>
  (
    await db.pool.query(
      `select merchant_id as "merchantId", id from review where status = 'COUNTED' order by external_id`,
    )
  ).rows;
const picked = (keys: readonly FactKey[], picks: readonly boolean[]) => keys.filter((_, i) => picks[i]);
const somePicks = fc.array(fc.boolean(), { minLength: 24, maxLength: 24 });

describe('whatever is held and released', () => {
  it('leaves every balance as if it had never been held, and every sum sound in between', async () => {
    await fc.assert(
      fc.asyncProperty(aHistory, somePicks, async (history, picks) => {
        await emptied(db);
        await takeEvents(db, history);
        const before = await balancesOf(db);
        const keys = picked(await counted(), picks);
        const held = await hold(keys);
        expect(held?.reviewIds.length ?? 0).toBe(keys.length);
        await expectSound(db);
        await release(keys);
        expect(await balancesOf(db)).toEqual(before);
      }),
      { numRuns: 12 },
    );
  });

  it('leaves every sum that of what is live, whatever comes in and is voided in between', async () => {
    await fc.assert(
      fc.asyncProperty(aHistory, aHistory, somePicks, somePicks, async (history, later, picks, voids) => {
        await emptied(db);
        await takeEvents(db, history.slice(0, history.length >> 1));
        const keys = picked(await counted(), picks);
        await hold(keys);
        await takeEvents(db, history.slice(history.length >> 1));
        const wrong = picked(keys, voids);
        const why = { reviews: wrong, ground: 'SPAM', statement: 'Advertising.', voidedBy: 'ADMIN' } as const;
        const live = wrong.length === 0 ? [] : await statusesOf(wrong, 'HELD');
        if (live.length > 0)
          await inTransaction(db.pool, async (tx) => voidReviews(tx, { ...why, reviews: live }, await moment(tx)));
        await release(keys);
        await takeEvents(db, renamed(later));
        await expectSound(db);
      }),
      { numRuns: 6 },
    );
  });
});

const statusesOf = async (keys: readonly FactKey[], status: string): Promise<FactKey[]> =>
  (
    await db.pool.query(
      `select merchant_id as "merchantId", id from review where id = any($1) and status = $2 order by external_id`,
      [keys.map(({ id }) => id), status],
    )
  ).rows;
const renamed = (history: Parameters<typeof takeEvents>[1]) =>
  history.map((event) => ({
    ...event,
    id: `later ${event.id}`,
    data: Object.fromEntries(
      Object.entries(event.data).map(([key, value]) => [
        key,
        key === 'order' || key === 'review' ? `later ${String(value)}` : value,
      ]),
    ),
  }));

describe('holding', () => {
  const sale = (i: number) => eventsOf({ order: `o-${i}`, buyer: `b-${i}`, placed: 30 - i, stars: 4, product: 'p' });

  it('tells in a receipt whom it moved, and leaves alone what does not count', async () => {
    await emptied(db);
    await takeEvents(db, [0, 1, 2].flatMap(sale));
    const [first, second] = await counted();
    const held = await hold([first!, second!, first!]);
    expect(held?.reviewIds).toHaveLength(2);
    expect(held?.receipt.reversedPostings).toBe(8); // two reviews of a merchant and a product: out, and in again
    const { rows } = await db.pool.query('select changes from receipt where id = $1', [held!.receipt.id]);
    expect(rows[0].changes).toEqual(held!.receipt.changes);
    expect(held?.receipt.changes.find(({ subjectKind }) => subjectKind === 'PRODUCT')).toMatchObject({
      before: { ratingCount: 3 },
      after: { ratingCount: 1 },
    });

    const before = await rowCounts(db);
    expect(await hold([first!, second!])).toBeNull();
    expect(await release((await counted()).slice(0, 1))).toBeNull();
    expect(await hold([])).toBeNull();
    expect(await rowCounts(db)).toEqual(before);
  });

  it('of a review that is not there is refused, and nothing moves', async () => {
    await emptied(db);
    await takeEvents(db, sale(0));
    const before = await balancesOf(db);
    const nowhere = { merchantId: (await counted())[0]!.merchantId, id: '0199a1b2-0000-7000-8000-000000000001' };
    await expect(hold([...(await counted()), nowhere])).rejects.toMatchObject({ code: 'REVIEW_NOT_FOUND' });
    expect(await balancesOf(db)).toEqual(before);
  });

  it('is followed by what becomes of the order: a held review weighs as a purchase once it was paid', async () => {
    await emptied(db);
    const [placed, paid, ...rest] = sale(0);
    await takeEvents(db, [placed!, ...rest.filter(({ type }) => type === 'review.posted')]);
    await hold(await counted());
    await takeEvents(db, [{ ...paid!, time: daysAgo(29, 1) }]);
    await expectSound(db);
    await release((await db.pool.query(`select merchant_id as "merchantId", id from review`)).rows);
    await expectSound(db);
    const { rows } = await db.pool.query(
      'select is_purchase, is_held from posting order by subject_id, revision desc limit 1',
    );
    expect(rows).toEqual([{ is_purchase: true, is_held: false }]);
  });
});
