import { beforeEach, describe, expect, it } from 'vitest';
import { foldingsAt } from '../../src/grades/foldings.ts';
import { scanMarket } from '../../src/integrity/scan-market.ts';
import { countOf, expectSound, ingest } from '../intake/ingest-kit.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase, emptied } from '../kit/database.ts';
import { anEvent, daysAgo, NOW, takeEvents, type RawEvent } from '../kit/events.ts';
import {
  eventsOfSale,
  honestSales,
  PRAISE,
  suspicionsOf,
  takeHistory,
  type Sale,
  type Shown,
} from './integrity-kit.ts';

const db = aDatabase();
const api = anApi(db, { clock: () => NOW });
beforeEach(async () => {
  await emptied(db);
  await takeHistory(db, [...honestSales('shop', 6), ...honestSales('other', 6)], NOW);
});
const scan = () => scanMarket(db.pool, foldingsAt, NOW);

const about = async (review: string): Promise<Shown | undefined> =>
  (await suspicionsOf(api)).find(
    ({ kind, reviews }) => kind !== 'BRUSHING' && reviews.some(({ externalId }) => externalId === review),
  );
const ground = async (review: string, code: string) =>
  (await about(review))?.evidence.find((each) => each.code === code);
const fromAddress = (sale: Sale, ip: string): RawEvent[] =>
  eventsOfSale(sale).map((event) =>
    event.type === 'order.placed' ? { ...event, data: { ...event.data, ip } } : event,
  );
const registered = (merchant: string, traces: object) =>
  anEvent('merchant.registered', daysAgo(60), { externalId: merchant, ...traces });

describe('a review of one’s own shop', () => {
  const sale = { order: 'own', placed: 5, stars: 5, device: 'd-boss' };

  it('is known by what the merchant was registered with', async () => {
    await ingest(api, [registered('shop', { name: 'Shop', device: 'd-boss', payment: { instrument: 'c-boss' } })]);
    await ingest(api, eventsOfSale(sale));
    await ingest(api, eventsOfSale({ order: 'paid', placed: 6, stars: 5, payment: 'c-boss' }));

    for (const review of ['r-own', 'r-paid'])
      expect(await ground(review, 'OWN_SHOP')).toMatchObject({
        family: 'IDENTITY',
        text: "Comes from the merchant's own device, payment or address",
        facts: [],
      });
    expect((await about('r-own'))?.reviews[0]!.status).toBe('HELD');
    expect(await countOf(db, 'merchant_trace', 'length(hash) = 16')).toBe(2); // keyed hashes, and nothing else
    expect(await ingest(api, [registered('shop', { device: 'd-boss', colour: 1 })])).toMatchObject({
      rejected: [{ code: 'FIELD_UNKNOWN' }],
    });
  });

  it('is known by the orders of the merchant’s own account, which are shown, in one batch as in two', async () => {
    const purchase = eventsOfSale({
      order: 'shopping',
      merchant: 'other',
      buyer: 'shop',
      placed: 20,
      device: 'd-boss',
    });
    const facts = [
      { __typename: 'Buyer', account: 'shop', name: null },
      { __typename: 'Order', order: 'shopping' },
    ];
    await ingest(api, [...eventsOfSale(sale), ...purchase]);
    expect((await ground('r-own', 'OWN_SHOP'))?.facts).toEqual(facts);
    const atOnce = await suspicionsOf(api);

    await emptied(db);
    await takeHistory(db, [...honestSales('shop', 6), ...honestSales('other', 6)], NOW);
    await ingest(api, purchase);
    await ingest(api, eventsOfSale(sale));
    expect((await suspicionsOf(api)).map(({ evidence }) => evidence)).toEqual(atOnce.map(({ evidence }) => evidence));
  });

  it('is not told by an address that many have, nor by what came later', async () => {
    await ingest(api, fromAddress({ order: 'shopping', merchant: 'other', buyer: 'shop', placed: 20 }, '10.0.0.1'));
    await ingest(api, fromAddress({ order: 'home', placed: 12, stars: 5 }, '10.0.0.1'));
    expect(await ground('r-home', 'OWN_SHOP')).toBeDefined();

    for (let i = 0; i < 6; i++) await ingest(api, fromAddress({ order: `c-${i}`, placed: 11, stars: 4 }, '10.0.0.1'));
    await ingest(api, fromAddress({ order: 'street', placed: 6, stars: 5 }, '10.0.0.1'));
    expect(await ground('r-street', 'OWN_SHOP')).toBeUndefined();

    await ingest(api, eventsOfSale({ order: 'early', placed: 30, stars: 5, device: 'd-late' }));
    await ingest(api, eventsOfSale({ order: 'late', merchant: 'other', buyer: 'shop', placed: 3, device: 'd-late' }));
    expect(await ground('r-early', 'OWN_SHOP')).toBeUndefined();
  });
});

