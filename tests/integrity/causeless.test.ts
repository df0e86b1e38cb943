import { expect, it } from 'vitest';
import { inSnapshot } from '../../src/db/snapshot.ts';
import { readReviews } from '../../src/integrity/read-reviews.ts';
import { aDatabase } from '../kit/database.ts';
import { anEvent, daysAgo, NOW, type RawEvent } from '../kit/events.ts';
import { eventsOfSale, takeHistory } from './integrity-kit.ts';

const db = aDatabase();
const refunded = (order: string, cause: string) => anEvent('order.refunded', daysAgo(5), { order, amount: 900, cause });
const closed = (order: string, lostBy: string) =>
  anEvent('dispute.closed', daysAgo(5), { order, lostBy, cause: 'not as described' });
const promised = (events: readonly RawEvent[], promise: Record<string, string>) =>
  events.map((event) => (event.type === 'order.placed' ? { ...event, data: { ...event.data, ...promise } } : event));
const without = (type: string, events: readonly RawEvent[]) => events.filter((event) => event.type !== type);

/** What became of orders that were blamed, and whether all went well. They were shipped within the day and delivered on the third. */
const STORIES: readonly (readonly [string, (events: RawEvent[], order: string) => readonly RawEvent[], boolean])[] = [
  ['delivered', (events) => events, true],
  ['kept promises', (events) => promised(events, { shipBy: daysAgo(19), deliverBy: daysAgo(17) }), true],
  ['sent back', (events, order) => [...events, refunded(order, 'CHANGED_MIND')], true],
  ['an unfounded claim', (events, order) => [...events, closed(order, 'BUYER')], true],
  ['a defect', (events, order) => [...events, refunded(order, 'DEFECT')], false],
  ['a claim that was right', (events, order) => [...events, closed(order, 'MERCHANT')], false],
  ['a claim that nobody lost', (events, order) => [...events, closed(order, 'NONE')], false],
  [
    'a chargeback',
    (events, order) => [
      ...events,
      anEvent('payment.chargeback', daysAgo(5), { order, lostBy: 'MERCHANT', cause: 'fraud' }),
    ],
    false,
  ],
  ['late', (events) => promised(events, { deliverBy: daysAgo(18) }), false],
  ['late to the carrier', (events) => promised(events, { shipBy: daysAgo(20, 6) }), false],
  ['never delivered', (events) => without('order.delivered', events), false],
];

it('a scan is told of each review that blames whether all went well with its order', async () => {
  const events = STORIES.flatMap(([, story], i) => {
    const order = `told-${i}`;
    return story(eventsOfSale({ order, placed: 20, stars: 1 + (i % 2) }), order);
  });
  await takeHistory(db, [...events, ...eventsOfSale({ order: 'praise', placed: 20, stars: 5 })], NOW);
  const { columns, idOf } = await inSnapshot(db.pool, (snapshot) => readReviews(snapshot, NOW - 90 * 86_400_000));
  const { rows } = await db.pool.query<{ id: string; external_id: string }>('select id, external_id from review');
  const names = new Map(rows.map((row) => [row.id, row.external_id]));
  const told = Object.fromEntries([...columns.wentWell!].map((each, row) => [names.get(idOf(row)), each]));
  expect(told).toEqual({
    ...Object.fromEntries(STORIES.map(([, , wentWell], i) => [`r-told-${i}`, wentWell ? 1 : 0])),
    'r-praise': 0,
  });
});
