import fc from 'fast-check';
import { parse, type OperationDefinitionNode } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { KnownQueries } from '../../src/graphql/known-queries.ts';
import { lockedSchema, steadiness } from '../../src/graphql/schema.ts';
import { aPartner } from '../inquiries/kit.ts';
import { orders, retraction } from '../grades/fixtures.ts';
import { changesOn, DAY, rulesWith } from '../grades/policy-kit.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { anEvent, daysAgo, NOW, takeEvents } from '../kit/events.ts';

const db = aDatabase();
let now = NOW;
const kept = anApi(db, { clock: () => now, compileFrom: 1 });
const workedOut = anApi(db, { clock: () => now, compileFrom: Number.POSITIVE_INFINITY });
const ofShops = (selection: string) => `{ merchants(externalIds: ["shop", "none", "new", "shop"]) { ${selection} } }`;
const PRODUCT = '{ product(externalId: "cup") { id name category grade { level score } rating { average count } } }';
const STOREFRONT = ofShops('name grade { level score } rating { average count }');

beforeAll(() =>
  takeEvents(db, [
    anEvent('merchant.registered', daysAgo(300), { externalId: 'shop', name: 'Tea & "Söhne"' }),
    anEvent('merchant.registered', daysAgo(3), { externalId: 'new', name: 'New' }),
    ...orders('shop', 40, { product: 'cup' }),
  ]),
);

/** By the short way and by the long one; the same, or it fails. */
async function shown(query: string, asker: Parameters<typeof kept.ask>[0] = null): Promise<unknown> {
  await kept.ask(asker, query); // from the second time on it is known
  const [short, long] = [await kept.ask(asker, query), await workedOut.ask(asker, query)];
  expect(JSON.stringify([short.data, short.extensions])).toBe(JSON.stringify([long.data, long.extensions]));
  return short.data;
}

describe('what is kept of a row', () => {
  it.each([
    ['a storefront', STOREFRONT],
    ['the same again', STOREFRONT],
    ['ids and dates', ofShops('__typename id kind externalId registeredAt')],
    ['aliases', ofShops('shop: name g: grade { l: level } h: grade { score }')],
    [
      'all of a rating',
      ofShops('rating { average count verifiedCount excludedCount distribution dimensions { key average count } }'),
    ],
    [
      'fragments',
      `${ofShops('...F ... on Merchant { rating { count } }')} fragment F on Merchant { name grade { level } }`,
    ],
    ['two lists', '{ a: merchants(externalIds: ["new"]) { name } b: merchants(externalIds: []) { grade { level } } }'],
    [
      'one alone',
      '{ merchant(externalId: "shop") { name grade { score } } none: merchant(externalId: "none") { name } }',
    ],
    ['a product', PRODUCT],
  ])('says what is worked out anew, at the same price: %s', async (_, query) => {
    expect(await shown(query)).toBeTruthy();
    expect(await shown(query, 'PLATFORM')).toBeTruthy();
  });

  it('says so after whatever happens, at any moment, without being told', async () => {
    const step = fc.oneof(
      fc.record({ what: fc.constant('time' as const), days: fc.integer({ min: -200, max: 400 }) }),
      fc.record({ what: fc.constant('order' as const), bad: fc.boolean() }),
      fc.record({ what: fc.constant('retraction' as const), of: fc.nat(19) }),
    );
    let events = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 15 }), async (steps) => {
        now = NOW;
        for (const each of steps) {
          if (each.what === 'time') now = Math.max(NOW, now + each.days * DAY);
          if (each.what === 'order') {
            const more = {
              order: `more-${events++}`,
              product: 'cup',
              placed: 60,
              ...(each.bad && { delivered: 30, stars: 1 }),
            };
            await takeEvents(db, orders('shop', 1, more), now);
          }
          if (each.what === 'retraction') await takeEvents(db, [retraction(`shop-o${each.of * 2}`, 1)], now);
          expect([await shown(STOREFRONT), await shown(PRODUCT)]).toHaveLength(2);
        }
      }),
      { numRuns: 3 },
    );
    now = NOW;
  });

  it.each(['Cup', 'Mug', 'Bowl'])('is by the name of the day: %s', async (name) => {
    const time = new Date((now += DAY)).toISOString();
    const product = anEvent('product.listed', time, { externalId: 'cup', merchant: 'shop', name });
    await takeEvents(db, [product, anEvent('merchant.registered', time, { externalId: 'shop', name })], now);

    expect(await shown(PRODUCT)).toMatchObject({ product: { name } });
    expect(await shown(STOREFRONT)).toMatchObject({ merchants: [{ name }, null, { name: 'New' }, { name }] });
  });

  it('is worked out anew under new rules, from the moment that they are in force', async () => {
    const { save, activate } = changesOn(kept);
    const { version } = await save(rulesWith({ scale: { base: 400, pdo: 20, min: 0, max: 1000 } }));
    const from = now + DAY / 24;
    await activate(version!.version, { from: new Date(from).toISOString() });
    now = from - 1;
    const before = await shown(STOREFRONT);
    now = from;

    expect(await shown(STOREFRONT)).not.toEqual(before);
  });

  it('is nothing to partners: what they pull is written down each time', async () => {
    const { ask } = await aPartner(kept, 'Bank', { purposes: ['DISPLAY'] });
    for (let i = 0; i < 3; i++) await ask(STOREFRONT, {}, 'DISPLAY');

    const { rows } = await db.pool.query('select 1 from grade_inquiry');
    expect(rows.length).toBeGreaterThanOrEqual(3);
  });
});

describe('a query is put together of what is kept', () => {
  const schema = lockedSchema();
  const isSteady = async (query: string): Promise<boolean> => {
    const document = parse(query);
    const operation = document.definitions[0] as OperationDefinitionNode;
    const checked = { text: query, name: null, hash: 'h', document, operation };
    return new KnownQueries(await schema, steadiness, 1).met(checked)!.steady !== null;
  };

  it.each([STOREFRONT, PRODUCT, `${ofShops('...F')} fragment F on Merchant { name }`])(
    'where it asks for nothing else: %s',
    async (query) => expect(await isSteady(query)).toBe(true),
  );

  it.each([
    ofShops('grade { level asOf }'),
    ofShops('grade(policy: "default") { level }'),
    ofShops('name @include(if: true)'),
    ofShops('grade { factors { points } }'),
    ofShops('... on Subject { name }'),
    '{ viewer { role } }',
    `{ merchants(externalIds: ["a"]) { name } viewer { role } }`,
    `{ merchants(externalIds: ["a"]) { name } merchants(externalIds: ["a"]) { id } }`,
    '{ product(externalId: "a") { name merchant { name } } }',
  ])('and in no other case: %s', async (query) => expect(await isSteady(query)).toBe(false));
});
