import { beforeEach, describe, expect, it } from 'vitest';
import { ROLES } from '../../src/access/actor.ts';
import { anApi, type Asker } from '../kit/api.ts';
import { aDatabase, emptied } from '../kit/database.ts';
import { daysAgo, eventsOf, NOW, takeEvents } from '../kit/events.ts';
import { merchantPolicy } from '../scoring/kit.ts';
import { countOf, expectSound, rowCounts } from './ingest-kit.ts';

const db = aDatabase();
let now = NOW;
const api = anApi(db, { clock: () => now });

const BUYER = ['BUYER', 'buyer:b-1'] as const;
const SUBMIT = `mutation ($input: SubmitReviewInput!) { submitReview(input: $input) {
  review { id externalId stars text status verification channel incentivized occurredAt merchant { externalId } product { externalId } }
  userErrors { code message field } } }`;

let calls = 0;
const submit = (input: object = {}, asker: Asker = BUYER) =>
  api.ask(asker, SUBMIT, { input: { order: 'o-1', stars: 4, idempotencyKey: `call-${calls++}`, ...input } });
const refusalOf = async (input: object, asker: Asker = BUYER) => {
  const { data, errors } = await submit(input, asker);
  if (errors) return errors[0]!.extensions['code'];
  expect(data.submitReview.review).toBeNull();
  const [{ code, field }] = data.submitReview.userErrors;
  return [code, ...(field ?? [])].join(' ');
};

beforeEach(async () => {
  now = NOW;
  await emptied(db);
  await takeEvents(db, [
    ...eventsOf({ order: 'o-1', placed: 10, buyer: 'b-1', product: 'p-1' }),
    ...eventsOf({ order: 'o-not-yet', placed: 2, buyer: 'b-1', product: 'p-1', delivered: null }),
    ...eventsOf({ order: 'o-other', placed: 10, buyer: 'b-2', product: 'p-1' }),
    ...eventsOf({ order: 'o-old', placed: 50, buyer: 'b-3', product: 'p-1', stars: 1 }),
  ]);
});

const PUBLIC_VIEW = `{ merchant(externalId: "m-1") {
  rating { average count verifiedCount dimensions { key average count } }
  grade { evidence { postings } }
  reviews { nodes { stars text } } } product(externalId: "p-1") { rating { average count } } }`;
const MASSES = '{ merchant(externalId: "m-1") { grade { evidence { goodMass badMass } } } }';
/** What the review of a new reviewer adds: mass · reliability · the floor of a purchase. */
const firstReviewOf5 =
  Number(Object.values(merchantPolicy.masses['REVIEW_5']!)[0]) * 0.8 * merchantPolicy.reviewer.floorPurchase;
const goodMass = async () => (await api.ask('ADMIN', MASSES)).data.merchant.grade.evidence.goodMass;

