import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCloudEvent } from '../../src/intake/cloud-events.ts';
import type { Envelope } from '../../src/intake/event.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const TIME = '2026-11-20T08:00:00Z';
const AT = Date.parse(TIME);

const placed = {
  order: 'o-1',
  merchant: 'm-1',
  buyer: 'b-1',
  lines: [{ product: 'p-1', quantity: 2, unitPrice: 1250 }],
  currency: 'CNY',
  amount: 2600,
};
const review = { review: 'r-1', order: 'o-1', stars: 5 };

const event = (type: string, data: unknown, more: object = {}) => ({
  id: 'e-1',
  source: 'shop',
  type,
  time: TIME,
  data,
  ...more,
});
const parse = (raw: unknown) => parseCloudEvent(raw, NOW);
const accepted = (raw: unknown): Envelope => {
  const parsed = parse(raw);
  if ('code' in parsed) throw new Error(`${parsed.code}: ${parsed.message}`);
  return parsed;
};
const rejected = (raw: unknown) => {
  const parsed = parse(raw);
  return 'code' in parsed ? parsed : { code: 'ACCEPTED', message: '', field: null };
};

describe('a CloudEvent', () => {
  it.each([
    ['merchant.registered', { externalId: 'm-1', name: '茶叶店 🍵' }, { externalId: 'm-1', name: '茶叶店 🍵' }],
    ['buyer.registered', { externalId: 'b-1' }, { externalId: 'b-1', name: null }],
    [
      'product.listed',
      { externalId: 'p-1', merchant: 'm-1', name: 'Tea', category: 'food' },
      { externalId: 'p-1', merchant: 'm-1', name: 'Tea', category: 'food' },
    ],
    ['order.paid', { order: 'o-1' }, { order: 'o-1' }],
    ['order.shipped', { order: 'o-1', carrier: 'SF' }, { order: 'o-1', carrier: 'SF', tracking: null }],
    ['order.delivered', { order: 'o-1' }, { order: 'o-1' }],
    ['order.completed', { order: 'o-1' }, { order: 'o-1' }],
    ['order.cancelled', { order: 'o-1', by: 'BUYER', cause: 'found cheaper' }, { by: 'BUYER', cause: 'found cheaper' }],
    ['order.refunded', { order: 'o-1', amount: 0, cause: 'DEFECT' }, { amount: 0, cause: 'DEFECT' }],
    ['payment.failed', { order: 'o-1', cause: 'card declined' }, { order: 'o-1', cause: 'card declined' }],
    ['payment.chargeback', { order: 'o-1', cause: 'fraud', lostBy: 'NONE' }, { lostBy: 'NONE' }],
    ['review.retracted', { review: 'r-1' }, { review: 'r-1' }],
    ['dispute.closed', { order: 'o-1', lostBy: 'MERCHANT', cause: 'broken' }, { lostBy: 'MERCHANT', cause: 'broken' }],
  ])('of the type %s is taken', (type, data, normal) => {
    const envelope = accepted(event(type, data));
    expect(envelope).toMatchObject({ source: 'shop', id: 'e-1', mayGrow: false });
    expect(envelope.events).toHaveLength(1);
    expect(envelope.events[0]).toMatchObject({ type, at: AT, ...normal });
  });

  it('of an order has every key of the normal form', () => {
    const data = {
      ...placed,
      shipBy: '2026-11-22T00:00:00Z',
      deliverBy: '2028-11-01T00:00:00+08:00',
      ip: '2001:db8::1',
      device: 'd-1',
      payment: { instrument: 'card-1' },
    };
    expect(accepted(event('order.placed', data)).events).toEqual([
      {
        at: AT,
        type: 'order.placed',
        ...placed,
        shipBy: Date.parse('2026-11-22T00:00:00Z'),
        deliverBy: Date.parse('2028-10-31T16:00:00Z'),
        ip: '2001:db8::1',
        device: 'd-1',
        payment: 'card-1',
      },
    ]);
  });

  it('of an order needs neither lines nor promises', () => {
    const { lines: _, ...bare } = placed;
    expect(accepted(event('order.placed', bare)).events[0]).toMatchObject({
      lines: [],
      shipBy: null,
      deliverBy: null,
      ip: null,
      device: null,
      payment: null,
    });
  });

  it('of a review keeps its text to the letter, and says that nothing else was said', () => {
    const text = ' ‫שלום‬ 👩‍👩‍👧 \r\n\tgut! ';
    const data = { ...review, dimensions: { service: 4, logistics: null }, text };
    expect(accepted(event('review.posted', data)).events[0]).toEqual({
      at: AT,
      type: 'review.posted',
      review: 'r-1',
      order: 'o-1',
      merchant: null,
      buyer: null,
      product: null,
      stars: 5,
      dimensions: { service: 4 },
      text,
      channel: 'ORGANIC',
      isIncentivized: false,
    });
  });

  it.each([
    ['order.delivered', { order: 'o-1', at: '2026-11-01T00:00:00Z' }],
    ['merchant.registered', { externalId: 'm-1', registeredAt: '2026-11-01T00:00:00Z' }],
  ])('%s may know better than its envelope when it happened', (type, data) => {
    expect(accepted(event(type, data)).events[0]!.at).toBe(Date.parse('2026-11-01T00:00:00Z'));
  });

  it('may bring attributes that we do not know, and its time as a Date', () => {
    const raw = event('order.paid', { order: 'o-1' }, { time: new Date(AT), traceparent: '00-1', subject: 'o-1' });
    expect(accepted(raw).events[0]!.at).toBe(AT);
  });
});

