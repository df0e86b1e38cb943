import { beforeEach, describe, expect, it } from 'vitest';
import { anApi } from '../kit/api.ts';
import { aDatabase, emptied } from '../kit/database.ts';
import { anEvent, daysAgo, eventsOf, HASH_SECRET, NOW, envelope, takeEvents } from '../kit/events.ts';
import { inTransaction } from '../../src/db/tx.ts';
import { intakeAt } from '../../src/intake/intake.ts';
import { takeIn } from '../../src/intake/take-in.ts';
import { bookTransfers } from '../../src/points/book.commands.ts';
import { grantsAndBooks, merchant, preset, rewardsOn, rulesWith, settle, DAY_MS, type Given } from './kit.ts';

const db = aDatabase();
let now = NOW;
const api = anApi(db, { clock: () => now });
const { of, points, reply, save, send } = rewardsOn(api);
const TEXT = 'It came in a sturdy box, and works as it should.';
const paid = (entries: Given): [string, number][] =>
  entries.nodes.map(({ reason, amount }: Given) => [reason, amount]).toReversed();
const reasonOf = (key: string): string => preset.earning.find((rule) => rule.key === key)!.texts.en;

beforeEach(async () => {
  await emptied(db);
  now = NOW;
});

describe('a kept order and a review in words', () => {
  it('earn points for both sides, once however often they are settled', async () => {
    await takeEvents(db, eventsOf({ order: 'o-1', buyer: 'ann', placed: 60, stars: 1, text: TEXT }));
    await settle(db);
    const ann = await points('buyer', 'ann');

    expect(paid(ann.entries)).toEqual([
      [reasonOf('REVIEW_WITH_TEXT'), 20],
      [reasonOf('ORDER_KEPT'), 10],
    ]);
    expect(ann.balance).toBe(30);
    const m1 = await points('merchant', 'm-1');
    expect(paid(m1.entries)).toEqual([[reasonOf('ORDER_DELIVERED'), 2]]);

    await takeEvents(db, eventsOf({ order: 'o-1', buyer: 'ann', placed: 60, stars: 1, text: TEXT }));
    await Promise.all([settle(db), settle(db)]);
    expect(await points('buyer', 'ann')).toEqual(ann);
    const { grants, books } = await grantsAndBooks(db);
    expect(books).toEqual(grants);
  });

  it('are pending until the return window ends, and expire at the end of a day a year later', async () => {
    await takeEvents(db, eventsOf({ order: 'o-1', buyer: 'ann', placed: 10, stars: 5, text: TEXT }));
    await settle(db);
    const ann = await points('buyer', 'ann');

    expect(ann).toMatchObject({ balance: 0, pending: 20 });
    const [review] = ann.entries.nodes;
    expect(review.bookedAt).toBe(new Date(Date.parse(daysAgo(6, 4)) + 14 * DAY_MS).toISOString());
    expect(review.expiresAt).toBe(new Date(Date.parse(daysAgo(6)) + (14 + 366) * DAY_MS).toISOString());
    now = NOW + 9 * DAY_MS;
    expect(await points('buyer', 'ann')).toMatchObject({ balance: 20, pending: 0 });
  });

  it('earn nothing for few words, or once retracted', async () => {
    await takeEvents(db, [
      ...eventsOf({ order: 'o-1', buyer: 'ann', placed: 60, stars: 5, text: 'Good.', isCompleted: false }),
      ...eventsOf({ order: 'o-2', buyer: 'ben', placed: 60, stars: 5, text: TEXT, isCompleted: false }),
    ]);
    await settle(db);
    expect((await points('buyer', 'ann')).entries.nodes).toEqual([]);
    expect((await points('buyer', 'ben')).balance).toBe(20);

    await takeEvents(db, [anEvent('review.retracted', daysAgo(1), { review: 'r-o-2' })]);
    await settle(db);
    expect((await points('buyer', 'ben')).balance).toBe(0);
  });

  it('earn nothing where they are history that is brought in, unless that is asked for', async () => {
    const bring = async (order: string, buyer: string, earns?: boolean) => {
      const events = eventsOf({ order, buyer, placed: 60, stars: 5, text: TEXT }).map((each) => envelope(each));
      const intake = { ...intakeAt(HASH_SECRET, NOW), isHistory: true, ...(earns !== undefined && { earns }) };
      await inTransaction(db.pool, (tx) => takeIn(tx, events, intake));
    };
    await takeEvents(db, []);
    await bring('o-1', 'ann');
    await bring('o-2', 'ben', true);
    await settle(db);

    expect((await points('buyer', 'ann')).entries.nodes).toEqual([]);
    expect((await points('buyer', 'ben')).balance).toBe(30);
  });

  it('take back what a later fault makes wrong, into debt when it is spent', async () => {
    await takeEvents(db, eventsOf({ order: 'o-1', buyer: 'ann', placed: 60 }));
    await settle(db);
    const { id } = await of('buyer', 'ann', '');
    const redeem =
      'mutation ($input: RedeemPointsInput!) { it: redeemPoints(input: $input) { holdId userErrors { code } } }';
    const capture =
      'mutation ($input: CapturePointsInput!) { it: capturePoints(input: $input) { userErrors { code } } }';
    const { holdId } = await send('PLATFORM', redeem, {
      holderId: id,
      points: 10,
      purpose: 'Discount',
      reference: 'x',
    });
    expect(await send('PLATFORM', capture, { holdId })).toEqual({ userErrors: [] });

    await takeEvents(db, [
      anEvent('order.refunded', daysAgo(2), { order: 'o-1', amount: 5000, cause: 'CHANGED_MIND' }),
    ]);
    await settle(db);
    expect((await points('buyer', 'ann')).balance).toBe(-10);
  });
});

