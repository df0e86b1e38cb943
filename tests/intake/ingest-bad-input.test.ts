import { beforeAll, describe, expect, it } from 'vitest';
import { globalId } from '../../src/kernel/global-id.ts';
import { newId } from '../../src/kernel/ids.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { anEvent, daysAgo, eventsOf, NOW, type RawEvent } from '../kit/events.ts';
import { accepted, askToIngest, expectSound, ingest, INGEST, rowCounts, withPolicies } from './ingest-kit.ts';

const db = aDatabase();
let now = NOW;
const api = anApi(db, { clock: () => now });
withPolicies(db);

/** Two orders of m-1 by b-1, the second without its review; one of m-2. */
beforeAll(async () => {
  await ingest(api, eventsOf({ order: 'o-1', placed: 30, buyer: 'b-1', product: 'p-1', stars: 5 }));
  await ingest(api, eventsOf({ order: 'o-2', placed: 30, buyer: 'b-1', product: 'p-1' }));
  await ingest(api, eventsOf({ order: 'o-3', placed: 30, buyer: 'b-2', merchant: 'm-2', product: 'p-2' }));
});

let events = 0;
const event = (type: string, data: object, time = daysAgo(9)): RawEvent =>
  anEvent(type, time, data as RawEvent['data'], `bad-${events++}`);
const order = (data: object, time?: string): RawEvent =>
  event('order.placed', { order: 'o-9', merchant: 'm-9', buyer: 'b-9', currency: 'USD', amount: 5000, ...data }, time);
const review = (data: object): RawEvent => event('review.posted', { review: 'r-9', order: 'o-2', stars: 5, ...data });
const refund = (data: object): RawEvent =>
  event('order.refunded', { order: 'o-2', amount: 1, cause: 'DEFECT', ...data });
const withAttribute = (attribute: object): object => ({ ...review({}), ...attribute });

const FUTURE = new Date(NOW + 6 * 60_000).toISOString();

describe('an event', () => {
  it.each<[string, string, object]>([
    ['of an unknown type', 'EVENT_TYPE_UNKNOWN', event('order.teleported', { order: 'o-2' })],
    ['of a type that JavaScript knows', 'EVENT_TYPE_UNKNOWN', event('constructor', { order: 'o-2' })],
    ['that only files may tell', 'EVENT_TYPE_UNKNOWN', event('rating.given', { from: 'b-1', to: 'm-1', rating: 10 })],
    ['without an id', 'ID_INVALID', withAttribute({ id: '' })],
    ['with an id of 201 characters', 'ID_INVALID', withAttribute({ id: 'x'.repeat(201) })],
    ['with a NUL in its id', 'TEXT_INVALID', withAttribute({ id: 'a\0b' })],
    ['with a NUL in its source', 'TEXT_INVALID', withAttribute({ source: 'a\0b' })],
    ['that would pass for a row of a file', 'SOURCE_RESERVED', withAttribute({ source: 'import:orders' })],
    ['whose data are a list', 'FIELD_INVALID', withAttribute({ data: [] })],
    ['whose data are a text', 'FIELD_INVALID', withAttribute({ data: 'stars' })],
    ['with a field too many', 'FIELD_UNKNOWN', review({ buyer: 'b-2' })],
    ['with toString among its fields', 'FIELD_UNKNOWN', review({ toString: 5 })],
    ['from before 1995', 'TIME_TOO_OLD', order({}, '1994-12-31T23:59:59.999Z')],
    ['of 1 January 1970', 'TIME_TOO_OLD', order({}, '1970-01-01T00:00:00Z')],
    ['from more than 5 minutes ahead', 'TIME_IN_FUTURE', order({}, FUTURE)],
    ['from the year 9999', 'TIME_IN_FUTURE', order({}, '9999-12-31T23:59:59Z')],
    ['that happened ahead by its own account', 'TIME_IN_FUTURE', event('order.paid', { order: 'o-3', at: FUTURE })],
    ['that happened on 30 February', 'TIME_INVALID', event('order.paid', { order: 'o-3', at: '2026-02-30T00:00:00Z' })],
    ['that promises for 3 years ahead', 'TIME_IN_FUTURE', order({ deliverBy: '2029-12-01T00:00:00Z' })],
  ])('%s is refused as %s', async (_, code, bad) => {
    await expectRefused(bad, code);
  });
});