describe('what is not a CloudEvent of ours', () => {
  const paid = event('order.paid', { order: 'o-1' });
  it.each([
    ['nothing', null, 'EVENT_INVALID'],
    ['a list', [paid], 'EVENT_INVALID'],
    ['a text', 'order.paid', 'EVENT_INVALID'],
    ['one without an id', { ...paid, id: undefined }, 'FIELD_MISSING'],
    ['one without a source', { ...paid, source: null }, 'FIELD_MISSING'],
    ['one without a time', { ...paid, time: undefined }, 'FIELD_MISSING'],
    ['one without a type', { ...paid, type: undefined }, 'FIELD_MISSING'],
    ['one without data', { ...paid, data: undefined }, 'FIELD_MISSING'],
    ['one with a list for data', { ...paid, data: [] }, 'FIELD_INVALID'],
    ['one of another version', { ...paid, specversion: '0.3' }, 'SPEC_VERSION_UNKNOWN'],
    ['one in XML', { ...paid, datacontenttype: 'application/xml' }, 'CONTENT_TYPE_UNKNOWN'],
    ['one of an unknown type', { ...paid, type: 'order.eaten' }, 'EVENT_TYPE_UNKNOWN'],
    ['one of a type that is a list', { ...paid, type: ['order.paid'] }, 'EVENT_TYPE_UNKNOWN'],
    ['one of a type that objects have', { ...paid, type: 'constructor' }, 'EVENT_TYPE_UNKNOWN'],
    [
      'a rating, which files alone may tell',
      event('rating.given', { from: 'a', to: 'b', rating: 1 }),
      'EVENT_TYPE_UNKNOWN',
    ],
    ['one that poses as a row of a file', { ...paid, source: 'import:olist' }, 'SOURCE_RESERVED'],
    ['one with a number for an id', { ...paid, id: 7 }, 'ID_INVALID'],
    ['one with an empty id', { ...paid, id: '' }, 'ID_INVALID'],
    ['one with an id of 201 characters', { ...paid, id: 'x'.repeat(201) }, 'ID_INVALID'],
  ])('%s is refused', (_, raw, code) => {
    expect(rejected(raw).code).toBe(code);
  });

  it('names the field that is missing', () => {
    const { currency: _, ...data } = placed;
    expect(rejected(event('order.placed', data))).toMatchObject({ code: 'FIELD_MISSING', field: 'currency' });
    expect(rejected(event('order.placed', data)).message).toContain('currency');
  });
});

