import { describe, expect, it } from 'vitest';
import { ROLES } from '../../src/access/actor.ts';
import { anApi, type Asker } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { anEvent, daysAgo, eventsOf, NOW } from '../kit/events.ts';
import {
  accepted,
  askToIngest,
  countOf,
  duplicates,
  expectSound,
  ingest,
  rowCounts,
  withPolicies,
} from './ingest-kit.ts';

const db = aDatabase();
const api = anApi(db, { clock: () => NOW });
withPolicies(db);

const story = (order: string, more: object = {}) => eventsOf({ order, placed: 40, stars: 5, product: 'p-1', ...more });
const RATING = `{ merchant(externalId: "m-1") { rating { average count } grade { evidence { postings } } } }`;
const rating = async () => (await api.ask(null, RATING)).data.merchant;

/** Events that no batch can be sound with, as places 1 and 3 of a batch. */
const stars6 = anEvent('review.posted', daysAgo(3), { review: 'r-6', order: 'o-1', stars: 6 });
const tooMuch = anEvent('order.refunded', daysAgo(3), { order: 'o-new', amount: 9_999_999, cause: 'DEFECT' });

describe('a batch of events', () => {
  it('is counted when it is answered', async () => {
    expect(await ingest(api, story('o-1'))).toEqual(accepted(6));
    expect(await rating()).toEqual({ rating: { average: 5, count: 1 }, grade: { evidence: { postings: 2 } } });
  });

  it('that is sent again is told to be known, and changes nothing', async () => {
    const before = await rowCounts(db);
    expect(await ingest(api, story('o-1'))).toEqual(duplicates(6));
    expect(await ingest(api, story('o-1'), 'REJECT_EVERYTHING')).toEqual(duplicates(6));
    expect(await rowCounts(db)).toEqual(before);
  });

  it('may hold CloudEvents with all attributes that they have, and takes none of another version or content', async () => {
    const [placed] = story('o-whole');
    const whole = { ...placed!, specversion: '1.0', datacontenttype: 'application/json', dataschema: null };
    expect(await ingest(api, [whole])).toEqual(accepted(1));
    expect(await ingest(api, [placed!])).toEqual(duplicates(1));
    const others = [
      { ...whole, specversion: '2.0' },
      { ...whole, datacontenttype: 'text/xml' },
    ];
    expect((await ingest(api, others)).rejected.map(({ code }) => code)).toEqual([
      'SPEC_VERSION_UNKNOWN',
      'CONTENT_TYPE_UNKNOWN',
    ]);
  });

  it('may hold an event twice, and takes it once', async () => {
    const [placed] = story('o-2');
    expect(await ingest(api, [placed!, placed!])).toEqual({ ...accepted(1), duplicates: 1 });
  });

  it('is known again by what it says, whatever the order of its fields and however its instant is written', async () => {
    const [placed] = story('o-2');
    const { data, time, ...rest } = placed!;
    const again = {
      data: Object.fromEntries(Object.entries(data).toReversed()),
      time: time.replace('.000Z', '+00:00'),
      ...rest,
    };
    expect(await ingest(api, [again])).toEqual(duplicates(1));
  });

  it('with other content under a known identity is refused, and the first stays', async () => {
    const [placed] = story('o-1', { amount: 1 });
    expect(await ingest(api, [placed!])).toMatchObject({
      accepted: 0,
      rejected: [{ index: 0, id: placed!.id, code: 'EVENT_ID_REUSED' }],
    });
    expect(await countOf(db, '"order"', "external_id = 'o-1' and amount = 5000")).toBe(1);
  });

  it('with two contents under one new identity takes the first', async () => {
    const [one, other] = [5, 4].map((stars) =>
      anEvent('review.posted', daysAgo(30), { review: `r-${stars}`, order: 'o-2', stars }, 'twice'),
    );
    expect(await ingest(api, [one!, other!])).toMatchObject({
      accepted: 1,
      rejected: [{ index: 1, code: 'EVENT_ID_REUSED' }],
    });
    expect(await countOf(db, 'review', "external_id in ('r-5', 'r-4')")).toBe(1);
  });

  it('tells two sources with the same ids apart', async () => {
    const listed = (externalId: string, source: string) => ({
      ...anEvent('merchant.registered', daysAgo(50), { externalId }, 'same'),
      source,
    });
    expect(await ingest(api, [listed('m-a', 'shop'), listed('m-b', 'warehouse')])).toEqual(accepted(2));
  });
});