describe('an order', () => {
  it.each<[string, string, object]>([
    ['of a negative amount', 'AMOUNT_INVALID', order({ amount: -1 })],
    ['of half a cent', 'AMOUNT_INVALID', order({ amount: 0.5 })],
    ['of more than numbers hold', 'AMOUNT_INVALID', order({ amount: 2 ** 53 })],
    ['of 1e308', 'AMOUNT_INVALID', order({ amount: 1e308 })],
    ['of an amount in words', 'AMOUNT_INVALID', order({ amount: '5000' })],
    ['in no currency', 'FIELD_MISSING', order({ currency: null })],
    ['in XXX', 'CURRENCY_UNKNOWN', order({ currency: 'XXX' })],
    ['in gold', 'CURRENCY_UNKNOWN', order({ currency: 'XAU' })],
    ['in dollars of small letters', 'CURRENCY_UNKNOWN', order({ currency: 'usd' })],
    ['of lines that are none', 'LINES_INVALID', order({ lines: [] })],
    ['of no pieces', 'QUANTITY_INVALID', order({ lines: [{ quantity: 0, unitPrice: 1 }] })],
    [
      'of 501 lines',
      'LINES_INVALID',
      order({ lines: Array.from({ length: 501 }, () => ({ quantity: 1, unitPrice: 1 })) }),
    ],
    ['by its own merchant', 'SELF_TRADE', order({ merchant: 'm-9', buyer: 'm-9' })],
    ['from no address', 'IP_INVALID', order({ ip: '10.0.0.256' })],
    ['with a NUL in its device', 'TEXT_INVALID', order({ device: 'a\0b' })],
    ['with a NUL in its payment', 'TEXT_INVALID', order({ payment: { instrument: 'a\0b' } })],
    ['with a line break in its merchant', 'ID_INVALID', order({ merchant: 'm\n9' })],
    ['with space after its merchant', 'ID_INVALID', order({ merchant: 'm-1 ' })],
    ['with half a character in its buyer', 'TEXT_INVALID', order({ buyer: 'b\ud800' })],
    [
      "with another merchant's product",
      'PRODUCT_OF_ANOTHER_MERCHANT',
      order({ lines: [{ product: 'p-1', quantity: 1, unitPrice: 1 }] }),
    ],
    [
      'that exists, with another amount',
      'ORDER_EXISTS',
      order({ order: 'o-2', merchant: 'm-1', buyer: 'b-1', amount: 1 }),
    ],
    [
      'that exists, of another buyer',
      'ORDER_EXISTS',
      order({ order: 'o-2', merchant: 'm-1', buyer: 'b-2' }, daysAgo(30)),
    ],
    ['delivered at two instants', 'ORDER_EVENT_CONFLICT', event('order.delivered', { order: 'o-2' }, daysAgo(26))],
    ['cancelled by nobody', 'CHOICE_UNKNOWN', event('order.cancelled', { order: 'o-2', by: 'NOBODY', cause: 'x' })],
    ['cancelled without a cause', 'TEXT_INVALID', event('order.cancelled', { order: 'o-2', by: 'SELLER', cause: '' })],
    [
      'cancelled by a cause with a NUL',
      'TEXT_INVALID',
      event('order.cancelled', { order: 'o-2', by: 'SELLER', cause: '\0' }),
    ],
    ['shipped by a carrier with a NUL', 'TEXT_INVALID', event('order.shipped', { order: 'o-9', carrier: 'a\0' })],
    ['refunded with more than it cost', 'REFUND_EXCEEDS_ORDER', refund({ amount: 5_001 })],
    ['refunded with less than nothing', 'AMOUNT_INVALID', refund({ amount: -1 })],
    ['refunded on a whim', 'CHOICE_UNKNOWN', refund({ cause: 'WHIM' })],
    ['whose chargeback nobody lost', 'FIELD_MISSING', event('payment.chargeback', { order: 'o-2', cause: 'fraud' })],
  ])('%s is refused as %s', async (_, code, bad) => {
    await expectRefused(bad, code);
  });

  it('is refunded in parts only as far as it goes', async () => {
    await expectRefused([refund({ amount: 3_000 }), refund({ amount: 2_001 })], 'REFUND_EXCEEDS_ORDER', 1);
  });
});