describe('bad data of an order', () => {
  const line = placed.lines[0]!;
  it.each<[string, object, string]>([
    ['amount -1', { amount: -1 }, 'AMOUNT_INVALID'],
    ['amount 9.5', { amount: 9.5 }, 'AMOUNT_INVALID'],
    ['amount 2^53', { amount: 2 ** 53 }, 'AMOUNT_INVALID'],
    ['amount NaN', { amount: Number.NaN }, 'AMOUNT_INVALID'],
    ['amount as text', { amount: '2600' }, 'AMOUNT_INVALID'],
    ['an unknown currency', { currency: 'ABC' }, 'CURRENCY_UNKNOWN'],
    ['no currency at all', { currency: 'XXX' }, 'CURRENCY_UNKNOWN'],
    ['a test currency', { currency: 'XTS' }, 'CURRENCY_UNKNOWN'],
    ['gold', { currency: 'XAU' }, 'CURRENCY_UNKNOWN'],
    ['a currency in lower case', { currency: 'cny' }, 'CURRENCY_UNKNOWN'],
    ['a trade with oneself', { buyer: 'm-1' }, 'SELF_TRADE'],
    ['no lines', { lines: [] }, 'LINES_INVALID'],
    ['501 lines', { lines: Array(501).fill(line) }, 'LINES_INVALID'],
    ['lines that are none', { lines: 'p-1' }, 'LINES_INVALID'],
    ['a line that is a text', { lines: ['p-1'] }, 'FIELD_INVALID'],
    ['quantity 0', { lines: [{ ...line, quantity: 0 }] }, 'QUANTITY_INVALID'],
    ['quantity 1.5', { lines: [{ ...line, quantity: 1.5 }] }, 'QUANTITY_INVALID'],
    ['quantity 1,000,001', { lines: [{ ...line, quantity: 1_000_001 }] }, 'QUANTITY_INVALID'],
    ['a line without a price', { lines: [{ quantity: 1 }] }, 'FIELD_MISSING'],
    ['an unknown field of a line', { lines: [{ ...line, discount: 1 }] }, 'FIELD_UNKNOWN'],
    ['an unknown field', { isTrusted: true }, 'FIELD_UNKNOWN'],
    ['a field of another type', { stars: 5 }, 'FIELD_UNKNOWN'],
    ['a field that every object has', JSON.parse('{"__proto__": {"amount": 1}}'), 'FIELD_UNKNOWN'],
    ['an empty merchant', { merchant: '' }, 'ID_INVALID'],
    ['a merchant with a space at its end', { merchant: 'm-1 ' }, 'ID_INVALID'],
    ['a merchant with a newline', { merchant: 'm\n1' }, 'ID_INVALID'],
    ['a merchant with NUL', { merchant: 'm\0' }, 'TEXT_INVALID'],
    ['a merchant with half a surrogate pair', { merchant: 'm\ud800' }, 'TEXT_INVALID'],
    ['an address that is none', { ip: '300.1.1.1' }, 'IP_INVALID'],
    ['a payment without an instrument', { payment: {} }, 'FIELD_MISSING'],
    ['a promise more than 2 years ahead', { deliverBy: '2028-12-01T00:00:00Z' }, 'TIME_IN_FUTURE'],
    ['a promise of the last century', { shipBy: '1970-01-01T00:00:00Z' }, 'TIME_TOO_OLD'],
    ['a promise that is a bare date', { shipBy: '2026-11-22' }, 'TIME_INVALID'],
  ])('%s is refused', (_, change, code) => {
    const data = Object.defineProperties({ ...placed }, Object.getOwnPropertyDescriptors(change));
    expect(rejected(event('order.placed', data)).code).toBe(code);
  });

  it('is told with its place among the lines', () => {
    const data = { ...placed, lines: [line, { ...line, quantity: 0 }] };
    expect(rejected(event('order.placed', data)).field).toBe('lines[1].quantity');
  });

  it.each(['JPY', 'XOF', 'BRL', 'KWD'])('is not its currency when that is %s', (currency) => {
    expect(rejected(event('order.placed', { ...placed, currency })).code).toBe('ACCEPTED');
  });
});

