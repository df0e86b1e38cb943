import { beforeEach, describe, expect, it } from 'vitest';
import { weightOf } from '../../src/scoring/decay.ts';
import { anApi, type Asker } from '../kit/api.ts';
import { aDatabase, emptied } from '../kit/database.ts';
import { anEvent, daysAgo, eventsOf, NOW, takeEvents, type RawEvent, type Story } from '../kit/events.ts';
import { bringInto, csv } from './import-kit.ts';
import { accepted, expectSound, ingest } from './ingest-kit.ts';
import { ledgerOf, liveNames, liveOf, policy } from './ledger-kit.ts';

const db = aDatabase();
const api = anApi(db, { clock: () => NOW });
beforeEach(async () => {
  await emptied(db);
  await takeEvents(db, []); // the policies
});

const tell = async (...events: RawEvent[]) => expect(await ingest(api, events)).toEqual(accepted(events.length));
const story = (more: Partial<Story> = {}) =>
  eventsOf({ order: 'o-1', buyer: 'b-1', product: 'p-1', placed: 40, ...more });
const weights = async (subject: string) => (await liveOf(db, subject)).map((entry) => weightOf(entry, policy));

describe('a reviewer', () => {
  it('is believed by what its earlier reviews showed', async () => {
    await tell(...story({ order: 'o-a', buyer: 'b-a', placed: 60, stars: 5 }));
    await tell(...story({ order: 'o-b', buyer: 'b-b', placed: 50, stars: 3 }));
    await tell(...story({ order: 'o-c', buyer: 'b-b', placed: 40, stars: 5, merchant: 'm-2', product: 'p-2' }));
    const [first, second] = (await liveOf(db, 'm-1')).filter(({ reliability }) => reliability !== null);
    const third = (await liveOf(db, 'm-2')).find(({ reliability }) => reliability !== null);

    // All begin with a = 4, b = 1. Before the second review: mean 1, S = W = 0.8, so m = (0.8 + 3) / 3.8 = 1 and c = 0.8 / 3.8;
    // w = 0 is at a distance of ((0 − 1) / 2)² = 1/4 from it.
    const c = 0.8 / 3.8;
    const [a, b] = [4 + c * 0.75, 1 + c * 0.25];
    expect([first, second, third].map((each) => each!.reliability)).toEqual([
      80e6,
      80e6,
      Math.round((a / (a + b)) * 1e8),
    ]);
    expect([first, second, third].map((each) => each!.experience)).toEqual([0, 0, Math.round(c * 0.5 * 1e8)]);
  });
});

describe('a repeated buyer', () => {
  const thrice = [0, 1, 2].flatMap((i) => story({ order: `o-${i}`, placed: 60 - i, stars: 5 }));

  it('weighs less with each order and each review: 1, 1/2, 1/3', async () => {
    await tell(...thrice, ...story({ order: 'o-other', buyer: 'b-2', placed: 40 }));
    expect(await liveNames(db, 'm-1')).toEqual([
      'o-0 ORDER_DELIVERED 0',
      'o-1 ORDER_DELIVERED 1',
      'r-o-0 REVIEW_5 0',
      'o-2 ORDER_DELIVERED 2',
      'r-o-1 REVIEW_5 1',
      'r-o-2 REVIEW_5 2',
      'o-other ORDER_DELIVERED 0',
    ]);
    expect(await liveNames(db, 'p-1')).toEqual(await liveNames(db, 'm-1'));
    expect(await liveNames(db, 'b-1')).toEqual(['o-0 ORDER_KEPT 0', 'o-1 ORDER_KEPT 1', 'o-2 ORDER_KEPT 2']);
    const orders = (await liveOf(db, 'm-1')).filter(({ reliability }) => reliability === null);
    expect(orders.map((entry) => weightOf(entry, policy))).toEqual([1, 1 / 2, 1 / 3, 1]);
  });

  it('keeps its ranks, whatever an order turns out to mean later', async () => {
    await tell(...thrice);
    await tell(anEvent('order.refunded', daysAgo(20), { order: 'o-1', amount: 1, cause: 'DEFECT' }));
    await tell(...story({ order: 'o-3', placed: 30 }));
    expect((await liveNames(db, 'm-1')).filter((name) => !name.includes('REVIEW'))).toEqual([
      'o-0 ORDER_DELIVERED 0',
      'o-1 ORDER_COMPLAINED 1',
      'o-2 ORDER_DELIVERED 2',
      'o-3 ORDER_DELIVERED 3',
    ]);
    await expectSound(db);
  });

  it('is new to every other merchant', async () => {
    await tell(...thrice, ...story({ order: 'o-m2', merchant: 'm-2', product: 'p-2', placed: 40, stars: 5 }));
    expect(await liveNames(db, 'm-2')).toEqual(['o-m2 ORDER_DELIVERED 0', 'r-o-m2 REVIEW_5 0']);
  });
});

