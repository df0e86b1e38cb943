import { beforeEach, describe, expect, it } from 'vitest';
import { expirePendingEvents, forgetRejectedEvents } from '../../src/intake/pending.job.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase, emptied } from '../kit/database.ts';
import { anEvent, daysAgo, eventsOf, NOW, takeEvents, type RawEvent } from '../kit/events.ts';
import { balancesOf } from '../kit/state.ts';
import { accepted, countOf, duplicates, expectSound, ingest } from './ingest-kit.ts';

const db = aDatabase();
let now = NOW;
const api = anApi(db, { clock: () => now });
beforeEach(async () => {
  now = NOW;
  await emptied(db);
  await takeEvents(db, []); // the policies
});

const DAY_MS = 86_400_000;
const waiting = () => countOf(db, 'pending_event', 'rejected_code is null');
const rejections = async () =>
  (await db.pool.query<{ code: string }>('select rejected_code as code from pending_event order by event_id')).rows.map(
    ({ code }) => code,
  );
const expire = () => expirePendingEvents(db.pool).run(now);
const story = eventsOf({ order: 'o-1', placed: 40, stars: 4, product: 'p-1' });
const retracted = anEvent('review.retracted', daysAgo(20), { review: 'r-o-1' });

describe('events in any order', () => {
  it('give the same balances, whichever comes first and whichever must wait', async () => {
    for (const event of story) expect(await ingest(api, [event])).toEqual(accepted(1));
    const inOrder = await balancesOf(db);
    expect(Object.keys(inOrder).length).toBeGreaterThan(5);

    for (const order of [story.toReversed(), [...story.slice(3), ...story.slice(0, 3)]]) {
      await emptied(db);
      await takeEvents(db, []);
      for (const event of order) expect(await ingest(api, [event])).toEqual(accepted(1));
      expect(await waiting()).toBe(0);
      expect(await balancesOf(db)).toEqual(inOrder);
    }
    await expectSound(db);
  });

  it('wait, and are accepted for good, until what they are about has come', async () => {
    const [placed, ...rest] = story;
    expect(await ingest(api, rest)).toEqual(accepted(5));
    expect([await waiting(), await countOf(db, 'posting')]).toEqual([5, 0]);
    expect(await ingest(api, rest)).toEqual(duplicates(5));
    expect(await ingest(api, [placed!])).toEqual(accepted(1));
    expect([await waiting(), await countOf(db, 'review')]).toEqual([0, 1]);
  });

  it('wait for one another: a retraction for its review, and that for its order', async () => {
    const [placed, ...rest] = story;
    expect(await ingest(api, [retracted])).toEqual(accepted(1));
    expect(await ingest(api, rest)).toEqual(accepted(5));
    expect(await waiting()).toBe(6);
    expect(await ingest(api, [placed!])).toEqual(accepted(1));
    expect(await waiting()).toBe(0);
    expect(await countOf(db, 'review', "status = 'VOIDED' and retracted_at is not null")).toBe(1);
    await expectSound(db);
  });

  it('may be late by any time', async () => {
    const [placed, paid, ...rest] = story;
    await ingest(api, [placed!, ...rest]);
    now += 400 * DAY_MS;
    expect(await ingest(api, [paid!])).toEqual(accepted(1));
    expect(await countOf(db, '"order"', 'paid_at is not null')).toBe(1);
  });

  it('keep waiting when their order comes and is refused', async () => {
    const [placed, ...rest] = story;
    await ingest(api, [anEvent('product.listed', daysAgo(90), { externalId: 'p-1', merchant: 'm-other' })]);
    await ingest(api, rest);
    expect(await ingest(api, [placed!])).toMatchObject({ rejected: [{ code: 'PRODUCT_OF_ANOTHER_MERCHANT' }] });
    expect(await waiting()).toBe(5);
    const other = { ...placed!, data: { ...placed!.data, lines: null } };
    expect(await ingest(api, [other])).toEqual(accepted(1));
    expect(await waiting()).toBe(0);
  });
});

