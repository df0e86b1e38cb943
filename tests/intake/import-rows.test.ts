import { describe, expect, it } from 'vitest';
import type { MarketEvent } from '../../src/intake/event.ts';
import { aFile, bring, csv, rejectsOf } from './import-kit.ts';

const ORDERS = 'order,merchant,buyer,currency,amountMinor,placedAt';
const at = (text: string) => Date.parse(text);

async function eventsOf(mapping: string, ...rows: string[]): Promise<MarketEvent[]> {
  const { envelopes } = await bring(['--mapping', mapping, csv(...rows)]);
  return envelopes.flatMap(({ events }) => [...events]);
}
const ordersWith = (columns: string, cells: string) =>
  eventsOf('orders', `${ORDERS},${columns}`, `o-1,m-1,b-1,CNY,2600,2026-01-02,${cells}`);

describe('a row of orders', () => {
  it('is one envelope under its order, which may grow', async () => {
    const { envelopes } = await bring(['--mapping', 'orders', csv(ORDERS, 'o-1,m-1,b-1,CNY,2600,2026-01-02')]);
    expect(envelopes).toMatchObject([{ source: 'import:orders', id: 'o-1', mayGrow: true }]);
    expect(envelopes[0]!.events).toEqual([
      {
        at: at('2026-01-02T00:00:00Z'),
        type: 'order.placed',
        order: 'o-1',
        merchant: 'm-1',
        buyer: 'b-1',
        lines: [{ product: null, quantity: 1, unitPrice: 2600 }],
        currency: 'CNY',
        amount: 2600,
        shipBy: null,
        deliverBy: null,
        ip: null,
        device: null,
        payment: null,
      },
    ]);
  });

  it('tells its events in order of time', async () => {
    const events = await ordersWith(
      'deliveredAt,paidAt,shippedAt',
      '2026-01-09 10:00,2026-01-03T00:00:00+08:00,2026-01-05',
    );
    expect(events.map(({ type, at: when }) => [type, new Date(when).toISOString()])).toEqual([
      ['order.placed', '2026-01-02T00:00:00.000Z'],
      ['order.paid', '2026-01-02T16:00:00.000Z'],
      ['order.shipped', '2026-01-05T00:00:00.000Z'],
      ['order.delivered', '2026-01-09T10:00:00.000Z'],
    ]);
  });

  it('tells of the order first, even where a clock was wrong', async () => {
    const [first, second] = await ordersWith('shippedAt', '2026-01-01');
    expect([first!.type, second!.type]).toEqual(['order.placed', 'order.shipped']);
  });

  it('takes a bare date for the end of the day where it is a promise', async () => {
    const [placed] = await ordersWith('shipBy,deliverBy', '2026-01-05,2026-01-09T12:00:00Z');
    expect(placed).toMatchObject({ shipBy: at('2026-01-05T23:59:59.999Z'), deliverBy: at('2026-01-09T12:00:00Z') });
  });

  it('tells all that can happen to an order', async () => {
    const happenings: Record<string, string> = {
      paymentFailedAt: '2026-01-02T01:00:00Z',
      paymentFailedCause: 'declined',
      cancelledAt: '2026-01-02T02:00:00Z',
      cancelledBy: 'BUYER',
      cancelCause: 'mood',
      refundedAt: '2026-01-02T03:00:00Z',
      refundMinor: '2600',
      refundCause: 'CHANGED_MIND',
      chargebackAt: '2026-01-02T04:00:00Z',
      chargebackCause: 'fraud',
      chargebackLostBy: 'MERCHANT',
      disputeClosedAt: '2026-01-02T05:00:00Z',
      disputeCause: 'never came',
      disputeLostBy: 'NONE',
      completedAt: '2026-01-02T06:00:00Z',
    };
    const [, ...events] = await ordersWith(Object.keys(happenings).join(','), Object.values(happenings).join(','));
    expect(events).toMatchObject([
      { type: 'payment.failed', cause: 'declined' },
      { type: 'order.cancelled', by: 'BUYER', cause: 'mood' },
      { type: 'order.refunded', amount: 2600, cause: 'CHANGED_MIND' },
      { type: 'payment.chargeback', cause: 'fraud', lostBy: 'MERCHANT' },
      { type: 'dispute.closed', cause: 'never came', lostBy: 'NONE' },
      { type: 'order.completed' },
    ]);
  });

  it.each([
    ['no merchant', 'o-1,,b-1,CNY,2600,2026-01-02', 'MERCHANT_MISSING'],
    ['no time', 'o-1,m-1,b-1,CNY,2600,', 'TIME_MISSING'],
    ['no amount', 'o-1,m-1,b-1,CNY,,2026-01-02', 'AMOUNT_MISSING'],
    ['an amount in yuan', 'o-1,m-1,b-1,CNY,26.50,2026-01-02', 'AMOUNT_INVALID'],
    ['a negative amount', 'o-1,m-1,b-1,CNY,-5,2026-01-02', 'AMOUNT_INVALID'],
    ['an amount in words', 'o-1,m-1,b-1,CNY,lots,2026-01-02', 'AMOUNT_INVALID'],
    ['an unknown currency', 'o-1,m-1,b-1,RMB,2600,2026-01-02', 'CURRENCY_UNKNOWN'],
    ['a trade with oneself', 'o-1,m-1,m-1,CNY,2600,2026-01-02', 'SELF_TRADE'],
    ['a day that is none', 'o-1,m-1,b-1,CNY,2600,2026-02-30', 'TIME_INVALID'],
    ['an American date', 'o-1,m-1,b-1,CNY,2600,01/02/2026', 'TIME_INVALID'],
    ['a day to come', 'o-1,m-1,b-1,CNY,2600,2126-01-02', 'TIME_IN_FUTURE'],
    ['a zero for a time', 'o-1,m-1,b-1,CNY,2600,1970-01-01', 'TIME_TOO_OLD'],
  ])('with %s is rejected', async (_, row, code) => {
    expect(await rejectsOf(['--mapping', 'orders', csv(ORDERS, row)])).toEqual([`2 ${code}`]);
  });

  it('is rejected whole when any of its events is bad', async () => {
    const file = csv(`${ORDERS},deliveredAt`, 'o-1,m-1,b-1,CNY,2600,2026-01-02,soon');
    const { envelopes, summary } = await bring(['--mapping', 'orders', file]);
    expect(envelopes).toEqual([]);
    expect(summary).toMatchObject({ read: 1, accepted: 0, rejected: 1, reasons: { TIME_INVALID: 1 } });
  });
});