describe('bad data of a review', () => {
  it.each<[string, object, string]>([
    ['0 stars', { stars: 0 }, 'STARS_INVALID'],
    ['6 stars', { stars: 6 }, 'STARS_INVALID'],
    ['4.5 stars', { stars: 4.5 }, 'STARS_INVALID'],
    ['a million stars', { stars: 1e6 }, 'STARS_INVALID'],
    ['"5" stars', { stars: '5' }, 'STARS_INVALID'],
    ['a mark of 0', { dimensions: { service: 0 } }, 'STARS_INVALID'],
    ['a mark for something else', { dimensions: { looks: 5 } }, 'FIELD_UNKNOWN'],
    ['10,001 characters', { text: 'x'.repeat(10_001) }, 'TEXT_TOO_LONG'],
    ['10,001 emoji', { text: '🍵'.repeat(10_001) }, 'TEXT_TOO_LONG'],
    ['NUL in its text', { text: 'a\0b' }, 'TEXT_INVALID'],
    ['half a surrogate pair in its text', { text: 'a\udc00' }, 'TEXT_INVALID'],
    ['a text that is a number', { text: 5 }, 'TEXT_INVALID'],
    ['an unknown channel', { channel: 'BOUGHT' }, 'CHOICE_UNKNOWN'],
    ['"yes" for an incentive', { incentivized: 'yes' }, 'FLAG_INVALID'],
    ['an author of the sender’s choice', { buyer: 'b-9' }, 'FIELD_UNKNOWN'],
    ['no order', { order: null }, 'FIELD_MISSING'],
  ])('%s is refused', (_, change, code) => {
    expect(rejected(event('review.posted', { ...review, ...change })).code).toBe(code);
  });

  it('is not its length: 10,000 emoji fit', () => {
    expect(rejected(event('review.posted', { ...review, text: '🍵'.repeat(10_000) })).code).toBe('ACCEPTED');
  });
});

describe('other bad data', () => {
  it.each<[string, string, object, string]>([
    ['a name of 201 characters', 'merchant.registered', { externalId: 'm-1', name: 'x'.repeat(201) }, 'TEXT_TOO_LONG'],
    ['a name on two lines', 'merchant.registered', { externalId: 'm-1', name: 'a\nb' }, 'TEXT_INVALID'],
    ['a cancelling by nobody', 'order.cancelled', { order: 'o-1', by: 'NOBODY', cause: 'x' }, 'CHOICE_UNKNOWN'],
    ['a cancelling without a cause', 'order.cancelled', { order: 'o-1', by: 'SELLER' }, 'FIELD_MISSING'],
    ['an empty cause', 'payment.failed', { order: 'o-1', cause: '' }, 'TEXT_INVALID'],
    ['a refund of -1', 'order.refunded', { order: 'o-1', amount: -1, cause: 'DEFECT' }, 'AMOUNT_INVALID'],
    ['a refund for a cause of its own', 'order.refunded', { order: 'o-1', amount: 1, cause: 'MOOD' }, 'CHOICE_UNKNOWN'],
    [
      'a chargeback that no one lost',
      'payment.chargeback',
      { order: 'o-1', cause: 'x', lostBy: null },
      'FIELD_MISSING',
    ],
  ])('%s is refused', (_, type, data, code) => {
    expect(rejected(event(type, data)).code).toBe(code);
  });
});