describe('a review', () => {
  it.each<[string, string, object]>([
    ['of no stars', 'STARS_INVALID', review({ stars: 0 })],
    ['of 6 stars', 'STARS_INVALID', review({ stars: 6 })],
    ['of 4.5 stars', 'STARS_INVALID', review({ stars: 4.5 })],
    ['of a million stars', 'STARS_INVALID', review({ stars: 1e6 })],
    ['of stars in words', 'STARS_INVALID', review({ stars: 'five' })],
    ['of 6 stars for one side', 'STARS_INVALID', review({ dimensions: { service: 6 } })],
    ['of a side that there is not', 'FIELD_UNKNOWN', review({ dimensions: { colour: 5 } })],
    ['with a NUL in its text', 'TEXT_INVALID', review({ text: 'a\0b' })],
    ['with half an emoji in its text', 'TEXT_INVALID', review({ text: '\ud83d' })],
    ['of 10,001 characters', 'TEXT_TOO_LONG', review({ text: '🙏'.repeat(10_001) })],
    ['by someone who did not buy', 'FIELD_UNKNOWN', review({ buyer: 'b-2' })],
    ['of an order that has one', 'REVIEW_EXISTS', review({ order: 'o-1', stars: 1 })],
    ['under an id that is taken', 'REVIEW_EXISTS', review({ review: 'r-o-1' })],
    ['without an order', 'FIELD_MISSING', review({ order: null })],
    ['by an unheard-of channel', 'CHOICE_UNKNOWN', review({ channel: 'BOUGHT' })],
    ['incentivized perhaps', 'FLAG_INVALID', review({ incentivized: 'perhaps' })],
  ])('%s is refused as %s', async (_, code, bad) => {
    await expectRefused(bad, code);
  });
});

describe('what the whole request has wrong with it', () => {
  const post = async (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) => {
    const response = await api.send('/graphql', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await api.tokenFor('PLATFORM')}`,
        ...headers,
      },
      body,
    });
    const { data, errors } = (await response.json()) as { data?: object; errors: { extensions: { code: string } }[] };
    return { status: response.status, data: data ?? null, code: errors[0]!.extensions.code };
  };
  const bodyOf = (input: unknown) => JSON.stringify({ query: INGEST, variables: { input } });
  const forged = async () => {
    const [header, claims] = (await api.tokenFor('PLATFORM')).split('.');
    return `${header}.${claims}.${Buffer.alloc(32).toString('base64url')}`;
  };
  const expired = async () => {
    const token = await api.tokenFor('PLATFORM', 60);
    now += 61_000;
    return token;
  };

  it.each<[string, () => Promise<{ status: number; code: string }>, number, string]>([
    ['is JSON cut off', () => post(bodyOf({ events: [review({})] }).slice(0, -9)), 400, 'BAD_REQUEST'],
    ['is no JSON', () => post('stars=5'), 400, 'BAD_REQUEST'],
    ['is a body over the limit', () => post(bodyOf({ events: Array(9_000).fill(order({})) })), 413, 'BODY_TOO_LARGE'],
    [
      'is a field of 10 MB',
      () => post(bodyOf({ events: [review({ text: 'x'.repeat(10 * 2 ** 20) })] })),
      413,
      'BODY_TOO_LARGE',
    ],
    [
      'is a form',
      () => post('query=x', { 'content-type': 'application/x-www-form-urlencoded' }),
      415,
      'MEDIA_TYPE_UNSUPPORTED',
    ],
    [
      'is a forged token',
      async () => post(bodyOf({ events: [review({})] }), { authorization: `Bearer ${await forged()}` }),
      401,
      'UNAUTHENTICATED',
    ],
    [
      'is a token that has expired',
      async () => post(bodyOf({ events: [review({})] }), { authorization: `Bearer ${await expired()}` }),
      401,
      'TOKEN_EXPIRED',
    ],
    ['is that events are no list', () => post(bodyOf({ events: 5 })), 400, 'BAD_USER_INPUT'],
    [
      'is __proto__',
      () => post(bodyOf({ events: [withAttribute({ data: JSON.parse('{"__proto__":{"stars":5}}') })] })),
      400,
      'BAD_REQUEST',
    ],
    ['is that data are null', () => post(bodyOf({ events: [withAttribute({ data: null })] })), 400, 'BAD_USER_INPUT'],
    ['is that an event is null', () => post(bodyOf({ events: [null] })), 400, 'BAD_USER_INPUT'],
    ['is an id that is a number', () => post(bodyOf({ events: [withAttribute({ id: 7 })] })), 400, 'BAD_USER_INPUT'],
    [
      'is a time that is none',
      () => post(bodyOf({ events: [withAttribute({ time: 'yesterday' })] })),
      400,
      'BAD_USER_INPUT',
    ],
    [
      'is an unheard-of policy for errors',
      () => post(bodyOf({ events: [review({})], onError: 'PANIC' })),
      400,
      'BAD_USER_INPUT',
    ],
    [
      'is an attribute too many',
      () => post(bodyOf({ events: [withAttribute({ role: 'ADMIN' })] })),
      400,
      'BAD_USER_INPUT',
    ],
  ])('is refused before anything is done: it %s', async (_, send, status, code) => {
    const before = await rowCounts(db);
    expect(await send()).toEqual({ status, data: null, code });
    now = NOW;
    expect(await rowCounts(db)).toEqual(before);
  });

  it('may be nesting without end', async () => {
    const depth = 20_000;
    const deep = `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
    const body = bodyOf({
      events: [withAttribute({ data: 'DEEP' }), withAttribute({ data: { order: 'o-2', review: 'DEEP' } })],
    });
    const response = await api.send('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await api.tokenFor('PLATFORM')}` },
      body: body.replaceAll('"DEEP"', deep),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'VARIABLES_TOO_DEEP' } }] });
  });

  it.each(['merchant', 'buyer', 'product'])('may be a NUL in the id of a %s, which is not known', async (kind) => {
    const { data, errors } = await api.ask('ADMIN', `query ($id: String!) { found: ${kind}(externalId: $id) { id } }`, {
      id: 'a\0b',
    });
    expect([data, errors]).toEqual([{ found: null }, undefined]);
  });

  it('is an id of another type, or none of ours', async () => {
    const ask = async (id: string) =>
      (await api.ask('ADMIN', 'query ($id: ID!) { review(id: $id) { id } }', { id })).errors;
    const other = globalId('Merchant', newId(NOW));
    for (const [id, code] of [
      [other, 'ID_OF_ANOTHER_TYPE'],
      ['r-o-1', 'ID_INVALID'],
      ['\0', 'ID_INVALID'],
      [globalId('Review', newId(NOW), "' or 1=1 --"), 'ID_INVALID'],
    ])
      expect(await ask(id!)).toMatchObject([{ extensions: { code } }]);
  });
});

