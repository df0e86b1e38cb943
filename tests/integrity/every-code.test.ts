import { beforeAll, expect, it } from 'vitest';
import { CODES } from '../../src/detection/llr.ts';
import { foldingsAt } from '../../src/grades/foldings.ts';
import { scanMarket } from '../../src/integrity/scan-market.ts';
import { casesOn } from '../cases/kit.ts';
import { ingest } from '../intake/ingest-kit.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { anEvent, daysAgo, NOW, type RawEvent } from '../kit/events.ts';
import { eventsOfSale, fakeSales, PRAISE, suspicionsOf, takeHistory, type Sale } from './integrity-kit.ts';

const db = aDatabase();
const api = anApi(db, { clock: () => NOW });
const scan = () => scanMarket(db.pool, foldingsAt, NOW);
const fired = new Set<string>();
/** What speaks for a fake in the moderators' queue. */
async function look(): Promise<void> {
  for (const { evidence } of await suspicionsOf(api, { status: null }))
    for (const { code, logLikelihoodRatio } of evidence) if (logLikelihoodRatio > 0) fired.add(code);
}

/** Twenty shops with regulars who registered lately, each at four of them, and say different things. */
const ordinary = Array.from({ length: 200 }, (_, i) =>
  eventsOfSale({
    order: `plain-${i}`,
    merchant: `shop-${(7 * i + Math.floor(i / 50)) % 20}`,
    buyer: `b-regular-${i % 50}`,
    placed: 10 + ((7 * i) % 55),
    stars: 3 + (i % 3),
    registered: 70,
  }),
).flat();
const without = (type: string, events: readonly RawEvent[]) => events.filter((event) => event.type !== type);

/** A shop that all praise. */
const praised = Array.from({ length: 20 }, (_, i) =>
  eventsOfSale({ order: `calm-${i}`, merchant: 'calm', placed: 80 - 3 * i, stars: 5, registered: 100 }),
).flat();
/** Old accounts that blame another such shop, days apart, though all went well. */
const patient = Array.from({ length: 40 }, (_, i) =>
  eventsOfSale({
    order: `kept-${i}`,
    merchant: 'kept',
    placed: 85 - 2 * i,
    stars: i % 4 === 3 ? 1 : 5,
    registered: 700,
  }),
).flat();
const defect = (order: string) => anEvent('order.refunded', daysAgo(5), { order, amount: 900, cause: 'DEFECT' });
/** Old accounts that blame, each now and then, for what they had to send back, and then praise the same three shops in one week: hijacked, or for hire. */
const hired = Array.from({ length: 10 }, (_, i) =>
  ['far-1', 'far-2', 'far-3', 'shop-4', 'shop-5', 'shop-6'].flatMap((merchant, j) =>
    eventsOfSale({
      order: `hired-${i}-${j}`,
      merchant,
      buyer: `b-hired-${i}`,
      placed: j < 3 ? 9 + (i % 4) : 70 - 5 * i + j,
      stars: j < 3 ? 5 : 1,
    }).concat(j < 3 ? [] : defect(`hired-${i}-${j}`)),
  ),
).flat();
/** Four who go from shop to shop together. */
const ring = Array.from({ length: 28 }, (_, i) =>
  eventsOfSale({
    order: `ring-${i}`,
    merchant: `far-${10 + (i % 7)}`,
    buyer: `b-ring-${i % 4}`,
    placed: 20 - (i % 3),
    stars: 5,
  }),
).flat();
/** A shop that buys from itself: five accounts behind one telephone, nothing sent, and the money back by another way. */
const brushing = Array.from({ length: 15 }, (_, i) => {
  const placed = i < 8 ? 20 : 40;
  const sale = { order: `brushed-${i}`, merchant: 'brusher', buyer: `b-brusher-${i % 5}`, placed, device: 'd-farm' };
  return [
    ...without('order.shipped', without('order.delivered', eventsOfSale(sale))),
    anEvent('order.delivered', daysAgo(placed, 4), { order: sale.order }),
    anEvent('order.paidBack', daysAgo(15), { order: sale.order }),
  ];
}).flat();
const sleepers = Array.from({ length: 12 }, (_, i) =>
  eventsOfSale({ order: `asleep-${i}`, merchant: 'shop-7', placed: 8 + (i % 3), stars: 5, registered: 900 }),
).flat();

async function campaigns(): Promise<void> {
  await takeHistory(db, [...ordinary, ...praised, ...patient, ...hired, ...ring, ...sleepers, ...brushing], NOW);
  await scan();
  const fake = (order: string, more: Partial<Sale> = {}) =>
    eventsOfSale({ order, merchant: 'shop-8', placed: 7, stars: 5, text: PRAISE, registered: 8, ...more });
  const atHome = fakeSales('shop-8', 6, { payment: 'c-farm' })
    .flatMap(eventsOfSale)
    .map((event) => (event.type === 'order.placed' ? { ...event, data: { ...event.data, ip: '10.1.2.3' } } : event));
  await ingest(api, atHome);
  const unpaid = without('order.paid', without('order.delivered', fake('unpaid')));
  const refund = anEvent('order.refunded', daysAgo(6), { order: 'back', amount: 4900, cause: 'CHANGED_MIND' });
  await ingest(api, [...unpaid, ...fake('back'), refund]);
  const busy = Array.from({ length: 9 }, (_, i) =>
    fake(`busy-${i}`, { merchant: `shop-${i}`, buyer: 'b-busy', text: `${PRAISE} ${i}` }),
  );
  await ingest(api, busy.flat());
  await ingest(api, without('order.delivered', fake('early', { merchant: 'calm' })));
  const newcomers = Array.from({ length: 12 }, (_, i) => fake(`new-${i}`, { merchant: 'calm', stars: 1 }));
  await ingest(api, without('order.delivered', newcomers.flat()));
  await ingest(api, [anEvent('merchant.registered', daysAgo(60), { externalId: 'shop-9', device: 'd-boss' })]);
  await ingest(api, fake('own', { merchant: 'shop-9', device: 'd-boss' }));
  await ingest(api, fake('there', { merchant: 'shop-8', buyer: 'shop-9', placed: 12 }));
  await ingest(api, fake('answer', { merchant: 'shop-9', buyer: 'shop-8' }));
  await ingest(api, [
    ...fake('told', { merchant: 'shop-6' }),
    anEvent('order.paidBack', daysAgo(1), { order: 'told' }),
  ]);
  await casesOn(api, db).penalize(['r-busy-0']);
  await scan();
  await look();
}

beforeAll(campaigns);

it('every code of evidence that there is comes before moderators, in some campaign or other', () => {
  expect(Object.keys(CODES).filter((code) => !fired.has(code))).toEqual([]);
});