describe('shops that praise each other', () => {
  const there = {
    order: 'there',
    merchant: 'shop',
    buyer: 'other',
    placed: 20,
    stars: 5,
    text: PRAISE,
    registered: 22,
  };
  const back = { order: 'back', merchant: 'other', buyer: 'shop', placed: 15, stars: 5, text: PRAISE, registered: 22 };
  const first = { order: 'first', merchant: 'shop', placed: 25, stars: 5, text: PRAISE, registered: 26 };

  it('are told on both sides: on the answer at once, on what it answers by the next scan', async () => {
    await ingest(api, [first, there].flatMap(eventsOfSale));
    expect(await ground('r-there', 'MUTUAL_RATING')).toBeUndefined();
    await ingest(api, eventsOfSale(back));
    expect(await ground('r-back', 'MUTUAL_RATING')).toMatchObject({
      family: 'GRAPH',
      facts: [{ __typename: 'Review', review: 'r-there' }],
    });
    expect((await ground('r-back', 'NEAR_DUPLICATE'))?.facts).toMatchObject([{ review: expect.stringMatching(/^r-/) }]);

    await scan();
    expect((await ground('r-there', 'MUTUAL_RATING'))?.facts).toMatchObject([{ review: 'r-back' }]);
    await expectSound(db);
  });

  it('are known in one batch too, and by the devices that they were registered with', async () => {
    await ingest(api, [registered('shop', { device: 'd-shop' }), registered('other', { device: 'd-other' })]);
    const hidden = [
      { ...there, buyer: 'b-1', device: 'd-other' },
      { ...back, buyer: 'b-2', device: 'd-shop' },
    ];
    await ingest(api, [first, ...hidden].flatMap(eventsOfSale));
    expect((await ground('r-back', 'MUTUAL_RATING'))?.facts).toMatchObject([{ review: 'r-there' }]);
  });

  it('are no such where one praises and the other blames', async () => {
    await ingest(api, [first, there, { ...back, stars: 1 }].flatMap(eventsOfSale));
    expect(await ground('r-back', 'MUTUAL_RATING')).toBeUndefined();
  });
});

describe('an order of which the money went back past the marketplace', () => {
  const sale = { order: 'bought', placed: 9, stars: 5 };
  const paidBack = (order: string, days: number) => anEvent('order.paidBack', daysAgo(days), { order });

  it('makes its review suspicious, as soon as it is known', async () => {
    await ingest(api, [...eventsOfSale(sale), paidBack('bought', 8)]);
    expect(await ground('r-bought', 'PAID_BACK_OUTSIDE')).toMatchObject({
      family: 'BEHAVIOUR',
      facts: [{ __typename: 'Order', order: 'bought' }],
    });

    await ingest(api, eventsOfSale({ ...sale, order: 'later' }));
    await ingest(api, [paidBack('later', 2)]);
    expect((await ground('r-later', 'PAID_BACK_OUTSIDE'))?.facts).toMatchObject([{ order: 'later' }]);
    expect((await about('r-later'))?.reviews).toMatchObject([{ status: 'COUNTED' }]); // no later fact changes a verdict by itself
    await scan();
    expect(await suspicionsOf(api)).toHaveLength(2);
    await expectSound(db);
    expect((await ingest(api, [paidBack('later', 2), { ...paidBack('later', 1), id: 'x' }])).rejected).toMatchObject([
      { code: 'ORDER_EVENT_CONFLICT' },
    ]);
  });

  it('is seen afterwards in what came in as history', async () => {
    await takeHistory(db, [...eventsOfSale(sale), paidBack('bought', 2)], NOW);
    await scan();
    expect(await ground('r-bought', 'PAID_BACK_OUTSIDE')).toBeDefined();
  });

  it('is no order paid and kept, whichever of the two is told first', async () => {
    const completed = anEvent('order.completed', daysAgo(1), { order: 'bought' });
    const goodMassAfter = async (events: readonly RawEvent[]): Promise<number> => {
      await emptied(db);
      for (const event of [...eventsOfSale(sale), ...events]) await takeEvents(db, [event]);
      const { data } = await api.ask(
        'AUDITOR',
        '{ buyer(externalId: "b-bought") { grade { evidence { goodMass } } } }',
      );
      await expectSound(db);
      return data.buyer.grade.evidence.goodMass;
    };
    expect(await goodMassAfter([completed])).toBeGreaterThan(0);
    expect(await goodMassAfter([completed, paidBack('bought', 2)])).toBe(0);
    expect(await goodMassAfter([paidBack('bought', 2), completed])).toBe(0);
  });

  const refund = (order: string, cause: string) =>
    anEvent('order.refunded', daysAgo(3), { order, amount: 4900, cause });
  const staged = Array.from({ length: 12 }, (_, i): Sale => ({ order: `s-${i}`, placed: 9, stars: 5 }));

  it('weighs as well where praise was paid back as a change of mind, but not where the goods were at fault', async () => {
    await ingest(api, staged.map((sale) => ({ ...sale, text: PRAISE, registered: 10 })).flatMap(eventsOfSale));
    await ingest(
      api,
      staged.map(({ order }, i) => refund(order, i === 0 ? 'DEFECT' : 'CHANGED_MIND')),
    );
    await scan();
    expect(await about('r-s-1')).toBeDefined();
    expect(await ground('r-s-0', 'PAID_BACK_OUTSIDE')).toBeUndefined();
    expect(await ground('r-s-9', 'PAID_BACK_OUTSIDE')).toMatchObject({ facts: [{ order: 's-9' }] });
  });
});