describe('text of any kind', () => {
  const TEXTS = [
    '很好 👍🏽 👨‍👩‍👧‍👦 e\u0301 ﷽',
    'שלום\u200f عليكم \u202eolleh',
    `'; drop table review; -- "quoted" \\N \\. \\x00 {a,b} NULL null $1 %s`,
    'line\nbreak\r\ntab\tbell\u0007 vertical\u000b form\u000c',
    '\\',
    '\u2028\u2029\ufeff\ufffd\u{10ffff}',
    '',
    ' ',
    'null',
  ];

  it('is kept to the letter, of a review and of a name', async () => {
    const stories = TEXTS.flatMap((text, i) =>
      eventsOf({ order: `text-${i}`, placed: 60 + 8 * i, buyer: `b-text-${i}`, stars: 5, text }),
    );
    expect(await ingest(api, stories)).toMatchObject({ rejected: [] });
    const names = TEXTS.filter((text) => !/\p{Cc}/u.test(text));
    expect(
      await ingest(
        api,
        names.map((name, i) => event('merchant.registered', { externalId: `m-text-${i}`, name })),
      ),
    ).toEqual(accepted(names.length));

    const { rows } = await db.pool.query(
      `select text from review where external_id like 'r-text-%' order by external_id`,
    );
    expect(rows.map(({ text }) => text)).toEqual(TEXTS);
    const merchants = await db.pool.query(
      `select name from merchant where external_id like 'm-text-%' order by external_id`,
    );
    expect(merchants.rows.map(({ name }) => name)).toEqual(names);
    const { data } = await api.ask(null, '{ merchant(externalId: "m-1") { reviews(first: 20) { nodes { text } } } }');
    expect(data.merchant.reviews.nodes.map(({ text }: { text: string }) => text)).toEqual(
      expect.arrayContaining(TEXTS),
    );
  });

  it('names parties in any script', async () => {
    const ids = ['商家-一', 'тест', "o'brien", 'a\\b', '{x}', '👩‍🚀', 'null'];
    for (const id of ids)
      expect(
        await ingest(
          api,
          eventsOf({
            order: `named ${id}`,
            merchant: id,
            buyer: `buyer ${id}`,
            product: `product ${id}`,
            placed: 50,
            stars: 4,
          }),
        ),
      ).toEqual(accepted(6));
    for (const id of ids) {
      const { data } = await api.ask(
        null,
        'query ($id: String!) { merchant(externalId: $id) { externalId rating { count } } }',
        { id },
      );
      expect(data.merchant).toEqual({ externalId: id, rating: { count: 1 } });
    }
  });
});

it('leaves every balance sound, after all of that', () => expectSound(db));

/** The event at this place is refused with this code, and nothing of the batch is left behind. */
async function expectRefused(bad: object | readonly object[], code: string, index = 0): Promise<void> {
  const before = await rowCounts(db);
  const { data, errors } = await askToIngest(api, 'PLATFORM', Array.isArray(bad) ? bad : [bad], 'REJECT_EVERYTHING');
  expect(errors).toBeUndefined();
  expect(data.ingestEvents).toMatchObject({ accepted: 0, rejected: [{ index, code }] });
  expect(data.ingestEvents.rejected[0].message).toMatch(/^[^\0\n\r]{10,400}$/);
  expect(await rowCounts(db)).toEqual(before);
}