describe('the value of an order', () => {
  it.each([
    [0, 0.25],
    [100, 0.25],
    [1_000, (2 * 0.2) / 1.2],
    [5_000, 1],
    [15_000, 1.5],
    [Number.MAX_SAFE_INTEGER, 2],
  ])('of %i weighs its deal and its review', async (amount, value) => {
    await tell(...story({ amount, stars: 5 }));
    const [deal, review] = await liveOf(db, 'm-1');
    expect([deal!.amount, deal!.currency, review!.amount, review!.currency]).toEqual([amount, 'USD', amount, 'USD']);
    expect(weightOf(deal!, policy)).toBeCloseTo(value, 9);
    expect(weightOf(review!, policy)).toBeCloseTo(value * 0.8 * 0.5, 9); // reliability, and the floor of a purchase
  });
});

describe('how far a review is verified', () => {
  const review = anEvent('review.posted', daysAgo(38), { review: 'r-1', order: 'o-1', stars: 5 });
  const verification = async () => {
    const { data } = await api.ask(
      null,
      '{ merchant(externalId: "m-1") { reviews { nodes { verification status } } rating { verifiedCount } } }',
    );
    return data.merchant.reviews.nodes[0];
  };

  it('rises with what becomes of its order; once it is known to be paid for, it weighs as a purchase', async () => {
    const [placed, paid, , delivered, completed] = story();
    await tell(placed!, review);
    expect(await verification()).toEqual({ verification: 'ORDER_MATCHED', status: 'COUNTED' });
    expect(await weights('m-1')).toEqual([0.8 * 0.1]);

    await tell(paid!);
    expect(await verification()).toMatchObject({ verification: 'PAID' });
    expect(await weights('m-1')).toEqual([0.8 * 0.5]);
    expect((await ledgerOf(db, 'm-1')).map(({ revision, sign, isPurchase }) => [revision, sign, isPurchase])).toEqual([
      [0, 1, false],
      [1, -1, false],
      [2, 1, true],
    ]);

    await tell(delivered!);
    expect(await verification()).toMatchObject({ verification: 'DELIVERED' });
    await tell(completed!);
    expect(await verification()).toMatchObject({ verification: 'KEPT' });
    expect((await ledgerOf(db, 'm-1')).filter(({ fact }) => fact === 'r-1')).toHaveLength(3); // weighed once more, not each time
    await expectSound(db);
  });

  it('is the same when all came at once', async () => {
    await tell(...story(), review);
    expect(await verification()).toMatchObject({ verification: 'KEPT' });
    expect((await ledgerOf(db, 'm-1')).filter(({ fact }) => fact === 'r-1').map(({ revision }) => revision)).toEqual([
      0,
    ]);
  });

  it('is nothing without an order: such a review is shown and never scored', async () => {
    await tell(...story());
    const file = csv('review,merchant,buyer,stars,occurredAt,text', 'r-x,m-1,b-x,1,2020-10-01,From elsewhere');
    expect(await bringInto(db, '--mapping', 'reviews', file)).toMatchObject({ accepted: 1, rejected: 0 });

    const before = await liveNames(db, 'm-1');
    const { data } = await api.ask(
      null,
      '{ merchant(externalId: "m-1") { rating { count excludedCount } reviews(status: UNVERIFIED) { nodes { stars text status verification channel } } } }',
    );
    expect(data.merchant).toEqual({
      rating: { count: 0, excludedCount: 0 },
      reviews: {
        nodes: [{ stars: 1, text: 'From elsewhere', status: 'UNVERIFIED', verification: 'NONE', channel: 'IMPORTED' }],
      },
    });
    expect(await liveNames(db, 'm-1')).toEqual(before);
    expect(await liveNames(db, 'b-x')).toEqual([]);
    await expectSound(db);
  });

  it('may not be claimed by a file for an order of somebody else', async () => {
    await tell(...story());
    const file = csv(
      'review,order,merchant,buyer,stars,occurredAt',
      'r-x,o-1,,b-x,1,2020-11-01',
      'r-y,o-1,m-x,,1,2020-11-01',
    );
    expect(await bringInto(db, '--mapping', 'reviews', file)).toMatchObject({
      accepted: 0,
      reasons: { NOT_THE_BUYER: 1, NOT_THE_MERCHANT: 1 },
    });
  });
});