describe('other events', () => {
  it('pay for a quick answer, not for a slow one, and not for one to a review that does not count', async () => {
    await takeEvents(db, [
      ...eventsOf({ order: 'o-1', buyer: 'ann', placed: 60, stars: 2, isCompleted: false, promised: 1 }),
      ...eventsOf({ order: 'o-2', buyer: 'ben', placed: 4, stars: 2, promised: 1 }),
    ]);
    const { reviews } = await of('merchant', 'm-1', 'reviews(first: 10) { nodes { id externalId } }');
    now = Date.parse(daysAgo(0, 10)) + DAY_MS / 2; // a day after the second review at most
    for (const { id } of reviews.nodes) expect(await reply(merchant('m-1'), id)).toEqual({ userErrors: [] });
    await settle(db, now);

    expect(paid((await points('merchant', 'm-1')).entries)).toEqual([[reasonOf('QUICK_REPLY'), 3]]);
  });

  it('pay for each streak of hand-overs on time once, and begin anew after one that was late', async () => {
    const streak = preset.earning.find(({ key }) => key === 'ON_TIME_STREAK');
    const only = rulesWith({ earning: [{ ...streak, orders: 3 }] as never, penalties: [] });
    now = NOW - 90 * DAY_MS;
    expect(await save(only)).toMatchObject({ userErrors: [] });
    now = NOW;
    const handover = (order: string, shipped: number, isLate = false) => [
      anEvent('order.placed', daysAgo(80), {
        order,
        merchant: 'm-1',
        buyer: `b-${order}`,
        currency: 'USD',
        amount: 100,
        shipBy: daysAgo(isLate ? shipped + 1 : shipped - 1),
      }),
      anEvent('order.shipped', daysAgo(shipped), { order }),
    ];
    await takeEvents(
      db,
      ['a', 'b', 'c', 'd', 'e'].flatMap((order, i) => handover(order, 40 - i)),
    );
    await settle(db);
    expect((await points('merchant', 'm-1')).balance).toBe(25); // c; d and e begin the next
    await takeEvents(db, handover('f', 30, true));
    await takeEvents(db, handover('g', 29));
    await settle(db);
    expect((await points('merchant', 'm-1')).balance).toBe(25);
    await takeEvents(db, [
      ...handover('h', 28),
      ...handover('i', 27),
      anEvent('order.delivered', daysAgo(26), { order: 'c' }),
    ]);
    await settle(db);
    expect((await points('merchant', 'm-1')).balance).toBe(50);
  });

  it('pay both sides for a complaint that is settled, and cost who loses it', async () => {
    await takeEvents(db, [
      ...eventsOf({ order: 'o-1', buyer: 'ann', placed: 60, isCompleted: false, promised: 1 }),
      ...eventsOf({ order: 'o-2', buyer: 'ben', placed: 60, isCompleted: false, promised: 1 }),
      ...eventsOf({ order: 'o-3', buyer: 'cat', placed: 60, isCompleted: false, promised: 1 }),
      anEvent('dispute.closed', daysAgo(9), { order: 'o-1', lostBy: 'NONE', cause: 'LATE' }),
      anEvent('dispute.closed', daysAgo(8), { order: 'o-2', lostBy: 'MERCHANT', cause: 'LATE' }),
      anEvent('dispute.closed', daysAgo(7), { order: 'o-3', lostBy: 'BUYER', cause: 'LATE' }),
    ]);
    await settle(db);

    expect((await points('buyer', 'ann')).balance).toBe(10);
    expect((await points('buyer', 'cat')).balance).toBe(-50);
    expect((await points('merchant', 'm-1')).balance).toBe(10 - 50);
  });

  it('cost a merchant whose qualification runs out, unless there is another word on it before', async () => {
    await takeEvents(db, eventsOf({ order: 'o-1', placed: 3, delivered: null }));
    const state =
      'mutation ($input: StateQualificationInput!) { it: stateQualification(input: $input) { userErrors { code } } }';
    const { id: subjectId } = await of('merchant', 'm-1', '');
    const valid = (key: string, days: number) => ({
      subjectId,
      key,
      status: 'VALID',
      expiresAt: new Date(NOW + days * DAY_MS).toISOString(),
      note: 'Seen.',
    });
    for (const key of ['food-licence', 'wine-licence'])
      expect(await send('PLATFORM', state, valid(key, 5))).toEqual({ userErrors: [] });
    now = NOW + 2 * DAY_MS;
    expect(await send('PLATFORM', state, valid('wine-licence', 50))).toEqual({ userErrors: [] });
    await settle(db, now);
    expect((await points('merchant', 'm-1')).entries.nodes).toEqual([]);
    now = NOW + 6 * DAY_MS;
    await settle(db, now);
    expect((await points('merchant', 'm-1')).balance).toBe(-100);
  });
});