describe('the time', () => {
  it.each([
    ['2026-11-20T08:00:00Z', AT],
    ['2026-11-20t08:00:00z', AT],
    ['2026-11-20T08:00:00.1239Z', AT + 123],
    ['2026-11-20T16:30:00+08:30', AT],
    ['2026-11-20T05:00:00-03:00', AT],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['2016-12-31T23:59:60Z', Date.UTC(2017, 0, 1)],
    ['1995-01-01T00:00:00Z', Date.UTC(1995, 0, 1)],
    ['2026-11-21T12:05:00Z', NOW + 300_000],
  ])('%s is an instant', (time, at) => {
    expect(accepted(event('order.paid', { order: 'o-1' }, { time })).events[0]!.at).toBe(at);
  });

  it.each([
    ['2026-11-20', 'TIME_INVALID'],
    ['2026-11-20 08:00:00Z', 'TIME_INVALID'],
    ['2026-11-20T08:00:00', 'TIME_INVALID'],
    ['2026-11-20T08:00Z', 'TIME_INVALID'],
    ['2026-02-30T08:00:00Z', 'TIME_INVALID'],
    ['2025-02-29T08:00:00Z', 'TIME_INVALID'],
    ['2026-13-01T08:00:00Z', 'TIME_INVALID'],
    ['2026-11-20T24:00:00Z', 'TIME_INVALID'],
    ['2026-11-20T08:60:00Z', 'TIME_INVALID'],
    ['2026-11-20T08:00:60Z', 'TIME_INVALID'],
    ['2026-11-20T08:00:00.Z', 'TIME_INVALID'],
    ['2026-11-20T08:00:00+8:00', 'TIME_INVALID'],
    ['2026-11-20T08:00:00Zulu', 'TIME_INVALID'],
    ['yesterday', 'TIME_INVALID'],
    ['', 'TIME_INVALID'],
    [AT, 'TIME_INVALID'],
    ['1994-12-31T23:59:59Z', 'TIME_TOO_OLD'],
    ['0099-12-31T23:59:59Z', 'TIME_INVALID'],
    ['2026-11-21T12:05:00.001Z', 'TIME_IN_FUTURE'],
    ['9999-12-31T23:59:59Z', 'TIME_IN_FUTURE'],
  ])('%s is none that could be: %s', (time, code) => {
    expect(rejected(event('order.paid', { order: 'o-1' }, { time })).code).toBe(code);
  });

  it('in the data is checked like any other', () => {
    expect(rejected(event('order.paid', { order: 'o-1', at: '2027-01-01T00:00:00Z' })).code).toBe('TIME_IN_FUTURE');
  });

  it('is read as the engine reads it, wherever that is right', () => {
    const instants = fc.date({ min: new Date('1995-01-01T00:00:00Z'), max: new Date(NOW), noInvalidDate: true });
    fc.assert(
      fc.property(instants, (date) => {
        const { events } = accepted(event('order.paid', { order: 'o-1' }, { time: date.toISOString() }));
        expect(events[0]!.at).toBe(date.getTime());
      }),
    );
  });
});

describe('the hash of the content', () => {
  const hash = (raw: unknown) => accepted(raw).contentHash.toString('hex');
  const original = event('order.placed', placed);

  it('has 16 bytes', () => expect(accepted(original).contentHash).toHaveLength(16));

  it('does not change with the order of keys, the spelling of the instant, or a null', () => {
    const shuffled = Object.fromEntries(Object.entries({ ...placed, device: null }).toReversed());
    expect(hash(event('order.placed', shuffled, { time: '2026-11-20T09:00:00.000+01:00' }))).toBe(hash(original));
  });

  it.each([
    ['data', event('order.placed', { ...placed, amount: 2601 })],
    ['time', event('order.placed', placed, { time: '2026-11-20T08:00:01Z' })],
    ['a line', event('order.placed', { ...placed, lines: [{ ...placed.lines[0], quantity: 3 }] })],
  ])('changes with the %s', (_, other) => expect(hash(other)).not.toBe(hash(original)));

  it('tells types apart', () => {
    expect(hash(event('order.paid', { order: 'o-1' }))).not.toBe(hash(event('order.delivered', { order: 'o-1' })));
  });
});

describe('whatever comes', () => {
  it('is either taken or refused with a code, and never breaks anything', () => {
    const wild = fc.record(
      {
        id: fc.anything(),
        source: fc.anything(),
        time: fc.oneof(fc.anything(), fc.constant(TIME)),
        type: fc.oneof(fc.anything(), fc.constantFrom('order.placed', 'review.posted', 'order.refunded')),
        data: fc.oneof(fc.anything(), fc.object({ key: fc.constantFrom(...Object.keys({ ...placed, ...review })) })),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(wild, fc.anything()), (raw) => {
        const parsed = parse(raw);
        expect('code' in parsed ? parsed.code : 'ACCEPTED').toMatch(/^[A-Z_]+$/);
      }),
      { numRuns: 2000 },
    );
  });

  it('is refused however deep it is nested', () => {
    const deep = JSON.parse(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`);
    expect(rejected(event('order.placed', deep)).code).toBe('FIELD_UNKNOWN');
    expect(rejected(event('order.placed', { ...placed, lines: [deep] })).code).toBe('FIELD_UNKNOWN');
    expect(rejected(event('order.placed', { ...placed, payment: { instrument: deep } })).code).toBe('ID_INVALID');
  });

  it('shows of a value at fault only its beginning, and nothing that acts on a terminal', () => {
    const { message } = rejected(event('\u001b[31m‮' + 'x'.repeat(5000), {}));
    expect(message.length).toBeLessThan(200);
    expect(message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});
