import { beforeAll, describe, expect, it } from 'vitest';
import { globalId } from '../../src/kernel/global-id.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase, allMoved } from '../kit/database.ts';
import { anEvent, daysAgo, eventsOf, NOW, takeEvents } from '../kit/events.ts';
import { statementsOf } from '../kit/statements.ts';

const db = aDatabase();
const { ask } = anApi(db, { clock: () => NOW });
const NODES = 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Subject { externalId } } }';
const ABSENT = '0199a1b2-0000-7000-8000-000000000001';
let ids: Record<'merchant' | 'other' | 'buyer' | 'product', string>;

beforeAll(async () => {
  await takeEvents(db, [
    anEvent('merchant.registered', daysAgo(9), { externalId: 'm-1' }),
    anEvent('merchant.registered', daysAgo(9), { externalId: 'm-2' }),
    anEvent('product.listed', daysAgo(9), { externalId: 'p-1', merchant: 'm-1' }),
    ...eventsOf({ order: 'o-1', placed: 5, buyer: 'b-1' }),
  ]);
  const { data } = await ask(
    'ADMIN',
    '{ merchant(externalId: "m-1") { id } other: merchant(externalId: "m-2") { id } buyer(externalId: "b-1") { id } product(externalId: "p-1") { id } }',
  );
  ids = Object.fromEntries(
    Object.entries(data as Record<string, { id: string }>).map(([name, { id }]) => [name, id]),
  ) as typeof ids;
});

describe('nodes', () => {
  it('are found by their ids, of whatever type, in the order asked for', async () => {
    const { data } = await ask('ADMIN', NODES, { ids: [ids.product, ids.merchant, ids.buyer] });

    expect(data.nodes).toEqual([
      { __typename: 'Product', id: ids.product, externalId: 'p-1' },
      { __typename: 'Merchant', id: ids.merchant, externalId: 'm-1' },
      { __typename: 'Buyer', id: ids.buyer, externalId: 'b-1' },
    ]);
  });

  it('that may not be seen are answered like those that do not exist', async () => {
    const absent = globalId('Buyer', ABSENT);
    const { data, errors } = await ask(['BUYER', 'buyer:b-2'], NODES, { ids: [ids.buyer, absent, ids.merchant] });

    expect(errors).toBeUndefined();
    expect(data.nodes.map((node: { __typename: string } | null) => node?.__typename ?? null)).toEqual([
      null,
      null,
      'Merchant',
    ]);
  });

  it('take one statement a type', async () => {
    const statements = await statementsOf(db, () =>
      ask(null, NODES, { ids: [ids.merchant, ids.other, ids.product, ids.merchant] }),
    );
    expect(statements.toSorted()).toEqual(['merchants.by-id', 'products.by-id']);
  });

  it('are at most 100 at once', async () => {
    const { errors } = await ask(null, NODES, { ids: Array<string>(101).fill(ids.merchant) });

    expect(errors).toMatchObject([{ extensions: { code: 'TOO_MANY_IDS', field: ['ids'] } }]);
  });

  it('with an id that is none are refused', async () => {
    expect((await ask(null, '{ node(id: "m-1") { id } }')).errors).toMatchObject([
      { extensions: { code: 'ID_INVALID' } },
    ]);
  });

  it('are found beside one that is no id, which has an error of its own', async () => {
    const { data, errors } = await ask(null, NODES, { ids: [ids.product, 'm-1', ids.merchant] });

    expect(data.nodes).toMatchObject([{ externalId: 'p-1' }, null, { externalId: 'm-1' }]);
    expect(errors).toMatchObject([{ path: ['nodes', 1], extensions: { code: 'ID_INVALID' } }]);
  });

  it('of types that stand alone are found too, and null where there is none', async () => {
    for (const id of [
      globalId('Review', ABSENT, ABSENT),
      globalId('Order', ABSENT, ABSENT),
      globalId('Product', ABSENT),
    ])
      expect((await ask('ADMIN', 'query ($id: ID!) { node(id: $id) { id } }', { id })).data).toEqual({ node: null });
  });
});

describe("a storefront's page of twenty merchants with grades and ratings", () => {
  const STOREFRONT = `query ($e: [String!]) { merchants(externalIds: $e) {
    name grade { level score } rating { average count } } }`;

  it('takes three statements, and one where all are remembered', async () => {
    const e = ['m-1', 'm-2', ...Array.from({ length: 18 }, (_, i) => `nobody-${i}`)];
    await ask(null, STOREFRONT, { e }); // policies are read once a process

    await allMoved(db);
    const statements = await statementsOf(db, async () => {
      const { data, errors } = await ask(null, STOREFRONT, { e });
      expect(errors).toBeUndefined();
      expect(data.merchants[0]).toMatchObject({ grade: { level: 'NOT_RATED' }, rating: { count: 0 } });
    });

    expect(statements).toEqual(['moves.since', 'merchants.by-external-id', 'card_of']);
    const again = await statementsOf(db, () => ask(null, STOREFRONT, { e: e.slice(0, 2) }));
    expect(again).toEqual(['moves.since']);
  });
});