describe('an event that waited', () => {
  const refund = (amount: number, id?: string): RawEvent =>
    anEvent('order.refunded', daysAgo(20), { order: 'o-1', amount, cause: 'CHANGED_MIND' }, id);

  it('is rejected when its order shows that it cannot be, and may be sent again', async () => {
    await ingest(api, [refund(5_001, 'refund')]);
    await ingest(api, [story[0]!]);
    expect(await rejections()).toEqual(['REFUND_EXCEEDS_ORDER']);

    expect(await ingest(api, [refund(5_001, 'refund')])).toMatchObject({
      rejected: [{ code: 'REFUND_EXCEEDS_ORDER' }],
    });
    expect(await ingest(api, [refund(5_000, 'refund')])).toEqual(accepted(1));
  });

  it('is rejected after seven days, and not a moment before', async () => {
    await ingest(api, [story[3]!, retracted]);
    now = NOW + 7 * DAY_MS - 1;
    await expire();
    expect(await waiting()).toBe(2);

    now = NOW + 7 * DAY_MS;
    await expire();
    expect(await rejections()).toEqual(['ORDER_UNKNOWN', 'REVIEW_UNKNOWN']);
  });

  it('is not taken in any more when its order comes after that; but it may be sent again', async () => {
    const [placed, , , delivered] = story;
    await ingest(api, [delivered!]);
    now += 8 * DAY_MS;
    await expire();
    expect(await ingest(api, [placed!])).toEqual(accepted(1));
    expect(await countOf(db, '"order"', 'delivered_at is null')).toBe(1);

    expect(await ingest(api, [delivered!])).toEqual(accepted(1));
    expect(await countOf(db, '"order"', 'delivered_at is not null')).toBe(1);
    await expectSound(db, now);
  });

  it('is told to whoever sent it: that it waits, and what became of it', async () => {
    const LIST = `query ($state: WaitingState, $after: String) { waitingEvents(first: 1, state: $state, after: $after) {
      nodes { source id type order review receivedAt waitsUntil code } pageInfo { endCursor hasNextPage } } }`;
    const list = async (state: string, after: string | null = null) =>
      (await api.ask('PLATFORM', LIST, { state, after })).data.waitingEvents;
    const send = `mutation ($input: IngestEventsInput!) { ingestEvents(input: $input) { accepted waiting } }`;
    const paid = anEvent('order.paid', daysAgo(20), { order: 'o-1' }, 'paid');
    const takenBack = anEvent('review.retracted', daysAgo(20), { review: 'r-o-1' }, 'taken-back');
    const events = [paid, takenBack, anEvent('buyer.registered', daysAgo(20), { externalId: 'b-9' })];
    expect((await api.ask('PLATFORM', send, { input: { events } })).data.ingestEvents).toEqual({
      accepted: 3,
      waiting: 2,
    });

    const last = await list('WAITING');
    const rest = await list('WAITING', last.pageInfo.endCursor);
    expect([last.pageInfo.hasNextPage, rest.pageInfo.hasNextPage]).toEqual([true, false]);
    const times = { receivedAt: new Date(NOW).toISOString(), waitsUntil: new Date(NOW + 7 * DAY_MS).toISOString() };
    const asked = { source: paid.source, ...times, code: null };
    const waitingOnes = [
      { ...asked, id: 'paid', type: 'order.paid', order: 'o-1', review: null },
      { ...asked, id: 'taken-back', type: 'review.retracted', order: null, review: 'r-o-1' },
    ];
    expect([...last.nodes, ...rest.nodes]).toEqual(expect.arrayContaining(waitingOnes));
    expect((await list('REJECTED')).nodes).toEqual([]);

    now = NOW + 7 * DAY_MS;
    await expire();
    expect((await list('WAITING')).nodes).toEqual([]);
    const { nodes, pageInfo } = await list('REJECTED');
    const rejected = [...nodes, ...(await list('REJECTED', pageInfo.endCursor)).nodes];
    expect(rejected).toEqual(expect.arrayContaining([{ ...waitingOnes[0], code: 'ORDER_UNKNOWN' }]));
    expect(rejected).toHaveLength(2);

    await ingest(api, [story[0]!, paid]); // sent again, and taken in
    expect((await list('REJECTED')).nodes).toEqual([{ ...waitingOnes[1], code: 'REVIEW_UNKNOWN' }]);
    for (const [asker, code] of [
      [null, 'UNAUTHENTICATED'],
      [['MERCHANT', 'merchant:m-1'], 'FORBIDDEN'],
    ] as const)
      expect((await api.ask(asker, LIST)).errors?.[0]?.extensions['code']).toBe(code);
  });

  it('is forgotten thirty days after it was rejected, and not a moment before', async () => {
    await ingest(api, [story[3]!]);
    now = NOW + DAY_MS;
    await ingest(api, [retracted]);
    const forget = (at: number) => forgetRejectedEvents(db.pool).run(at);
    await forget(NOW + 400 * DAY_MS);
    expect(await waiting()).toBe(2); // what waits is never forgotten

    now = NOW + 8 * DAY_MS;
    await expire();
    await forget(NOW + 37 * DAY_MS);
    expect(await rejections()).toHaveLength(2);
    await forget(NOW + 37 * DAY_MS + 1);
    expect(await rejections()).toEqual(['REVIEW_UNKNOWN']);
    expect(await ingest(api, [story[3]!])).toEqual(accepted(1)); // as if it had never come
  });

  it('goes on waiting while others expire', async () => {
    await ingest(api, [story[1]!]);
    now += 6 * DAY_MS;
    await ingest(api, [story[2]!]);
    now += 2 * DAY_MS;
    await expire();
    expect([await waiting(), await rejections()]).toEqual([1, ['ORDER_UNKNOWN', null]]);
    await ingest(api, [story[0]!]);
    expect(await countOf(db, '"order"', 'shipped_at is not null and paid_at is null')).toBe(1);
  });

  it('is either taken in or rejected when its order comes at the very moment', async () => {
    const orders = Array.from({ length: 40 }, (_, i) => eventsOf({ order: `race-${i}`, placed: 30 }));
    await ingest(
      api,
      orders.map(([, paid]) => paid!),
    );
    now += 8 * DAY_MS;
    await Promise.all([
      ...orders.map(([placed]) => ingest(api, [placed!])),
      ...Array.from({ length: 4 }, () => expire()),
    ]);
    const taken = await countOf(db, '"order"', 'paid_at is not null');
    expect((await rejections()).filter((code) => code === 'ORDER_UNKNOWN')).toHaveLength(40 - taken);
    expect(await waiting()).toBe(0);
    expect(
      await ingest(
        api,
        orders.map(([, paid]) => paid!),
      ),
    ).toEqual({ ...accepted(40 - taken), duplicates: taken });
    expect(await countOf(db, '"order"', 'paid_at is not null')).toBe(40);
  });
});