describe('whoever is not the platform', () => {
  const others: Asker[] = [
    null,
    ['BUYER', 'buyer:b-o-1'],
    ['MERCHANT', 'merchant:m-1'],
    ...ROLES.filter((role) => !['PUBLIC', 'BUYER', 'MERCHANT', 'PLATFORM'].includes(role)),
  ];

  it.each(others)('may send no events: %j', async (asker) => {
    if (asker !== null) await api.tokenFor(asker); // lets in the partner whom it is of
    const before = await rowCounts(db);
    const { data, errors } = await askToIngest(api, asker, story('o-others'));
    expect(data).toBeNull();
    expect(errors).toMatchObject([{ extensions: { code: asker === null ? 'UNAUTHENTICATED' : 'FORBIDDEN' } }]);
    expect(await rowCounts(db)).toEqual(before);
  });
});

describe('the size of a batch', () => {
  const merchants = (count: number) =>
    Array.from({ length: count }, (_, i) => anEvent('merchant.registered', daysAgo(50), { externalId: `big-${i}` }));

  it.each([0, 1_001])('is refused at %i events', async (size) => {
    const before = await rowCounts(db);
    expect(await ingest(api, merchants(size))).toMatchObject({
      accepted: 0,
      rejected: [],
      userErrors: [{ code: 'EVENTS_OUT_OF_RANGE', field: ['events'] }],
    });
    expect(await rowCounts(db)).toEqual(before);
  });

  it('may be 1,000', async () => {
    expect(await ingest(api, merchants(1_000))).toEqual(accepted(1_000));
  });
});

describe('a batch with events that cannot be taken', () => {
  const mixed = [...story('o-new', { merchant: 'm-new', product: 'p-new', buyer: 'b-new' }), tooMuch];

  it('leaves nothing at all behind where everything is to be rejected, and says so', async () => {
    const before = await rowCounts(db);
    const answer = await ingest(api, mixed, 'REJECT_EVERYTHING');
    expect(answer).toMatchObject({
      accepted: 0,
      duplicates: 0,
      rejected: [{ index: 6, code: 'REFUND_EXCEEDS_ORDER' }],
    });
    expect(answer.userErrors).toMatchObject([{ code: 'BATCH_REJECTED', field: ['events'] }]);
    expect(await rowCounts(db)).toEqual(before);
  });

  it('does so, too, where an event could not even be read', async () => {
    const before = await rowCounts(db);
    const answer = await ingest(api, [...mixed, stars6], 'REJECT_EVERYTHING');
    expect(answer).toMatchObject({ accepted: 0, rejected: [{ index: 7, code: 'STARS_INVALID' }] });
    expect(answer.userErrors).toMatchObject([{ code: 'BATCH_REJECTED' }]);
    expect(await rowCounts(db)).toEqual(before);
  });

  it('takes all the others where the failed ones are to be rejected, each with its place', async () => {
    const answer = await ingest(api, [stars6, ...mixed], 'REJECT_FAILED');
    expect(answer).toMatchObject({
      accepted: 6,
      rejected: [
        { index: 0, id: stars6.id, code: 'STARS_INVALID' },
        { index: 7, id: tooMuch.id, code: 'REFUND_EXCEEDS_ORDER' },
      ],
      userErrors: [],
    });
    expect(await countOf(db, '"order"', "external_id = 'o-new' and refunds = '[]'")).toBe(1);
  });

  it('may be sent again when it is mended, under the same ids', async () => {
    const mended = { ...tooMuch, data: { ...tooMuch.data, amount: 1 } };
    expect(await ingest(api, [...mixed.slice(0, -1), mended], 'REJECT_EVERYTHING')).toEqual({
      ...accepted(1),
      duplicates: 6,
    });
  });

  it('leaves no party behind that only a refused event has mentioned', async () => {
    const [placed] = eventsOf({ order: 'o-x', placed: 9, product: 'p-1', merchant: 'm-thief', buyer: 'b-thief' });
    const before = await rowCounts(db);
    expect(await ingest(api, [placed!])).toMatchObject({ rejected: [{ code: 'PRODUCT_OF_ANOTHER_MERCHANT' }] });
    expect(await rowCounts(db)).toEqual(before);
  });

  it('leaves every balance sound', () => expectSound(db));
});
