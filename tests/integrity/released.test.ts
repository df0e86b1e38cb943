import { beforeEach, describe, expect, it } from 'vitest';
import { inTransaction } from '../../src/db/tx.ts';
import { confirmSuspicions, reopenSuspicions } from '../../src/integrity/confirm.commands.ts';
import { globalId } from '../../src/kernel/global-id.ts';
import { expectSound, ingest } from '../intake/ingest-kit.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase, emptied } from '../kit/database.ts';
import { NOW, takeEvents } from '../kit/events.ts';
import { balancesOf } from '../kit/state.ts';
import {
  decidingOn,
  eventsOfSale,
  fakeSales,
  honestSales,
  keysOf,
  NOT_STAFF,
  reviewOfSale,
  suspicionsOf,
  takeHistory,
} from './integrity-kit.ts';

const db = aDatabase();
const api = anApi(db, { clock: () => NOW });
const MINUTE = 60_000;
const STRANGER = '0199a1b2-0000-7000-8000-000000000001';
const { key, release } = decidingOn(api);

const sales = fakeSales('shop', 4);
const reviewId = async (externalId: string): Promise<string> => {
  const [{ merchantId, id }] = await keysOf(db, [externalId]);
  return globalId('Review', merchantId, id);
};
/** Three held reviews of four, each with its suspicion. */
async function aCampaign(): Promise<void> {
  await emptied(db);
  await takeHistory(db, [...honestSales('shop'), ...honestSales('other')], NOW);
  await ingest(api, sales.flatMap(eventsOfSale));
}

describe('a penalty', () => {
  beforeEach(aCampaign);

  it('confirms the suspicions about its reviews, and an overturned one opens them again', async () => {
    const keys = await keysOf(db, ['r-shop-fake-1', 'r-shop-fake-2']);
    const before = await suspicionsOf(api);
    const confirmed = await inTransaction(db.pool, (tx) => confirmSuspicions(tx, keys, NOW, 'ADMIN'));
    expect(confirmed).toHaveLength(2);
    expect(await suspicionsOf(api, { status: 'CONFIRMED' })).toMatchObject([
      { decidedBy: 'ADMIN' },
      { decidedBy: 'ADMIN' },
    ]);
    expect(await inTransaction(db.pool, (tx) => confirmSuspicions(tx, keys, NOW, 'ADMIN'))).toEqual([]);

    expect(await inTransaction(db.pool, (tx) => reopenSuspicions(tx, keys, NOW, 'AUDITOR'))).toHaveLength(2);
    expect(await suspicionsOf(api)).toEqual(before);
    const { rows } = await db.pool.query(
      `select kind, count(*)::int from suspicion_verdict group by kind order by kind`,
    );
    expect(rows).toEqual([
      { kind: 'CONFIRMED', count: 2 },
      { kind: 'OPENED', count: 3 },
      { kind: 'REOPENED', count: 2 },
    ]);
  });
});

describe('a released review', () => {
  beforeEach(aCampaign);

  it('counts exactly as if it had never been held', async () => {
    await emptied(db);
    await takeHistory(db, [...honestSales('shop'), ...honestSales('other')], NOW);
    const two = sales.slice(0, 2).flatMap(eventsOfSale);
    await ingest(api, two);
    const answer = await release(await reviewId('r-shop-fake-1'));

    expect(answer).toMatchObject({
      userErrors: [],
      review: { externalId: 'r-shop-fake-1', status: 'COUNTED' },
      receipt: { reversedPostings: 4 }, // of the merchant and of the product: out, and in again
    });
    const rated = answer.receipt.changes.filter(
      (each: { subject: { __typename: string } }) => each.subject.__typename !== 'Buyer',
    );
    expect(rated).toHaveLength(2);
    for (const { before, after } of rated) expect(after.ratingCount).toBe(before.ratingCount + 1);
    const released = await balancesOf(db);
    await expectSound(db);

    await emptied(db);
    await takeHistory(db, [...honestSales('shop'), ...honestSales('other')], NOW);
    await takeHistory(db, two, NOW); // nobody doubts history
    expect(released).toEqual(await balancesOf(db));
  });

  it('is released once, however often it is sent; and what is not held cannot be', async () => {
    const id = await reviewId('r-shop-fake-1');
    const input = { idempotencyKey: key() };
    const first = await release(id, 'ADMIN', input);
    expect(await release(id, 'ADMIN', input)).toEqual(first);
    expect(await release(id)).toMatchObject({
      review: null,
      userErrors: [{ code: 'REVIEW_NOT_HELD', field: ['reviewId'] }],
    });
    const other = await reviewId('r-shop-fake-2');
    const both = await Promise.all((['ADMIN', 'MODERATOR'] as const).map((asker) => release(other, asker)));
    expect(both.flatMap(({ userErrors }) => userErrors)).toMatchObject([{ code: 'REVIEW_NOT_HELD' }]);
    expect(await release(globalId('Review', STRANGER, STRANGER))).toMatchObject({
      userErrors: [{ code: 'REVIEW_NOT_FOUND' }],
    });
    expect(await release(id, 'ADMIN', { note: '' })).toMatchObject({ userErrors: [{ code: 'NOTE_MISSING' }] });
    for (const asker of [...NOT_STAFF, 'AUDITOR' as const])
      expect(await release(id, asker)).toEqual({ code: asker === null ? 'UNAUTHENTICATED' : 'FORBIDDEN' });
  });

  it('goes its ways like any other: its order goes on, its author takes it back', async () => {
    await release(await reviewId('r-shop-fake-1'));
    const { data } = reviewOfSale(sales[1]!);
    await takeEvents(db, [
      {
        id: 'c',
        source: 'test',
        type: 'order.completed',
        time: new Date(NOW - MINUTE).toISOString(),
        data: { order: data['order'] },
      },
      {
        id: 'r',
        source: 'test',
        type: 'review.retracted',
        time: new Date(NOW - MINUTE).toISOString(),
        data: { review: data['review'] },
      },
    ]);
    await expectSound(db);
    expect(await release(await reviewId('r-shop-fake-1'))).toMatchObject({ userErrors: [{ code: 'REVIEW_NOT_HELD' }] });
  });
});