describe('a review of an own, delivered order', () => {
  it('is there at once, in the rating and in the grade', async () => {
    const before = (await api.ask(null, PUBLIC_VIEW)).data;
    expect(before).toMatchObject({
      merchant: { rating: { average: 1, count: 1 }, grade: { evidence: { postings: 4 } } },
    });
    const massBefore = await goodMass();

    const { data } = await submit({
      stars: 5,
      text: 'Wie versprochen 👍',
      dimensions: [{ key: 'service', stars: 4 }],
      incentivized: true,
    });
    expect(data.submitReview).toEqual({
      review: {
        id: expect.any(String),
        externalId: expect.any(String),
        stars: 5,
        text: 'Wie versprochen 👍',
        status: 'COUNTED',
        verification: 'DELIVERED',
        channel: 'ORGANIC',
        incentivized: true,
        occurredAt: new Date(NOW).toISOString(),
        merchant: { externalId: 'm-1' },
        product: { externalId: 'p-1' },
      },
      userErrors: [],
    });
    const after = (await api.ask(null, PUBLIC_VIEW)).data;
    expect(after.merchant).toMatchObject({
      rating: { average: 3, count: 2, verifiedCount: 2 },
      grade: { evidence: { postings: 5 } },
      reviews: { nodes: [{ stars: 5, text: 'Wie versprochen 👍' }, { stars: 1 }] },
    });
    expect(after.merchant.rating.dimensions[1]).toEqual({ key: 'service', average: 4.5, count: 2 });
    expect(after.product.rating).toEqual({ average: 3, count: 2 });
    expect((await goodMass()) - massBefore).toBeCloseTo(firstReviewOf5, 9);
    await expectSound(db);
  });

  it('is one for each order', async () => {
    await submit();
    expect(await refusalOf({})).toBe('REVIEW_EXISTS order');
    expect(await countOf(db, 'review')).toBe(2);
  });

  it('is one, however many are sent at once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => submit({ stars: 1 + (i % 5) })));
    const codes = answers.map(({ data }) => data.submitReview.userErrors[0]?.code ?? 'TAKEN');
    expect(codes.filter((code) => code === 'REVIEW_EXISTS')).toHaveLength(7);
    expect(codes).toContain('TAKEN');
    expect(await countOf(db, 'review')).toBe(2);
    await expectSound(db);
  });
});

describe('a call that is sent again', () => {
  const input = { stars: 5, idempotencyKey: 'the-same', dimensions: [{ key: 'service', stars: 4 }] };

  it('gets the first answer, and does nothing', async () => {
    const first = await submit(input);
    const before = await rowCounts(db);
    now += 86_400_000;
    expect((await submit(input)).data).toEqual(first.data);
    expect(await rowCounts(db)).toEqual(before);
  });

  it('has one effect and one answer when twenty come at once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => submit(input)));
    expect(new Set(answers.map(({ data }) => JSON.stringify(data)))).toEqual(
      new Set([JSON.stringify(answers[0]!.data)]),
    );
    expect(answers[0]!.data.submitReview.review.stars).toBe(5);
    expect(await countOf(db, 'review')).toBe(2);
    await expectSound(db);
  });

  it.each([{ stars: 4 }, { text: 'More.' }, { order: 'o-old' }, { dimensions: [] }, { incentivized: true }])(
    'with another input is refused: %j',
    async (change) => {
      await submit(input);
      if ('order' in change)
        await takeEvents(db, eventsOf({ order: 'o-second', placed: 9, buyer: 'b-1' })).then(
          () => (change.order = 'o-second'),
        );
      expect(await refusalOf({ ...input, ...change })).toBe('IDEMPOTENCY_KEY_REUSED idempotencyKey');
      expect(await countOf(db, 'review')).toBe(2);
    },
  );

  it('is another call from another buyer', async () => {
    await submit(input);
    const { data } = await submit({ ...input, order: 'o-other' }, ['BUYER', 'buyer:b-2']);
    expect(data.submitReview.userErrors).toEqual([]);
    expect(await countOf(db, 'review')).toBe(3);
  });

  it('may use its key again after a refusal', async () => {
    expect(await refusalOf({ ...input, order: 'o-not-yet' })).toBe('ORDER_NOT_DELIVERED order');
    expect((await submit(input)).data.submitReview.userErrors).toEqual([]);
  });
});