describe('caps, levels and campaigns', () => {
  const kept = (count: number, more: object = {}) =>
    Array.from({ length: count }, (_, i) =>
      eventsOf({ order: `o-${i}`, merchant: `m-${i}`, buyer: 'ann', placed: 60, ...more }),
    ).flat();

  it('give a subject so many a day and with one other, decided in order of time and once', async () => {
    await takeEvents(db, kept(25)); // all kept on one day
    await settle(db);
    expect((await points('buyer', 'ann')).balance).toBe(200);
    const { rows: paidFor } = await db.pool.query<{ order: string }>(
      `select o.external_id as "order" from reward_grant g join "order" o on o.id = g.fact_id where g.rule = 'ORDER_KEPT' and g.points = 10`,
    );
    const { order } = paidFor[0]!;
    await takeEvents(db, [anEvent('order.refunded', daysAgo(1), { order, amount: 100, cause: 'CHANGED_MIND' })]);
    await settle(db);
    expect((await points('buyer', 'ann')).balance).toBe(190); // what the cap refused stays refused
    const { rows } = await db.pool.query(
      `select limited_by as by, count(*)::int as count from reward_grant where subject_kind = 'BUYER' group by 1 order by 1 nulls last`,
    );
    expect(rows).toEqual([
      { by: 'DAY', count: 5 },
      { by: null, count: 20 },
    ]);
  });

  it('give so many with one other in some days', async () => {
    await takeEvents(db, kept(9, { merchant: 'm-one' }));
    await settle(db);

    expect((await points('buyer', 'ann')).balance).toBe(60);
    expect((await points('merchant', 'm-one')).balance).toBe(12);
  });

  it('give more in a campaign, by the rules of when it happened', async () => {
    const campaigns = [
      { key: 'DOUBLE', from: daysAgo(45), until: daysAgo(40), factor: 2.5, texts: { en: 'Spring', 'zh-CN': '春季' } },
    ];
    now = NOW - 100 * DAY_MS;
    expect(await save(rulesWith({ campaigns: campaigns as never }))).toMatchObject({ userErrors: [] });
    now = NOW;
    await takeEvents(db, [
      ...eventsOf({ order: 'o-1', buyer: 'ann', placed: 60 }), // kept 43 days ago
      ...eventsOf({ order: 'o-2', buyer: 'ben', placed: 50 }),
    ]);
    await settle(db);

    expect(paid((await points('buyer', 'ann')).entries)).toEqual([[`${reasonOf('ORDER_KEPT')} (Spring)`, 25]]);
    expect((await points('buyer', 'ben')).balance).toBe(10);
  });

  it('give more or less by the level of the one who earns', async () => {
    const multipliers = { BUYER: { BB: 3, BBB: 3, A: 3, B: 3 }, MERCHANT: {} };
    now = NOW - 400 * DAY_MS;
    await save(rulesWith({ multipliers: multipliers as never }));
    now = NOW;
    await takeEvents(
      db,
      Array.from({ length: 12 }, (_, i) =>
        eventsOf({ order: `h-${i}`, merchant: `m-${i}`, buyer: 'ann', placed: 300 - i }),
      ).flat(),
    );
    await settle(db);
    const { grade } = await of('buyer', 'ann', 'grade { level }');
    expect(Object.keys(multipliers.BUYER)).toContain(grade.level);
    expect((await points('buyer', 'ann')).balance).toBe(12 * 30);
  });
});

