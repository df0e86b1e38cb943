import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { MarketEvent } from '../../src/intake/event.ts';
import { bring, Collector } from './import-kit.ts';

/** Real data whose licences keep it out of the project. */
const data = path.resolve(import.meta.dirname, '../../../shared/data');
const olist = path.join(data, 'olist/orders.csv');
const ratings = path.join(data, 'bitcoin-alpha/ratings.csv');

describe.skipIf(!fs.existsSync(olist))('the orders of Olist (skipped where ../shared/data is absent)', () => {
  it('are read to the last', async () => {
    const collector = new Collector();
    const { summary, envelopes } = await bring(['--mapping', 'olist', olist], collector);
    expect(summary).toMatchObject({
      read: 12_751,
      accepted: 11_976,
      rejected: 775,
      reasons: { MERCHANT_MISSING: 775 },
    });
    const count = (is: (event: MarketEvent) => boolean) => envelopes.flatMap(({ events }) => events.filter(is)).length;
    expect({
      placed: count(({ type }) => type === 'order.placed'),
      paid: count(({ type }) => type === 'order.paid'),
      shipped: count(({ type }) => type === 'order.shipped'),
      delivered: count(({ type }) => type === 'order.delivered'),
      completed: count(({ type }) => type === 'order.completed'),
      bySeller: count((event) => event.type === 'order.cancelled' && event.by === 'SELLER'),
      byNobody: count((event) => event.type === 'order.cancelled' && event.by === 'PLATFORM'),
      reviews: count(({ type }) => type === 'review.posted'),
    }).toEqual({
      placed: 11_976,
      paid: 11_976,
      shipped: 10_968,
      delivered: 9786,
      completed: 9780,
      bySeller: 386 + 6,
      byNobody: 75,
      reviews: 11_948,
    });
    expect((await bring(['--mapping', 'olist', olist], collector)).summary).toMatchObject({ duplicates: 11_976 });
  });

  it('become what they were', async () => {
    const { envelopes } = await bring(['--mapping', 'olist', olist]);
    const at = (text: string) => Date.parse(text);
    expect(envelopes.find(({ id }) => id === '2e7a8482f6fb09756ca50c10d7bfc047')).toMatchObject({
      source: 'import:olist',
      mayGrow: true,
      events: [
        {
          type: 'order.placed',
          at: at('2016-09-04T21:15:19Z'),
          merchant: '1554a68530182680ad5c8b042c3ab563',
          buyer: 'b7d76e111c89f7ebf14761390f0f7d17',
          currency: 'BRL',
          amount: 13_623,
          lines: [{ quantity: 2, unitPrice: 3645 }],
          shipBy: at('2016-10-26T18:25:19Z'),
          deliverBy: at('2016-10-20T23:59:59.999Z'),
        },
        { type: 'order.paid', at: at('2016-10-07T13:18:03Z') },
        { type: 'order.shipped', at: at('2016-10-18T13:14:51Z') },
        { type: 'review.posted', at: at('2016-10-22T00:00:00Z'), stars: 1, channel: 'INVITED' },
      ],
    });
  });
});

describe.skipIf(!fs.existsSync(ratings))(
  'the ratings of Bitcoin Alpha (skipped where ../shared/data is absent)',
  () => {
    it('are read to the last, by time', async () => {
      const { summary, envelopes } = await bring(['--mapping', 'ratings', ratings]);
      expect(summary).toMatchObject({ read: 24_186, accepted: 24_186, rejected: 0 });
      const times = envelopes.map(({ events }) => events[0]!.at);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
    });
  },
);