describe('a review that cannot be', () => {
  it.each<[string, string, object]>([
    ['of an order that was not delivered', 'ORDER_NOT_DELIVERED order', { order: 'o-not-yet' }],
    ["of someone else's order", 'ORDER_NOT_FOUND order', { order: 'o-other' }],
    ['of no order', 'ORDER_NOT_FOUND order', { order: 'o-nowhere' }],
    ['of an order with a NUL in its id', 'ORDER_NOT_FOUND order', { order: 'o-1\0' }],
    ['of an order with half a character in its id', 'ORDER_NOT_FOUND order', { order: '\ud800' }],
    ['of an order with a very long id', 'ORDER_NOT_FOUND order', { order: 'o'.repeat(500_000) }],
    ['of no stars', 'STARS_INVALID stars', { stars: 0 }],
    ['of 6 stars', 'STARS_INVALID stars', { stars: 6 }],
    ['of less than nothing', 'STARS_INVALID stars', { stars: -5 }],
    ['of 4.5 stars', 'BAD_USER_INPUT', { stars: 4.5 }],
    ['of 1e9 stars more than an Int has', 'BAD_USER_INPUT', { stars: 1e15 }],
    [
      'of a side twice',
      'DIMENSION_REPEATED dimensions',
      {
        dimensions: [
          { key: 'service', stars: 5 },
          { key: 'service', stars: 5 },
        ],
      },
    ],
    ['of a side that there is not', 'DIMENSION_UNKNOWN dimensions', { dimensions: [{ key: 'colour', stars: 5 }] }],
    [
      'of a side that JavaScript knows',
      'DIMENSION_UNKNOWN dimensions',
      { dimensions: [{ key: '__proto__', stars: 5 }] },
    ],
    ['of no stars for a side', 'STARS_INVALID dimensions service', { dimensions: [{ key: 'service', stars: 0 }] }],
    ['with a NUL in its text', 'TEXT_INVALID text', { text: 'a\0b' }],
    ['with half an emoji in its text', 'TEXT_INVALID text', { text: '\ud83d' }],
    ['of too many words', 'TEXT_TOO_LONG text', { text: 'x'.repeat(10_001) }],
    ['without a key', 'IDEMPOTENCY_KEY_INVALID idempotencyKey', { idempotencyKey: '' }],
    ['with a key of 256 characters', 'IDEMPOTENCY_KEY_INVALID idempotencyKey', { idempotencyKey: 'k'.repeat(256) }],
    ['with a NUL in its key', 'IDEMPOTENCY_KEY_INVALID idempotencyKey', { idempotencyKey: 'k\0' }],
  ])('%s is refused: %s', async (_, refusal, input) => {
    const before = await rowCounts(db);
    expect(await refusalOf(input)).toBe(refusal);
    expect(await rowCounts(db)).toEqual(before);
  });

  it("of someone else's order is answered byte for byte as one of no order", async () => {
    const textOf = async (order: string) => {
      const response = await api.send('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${await api.tokenFor(BUYER)}` },
        body: JSON.stringify({ query: SUBMIT, variables: { input: { order, stars: 5, idempotencyKey: 'x' } } }),
      });
      return response.text();
    };
    const own = await textOf('o-nowhere');
    expect(own).toContain('ORDER_NOT_FOUND');
    expect(await textOf('o-other')).toBe(own);
  });

  it('of an order whose buyer is not known yet is refused like one of no order', async () => {
    expect(await refusalOf({}, ['BUYER', 'buyer:stranger'])).toBe('ORDER_NOT_FOUND order');
  });
});

describe('whoever is not a buyer', () => {
  const others: Asker[] = [
    null,
    ['MERCHANT', 'merchant:m-1'],
    ...ROLES.filter((role) => !['PUBLIC', 'BUYER', 'MERCHANT'].includes(role)),
  ];

  it.each(others)('may write none: %j', async (asker) => {
    if (asker !== null) await api.tokenFor(asker); // lets in the partner whom it is of
    const before = await rowCounts(db);
    expect(await refusalOf({}, asker)).toBe(asker === null ? 'UNAUTHENTICATED' : 'FORBIDDEN');
    expect(await rowCounts(db)).toEqual(before);
  });
});

it('is taken for the same review that the platform would send: an order has one', async () => {
  await submit();
  const sent = { ...eventsOf({ order: 'o-1', placed: 10, stars: 2 }).at(-1)!, time: daysAgo(1) };
  expect(await takeEvents(db, [sent])).toMatchObject([{ status: 'REJECTED', code: 'REVIEW_EXISTS' }]);
});