describe('an account that cannot take them', () => {
  it('is passed over when it is closed, and holds nobody else up', async () => {
    await takeEvents(db, eventsOf({ order: 'o-0', buyer: 'ann', placed: 100, isCompleted: false, delivered: null }));
    const close =
      'mutation ($input: ClosePointsAccountInput!) { it: closePointsAccount(input: $input) { userErrors { code } } }';
    const { id } = await of('buyer', 'ann', '');
    expect(await send('ADMIN', close, { subjectId: id, note: 'Left.' })).toEqual({ userErrors: [] });
    await takeEvents(db, [
      ...eventsOf({ order: 'o-1', buyer: 'ann', placed: 60 }),
      ...eventsOf({ order: 'o-2', buyer: 'ben', placed: 60 }),
    ]);
    await settle(db);

    expect((await points('buyer', 'ann')).balance).toBe(0);
    expect((await points('buyer', 'ben')).balance).toBe(10);
  });

  it('is tried again later when it is full, and holds nobody else up', async () => {
    await takeEvents(db, [
      ...eventsOf({ order: 'o-1', buyer: 'ann', placed: 60 }),
      ...eventsOf({ order: 'o-2', buyer: 'ben', placed: 60 }),
    ]);
    const { rows } = await db.pool.query<{ id: string }>(`select id from buyer where external_id = 'ann'`);
    const full = { factId: null, bookedAt: NOW, expiresAt: null, mayOwe: false, kind: 'ADJUSTED', reason: 'Much.' };
    const to = { subjectKind: 'BUYER', subjectId: rows[0]!.id } as const;
    await inTransaction(db.pool, (tx) =>
      bookTransfers(tx, NOW, [{ ...full, from: { house: 'ISSUED' }, to, points: 2_147_483_647 }]),
    );
    await expect(settle(db)).rejects.toThrow('cannot be booked');

    expect((await points('buyer', 'ben')).balance).toBe(10);
    await settle(db);
    expect((await points('buyer', 'ann')).balance).toBe(2_147_483_647);
    const { rows: waiting } = await db.pool.query('select tries from changed_fact');
    expect(waiting).toEqual([{ tries: 1 }]);
  });
});