describe('a burst of reviews', () => {
  /** Twenty buyers order on one day; three orders are delivered; all twenty write, an hour after one another. */
  const orders = Array.from({ length: 20 }, (_, i) =>
    story({ order: `o-${i}`, buyer: `b-${i}`, placed: 10, delivered: i < 3 ? 2 : null }),
  ).flat();
  const reviews = Array.from({ length: 20 }, (_, i) =>
    anEvent('review.posted', daysAgo(7, i), {
      review: `r-${String(i + 1).padStart(2, '0')}`,
      order: `o-${i}`,
      stars: 5,
    }),
  );
  /** Of n seen, those count that are at most 3 + 2·√n: of the 10th, 3 + 6.3 allows 9; of the 13th, 3 + 7.2 allows 10; of the 16th, 11. */
  const COUNTED = [1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 16];

  const held = async () =>
    (
      await db.pool.query<{ id: string }>(`select external_id as id from review where status = 'HELD' order by 1`)
    ).rows.map(({ id }) => Number(id.slice(2)));
  const RATING =
    '{ merchant(externalId: "m-1") { rating { count excludedCount average } } product(externalId: "p-1") { rating { count excludedCount } } }';

  it('counts as far as deliveries explain it, and the rest is held', async () => {
    await tell(...orders);
    await tell(...reviews);
    expect(await held()).toEqual(Array.from({ length: 20 }, (_, i) => i + 1).filter((i) => !COUNTED.includes(i)));
    const { data } = await api.ask(null, RATING);
    expect(data).toEqual({
      merchant: { rating: { count: 11, excludedCount: 9, average: 5 } },
      product: { rating: { count: 11, excludedCount: 9 } },
    });
    const entries = (await liveOf(db, 'm-1')).filter(({ reliability }) => reliability !== null);
    expect(entries.filter(({ isHeld }) => isHeld)).toHaveLength(9);
    expect(entries.filter((entry) => weightOf(entry, policy) === 0)).toHaveLength(9);
    await expectSound(db);
  });

  it('is held alike when it comes one by one', async () => {
    await tell(...orders);
    for (const review of reviews) await tell(review);
    expect((await held()).length).toBe(9);
  });

  it('is no burst where every order was delivered', async () => {
    await tell(...orders);
    await tell(
      ...orders
        .filter(({ type }) => type === 'order.paid')
        .slice(3)
        .map(({ data }) => anEvent('order.delivered', daysAgo(8), data)),
    );
    await tell(...reviews);
    expect(await held()).toEqual([]);
  });

  it('is seen by the merchant and the house, and by nobody else', async () => {
    await tell(...orders, ...reviews);
    const count = async (asker: Asker) =>
      (await api.ask(asker, '{ merchant(externalId: "m-1") { reviews(first: 50, status: HELD) { nodes { id } } } }'))
        .data.merchant.reviews.nodes.length;
    const askers: Asker[] = [null, 'PARTNER', ['MERCHANT', 'merchant:m-1'], 'MODERATOR'];
    expect(await Promise.all(askers.map(count))).toEqual([0, 0, 9, 9]);
  });
});