describe('a row of reviews', () => {
  const REVIEWS = 'review,order,merchant,buyer,stars,text,occurredAt';

  it('needs an order, or both merchant and buyer', async () => {
    const file = csv(
      REVIEWS,
      'r-1,o-1,,,5,,2026-01-02',
      'r-2,,m-1,b-1,4.0,"Good, ""very"" good",2026-01-03',
      'r-3,,m-1,,5,,2026-01-02',
      'r-4,,,b-1,5,,2026-01-02',
      'r-5,,m-1,m-1,5,,2026-01-02',
      'r-6,o-1,,,4.5,,2026-01-02',
    );
    const { envelopes } = await bring(['--mapping', 'reviews', file]);
    expect(envelopes.map(({ id, events }) => [id, events[0]])).toMatchObject([
      ['r-1', { order: 'o-1', merchant: null, stars: 5, text: null, channel: 'IMPORTED', dimensions: {} }],
      ['r-2', { order: null, merchant: 'm-1', buyer: 'b-1', stars: 4, text: 'Good, "very" good' }],
    ]);
    expect(await rejectsOf(['--mapping', 'reviews', file])).toEqual([
      '4 BUYER_MISSING',
      '5 MERCHANT_MISSING',
      '6 SELF_REVIEW',
      '7 STARS_INVALID',
    ]);
  });

  it('may say how it came about', async () => {
    const [review] = await eventsOf(
      'reviews',
      'review,order,stars,occurredAt,service,logistics,channel,incentivized',
      'r-1,o-1,5,2026-01-02,4,,INVITED,Yes',
    );
    expect(review).toMatchObject({ dimensions: { service: 4 }, channel: 'INVITED', isIncentivized: true });
  });
});

describe('a row of ratings', () => {
  it.each([
    ['with a header', ['from,to,rating,time', '7,1,-10,1407470400']],
    ['with a header of another name', ['to,from,feature,time', '1,7,-10,1407470400']],
    ['without a header', ['7,1,-10,1407470400']],
  ])('is read %s', async (_, rows) => {
    const { envelopes } = await bring(['--mapping', 'ratings', csv(...rows)]);
    expect(envelopes).toMatchObject([{ source: 'import:ratings', id: '7>1@1407470400' }]);
    expect(envelopes[0]!.events).toEqual([
      { at: 1_407_470_400_000, type: 'rating.given', from: '7', to: '1', rating: -10 },
    ]);
  });

  it.each([
    ['7,7,10,1407470400', 'SELF_REVIEW'],
    ['7,1,11,1407470400', 'RATING_INVALID'],
    ['7,1,-11,1407470400', 'RATING_INVALID'],
    ['7,1,0.5,1407470400', 'RATING_INVALID'],
    ['7,1,,1407470400', 'RATING_MISSING'],
    ['7,1,5,2014-08-08', 'TIME_INVALID'],
    ['7,1,5,1407470400000', 'TIME_IN_FUTURE'],
  ])('%s is rejected as %s', async (row, code) => {
    expect(await rejectsOf(['--mapping', 'ratings', csv(row)])).toEqual([`1 ${code}`]);
  });
});

describe('times of a mapping', () => {
  const mapping = aFile(
    JSON.stringify({
      name: 'times',
      times: { zone: '+08:00' },
      key: '{id}',
      events: [
        {
          type: 'order.placed',
          at: { column: 'placed', wholeDay: true },
          data: {
            order: 'id',
            merchant: { value: 'm-1' },
            buyer: { value: 'b-1' },
            currency: { value: 'CNY' },
            amount: { value: 5 },
            shipBy: 'promised',
            deliverBy: { column: 'promised', wholeDay: true, plusDays: 1 },
          },
        },
        { type: 'order.completed', at: { column: 'placed', plusDays: 7 }, data: { order: 'id' } },
      ],
    }),
    'times.json',
  );
  const read = async (placed: string, promised: string) => {
    const { envelopes } = await bring(['--mapping', mapping, csv('id,placed,promised', `o-1,${placed},${promised}`)]);
    return envelopes[0]!.events;
  };

  it('are in its zone, unless they name one', async () => {
    expect(await read('2026-01-02 10:00', '2026-01-05 12:30')).toMatchObject([
      {
        at: at('2026-01-02T00:00:00+08:00'),
        shipBy: at('2026-01-05T12:30:00+08:00'),
        deliverBy: at('2026-01-06T23:59:59.999+08:00'),
      },
      { type: 'order.completed', at: at('2026-01-09T10:00:00+08:00') },
    ]);
    expect((await read('2026-01-02T17:00:00Z', '2026-01-05'))[0]).toMatchObject({
      at: at('2026-01-03T00:00:00+08:00'),
      shipBy: at('2026-01-05T23:59:59.999+08:00'),
    });
  });

  it('that are counted from others are left out until they have come', async () => {
    const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
    expect(await read(daysAgo(6), '')).toHaveLength(1);
    expect(await read(daysAgo(8), '')).toHaveLength(2);
  });
});

describe('money in whole units', () => {
  const mapping = aFile(
    JSON.stringify({
      name: 'shop',
      money: { unit: 'major', currency: 'currency' },
      key: '{id}',
      events: [
        {
          type: 'order.placed',
          required: true,
          at: 'day',
          data: {
            order: 'id',
            merchant: { value: 'm-1' },
            buyer: 'who',
            currency: 'currency',
            amount: { sum: ['price', 'freight'] },
            lines: [{ quantity: 'count', unitPrice: { column: 'price', dividedBy: 'count' } }],
          },
        },
      ],
    }),
    'shop.json',
  );
  const amounts = async (currency: string, price: string, freight: string, count = '1') => {
    const file = csv(
      'id,day,who,currency,price,freight,count',
      `o-1,2026-01-02,b-1,${currency},${price},${freight},${count}`,
    );
    const { envelopes, summary } = await bring(['--mapping', mapping, file]);
    const placed = envelopes[0]?.events[0];
    return placed?.type === 'order.placed' ? [placed.amount, placed.lines[0]!.unitPrice] : summary['reasons'];
  };

  it.each([
    ['BRL', '72.89', '63.34', [13_623, 7289]],
    ['BRL', '25', '33.199999999999996', [5820, 2500]],
    ['JPY', '1200', '', [1200, 1200]],
    ['KWD', '1.234', '0', [1234, 1234]],
    ['AFN', '0.10', '0.20', [30, 10]],
  ])('in %s becomes minor units: %s and %s', async (currency, price, freight, minor) => {
    expect(await amounts(currency, price, freight)).toEqual(minor);
  });

  it('is shared out with rounding', async () => {
    expect(await amounts('BRL', '10', '0', '3.0')).toEqual([1000, 333]);
  });

  it.each([
    ['JPY', '1200.5'],
    ['BRL', '12.345'],
    ['BRL', '1,200.00'],
    ['BRL', '1e3'],
    ['BRL', 'NaN'],
    ['BRL', '-3'],
    ['BRL', '99999999999999999'],
  ])('in %s is refused as %s', async (currency, price) => {
    expect(await amounts(currency, `"${price}"`, '0')).toEqual({ AMOUNT_INVALID: 1 });
  });
});
