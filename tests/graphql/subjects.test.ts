import { beforeAll, describe, expect, it } from 'vitest';
import { globalId, readGlobalId } from '../../src/kernel/global-id.ts';
import { anApi, type Asker } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { anEvent, daysAgo, eventsOf, NOW, takeEvents } from '../kit/events.ts';

const db = aDatabase();
const { ask } = anApi(db, { clock: () => NOW });
const ANYBODY: readonly Asker[] = [
  null,
  ['BUYER', 'buyer:b-1'],
  ['BUYER', 'buyer:b-2'],
  ['MERCHANT', 'merchant:m-1'],
  ['MERCHANT', 'merchant:m-2'],
  'PARTNER',
  'PLATFORM',
  'MODERATOR',
  'ADMIN',
  'AUDITOR',
];
const HOUSE = ['PLATFORM', 'MODERATOR', 'ADMIN', 'AUDITOR'];
const isHouse = (asker: Asker) => typeof asker === 'string' && HOUSE.includes(asker);
const nameOf = (asker: Asker) => (asker === null ? 'anyone' : String(asker));

beforeAll(async () => {
  await takeEvents(db, [
    anEvent('merchant.registered', daysAgo(90), { externalId: 'm-1', name: 'One', registeredAt: daysAgo(90) }),
    anEvent('merchant.registered', daysAgo(90), { externalId: 'm-2' }),
    anEvent('buyer.registered', daysAgo(90), { externalId: 'b-1', name: 'Ann' }),
    anEvent('buyer.registered', daysAgo(90), { externalId: 'b-2', name: 'Bob' }),
    anEvent('product.listed', daysAgo(80), { externalId: 'p-1', merchant: 'm-1', name: 'Cup', category: 'Kitchen' }),
    ...eventsOf({ order: 'o-1', placed: 40, buyer: 'b-1', product: 'p-1', amount: 3_000_000_000 }),
    ...eventsOf({ order: 'o-2', placed: 30, buyer: 'b-2', product: 'p-never-listed', merchant: 'm-2' }),
  ]);
});

describe('a merchant', () => {
  it.each(ANYBODY.map((asker) => [nameOf(asker), asker] as const))('is shown to %s', async (_, asker) => {
    const { data, errors } = await ask(
      asker,
      '{ merchant(externalId: "m-1") { kind externalId name registeredAt } product(externalId: "p-1") { kind name category merchant { name } } }',
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      merchant: { kind: 'MERCHANT', externalId: 'm-1', name: 'One', registeredAt: daysAgo(90) },
      product: { kind: 'PRODUCT', name: 'Cup', category: 'Kitchen', merchant: { name: 'One' } },
    });
  });

  it('is found by its id as by its external id', async () => {
    const byExternalId = await ask(null, '{ merchant(externalId: "m-1") { id } }');
    const { id } = byExternalId.data.merchant;

    const byId = await ask(null, 'query ($id: ID!) { merchant(id: $id) { externalId } }', { id });

    expect(byId.data).toEqual({ merchant: { externalId: 'm-1' } });
    expect(readGlobalId(id).type).toBe('Merchant');
  });

  it.each(['nobody', '', 'a\0b', "' or 1=1 --"])('that is not known is null: %j', async (externalId) => {
    const { data, errors } = await ask(null, 'query ($e: String) { merchant(externalId: $e) { id } }', {
      e: externalId,
    });
    expect([data, errors]).toEqual([{ merchant: null }, undefined]);
  });

  it.each([
    ['by neither', '{ merchant { id } }', 'ID_OR_EXTERNAL_ID'],
    ['by both', '{ merchant(id: "x", externalId: "m-1") { id } }', 'ID_OR_EXTERNAL_ID'],
    ['by nonsense', '{ merchant(id: "x") { id } }', 'ID_INVALID'],
    [
      "by a buyer's id",
      `{ merchant(id: "${globalId('Buyer', '0199a1b2-0000-7000-8000-000000000001')}") { id } }`,
      'ID_OF_ANOTHER_TYPE',
    ],
  ])('cannot be asked for %s', async (_, query, code) => {
    const { data, errors } = await ask(null, query);

    expect(data).toEqual({ merchant: null });
    expect(errors).toMatchObject([{ extensions: { code, kind: 'INVALID' } }]);
  });
});

describe('a batch of merchants', () => {
  const BATCH = 'query ($e: [String!]) { merchants(externalIds: $e) { externalId } }';

  it('comes in the order in which it was asked for, null where one is not known', async () => {
    const { data } = await ask(null, BATCH, { e: ['m-2', 'nobody', 'm-1', 'm-2', 'a\0b'] });

    expect(data.merchants.map((each: { externalId: string } | null) => each?.externalId ?? null)).toEqual([
      'm-2',
      null,
      'm-1',
      'm-2',
      null,
    ]);
  });

  it('may be empty', async () => {
    expect((await ask(null, BATCH, { e: [] })).data).toEqual({ merchants: [] });
  });

  it('of more than 100 is refused', async () => {
    const { errors } = await ask(null, BATCH, { e: Array.from({ length: 101 }, String) });

    expect(errors).toMatchObject([{ extensions: { code: 'TOO_MANY_IDS', field: ['externalIds'] } }]);
  });

  it('must be named', async () => {
    expect((await ask(null, BATCH)).errors).toMatchObject([{ extensions: { code: 'EXTERNAL_IDS_MISSING' } }]);
  });
});

describe('a buyer', () => {
  const ANN = '{ buyer(externalId: "b-1") { kind externalId name orders(first: 5) { nodes { externalId } } } }';
  const found = { kind: 'BUYER', externalId: 'b-1', name: 'Ann', orders: { nodes: [{ externalId: 'o-1' }] } };

  it.each(ANYBODY.map((asker) => [nameOf(asker), asker] as const))('is or is not shown to %s', async (name, asker) => {
    const { data } = await ask(asker, ANN);

    expect(data.buyer).toEqual(isHouse(asker) || name === 'BUYER,buyer:b-1' ? found : null);
  });

  it('of somebody else is answered like one that does not exist', async () => {
    const [theirs, missing] = await Promise.all(
      ['b-2', 'nobody'].map((e) => ask(['BUYER', 'buyer:b-1'], `{ buyer(externalId: "${e}") { id } }`)),
    );
    expect([theirs!.data, theirs!.errors]).toEqual([missing!.data, missing!.errors]);
  });
});

describe('an order', () => {
  const ORDER = `query ($id: ID!) { node(id: $id) { __typename ... on Order {
    externalId amount currency placedAt paidAt deliveredAt cancelledAt
    merchant { externalId } buyer { externalId } lines { quantity unitPrice product { name } } } } }`;
  const idOf = async (externalId: string) => {
    const buyer = externalId === 'o-1' ? 'b-1' : 'b-2';
    const { data } = await ask('ADMIN', `{ buyer(externalId: "${buyer}") { orders { nodes { id } } } }`);
    return data.buyer.orders.nodes[0].id as string;
  };

  it.each(ANYBODY.map((asker) => [nameOf(asker), asker] as const))('is or is not shown to %s', async (name, asker) => {
    const isParty = ['BUYER,buyer:b-1', 'MERCHANT,merchant:m-1'].includes(name);
    const { data } = await ask(asker, ORDER, { id: await idOf('o-1') });

    expect(data.node?.externalId ?? null).toBe(isHouse(asker) || isParty ? 'o-1' : null);
  });

  it('tells what was bought and what became of it; amounts may be large', async () => {
    const { data } = await ask(['BUYER', 'buyer:b-1'], ORDER, { id: await idOf('o-1') });

    expect(data.node).toEqual({
      __typename: 'Order',
      externalId: 'o-1',
      amount: 3_000_000_000,
      currency: 'USD',
      placedAt: daysAgo(40),
      paidAt: daysAgo(40, 1),
      deliveredAt: daysAgo(37, 2),
      cancelledAt: null,
      merchant: { externalId: 'm-1' },
      buyer: { externalId: 'b-1' },
      lines: [{ quantity: 1, unitPrice: 3_000_000_000, product: { name: 'Cup' } }],
    });
  });

  it('does not tell its merchant who the buyer is', async () => {
    const { data, errors } = await ask(['MERCHANT', 'merchant:m-1'], ORDER, { id: await idOf('o-1') });

    expect([data.node.externalId, data.node.buyer, errors]).toEqual(['o-1', null, undefined]);
  });

  it('may be of products that were never listed', async () => {
    const { data, errors } = await ask('ADMIN', ORDER, { id: await idOf('o-2') });

    expect(errors).toBeUndefined();
    expect(data.node.lines).toHaveLength(1);
  });
});

describe("a merchant's orders", () => {
  const SALES = `query ($after: String) { merchant(externalId: "m-2") { orders(first: 1, after: $after) {
    nodes { externalId deliverBy buyer { externalId } } pageInfo { hasNextPage endCursor } } } }`;

  it.each(ANYBODY.map((asker) => [nameOf(asker), asker] as const))(
    'are as they should be to %s',
    async (name, asker) => {
      const { data, errors } = await ask(asker, SALES);
      const isOwn = name === 'MERCHANT,merchant:m-2';
      if (!isOwn && !isHouse(asker)) {
        expect(errors?.[0]?.extensions['code']).toBe(asker === null ? 'UNAUTHENTICATED' : 'FORBIDDEN');
        return;
      }
      const { nodes, pageInfo } = data.merchant.orders;
      const buyer = isOwn ? null : { externalId: 'b-2' };
      expect(nodes).toEqual([{ externalId: 'o-2', deliverBy: expect.any(String), buyer }]);
      expect((await ask(asker, SALES, { after: pageInfo.endCursor })).data.merchant.orders.nodes).toEqual([]);
    },
  );
});

describe("a buyer's orders", () => {
  const PAGE = `query ($first: Int, $after: String, $last: Int, $before: String) { buyer(externalId: "b-3") {
    orders(first: $first, after: $after, last: $last, before: $before) {
      nodes { externalId } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }`;
  const page = async (variables: Record<string, unknown>) => {
    const { data, errors } = await ask('ADMIN', PAGE, variables);
    if (errors) return { errors };
    const { nodes, pageInfo } = data.buyer.orders;
    return { ids: nodes.map((node: { externalId: string }) => node.externalId), ...pageInfo };
  };

  beforeAll(async () => {
    for (const number of [1, 2, 3, 4, 5])
      await takeEvents(db, eventsOf({ order: `x-${number}`, placed: 10, buyer: 'b-3', delivered: null }), NOW + number);
  });

  it('come page by page, the last one first', async () => {
    const first = await page({ first: 2 });
    expect(first).toMatchObject({ ids: ['x-5', 'x-4'], hasNextPage: true, hasPreviousPage: false });
    const second = await page({ first: 2, after: first.endCursor });
    expect(second).toMatchObject({ ids: ['x-3', 'x-2'], hasNextPage: true, hasPreviousPage: true });
    expect(await page({ first: 2, after: second.endCursor })).toMatchObject({ ids: ['x-1'], hasNextPage: false });
    expect(await page({ last: 2, before: second.startCursor })).toMatchObject({ ids: ['x-5', 'x-4'] });
    expect(await page({ last: 2 })).toMatchObject({ ids: ['x-2', 'x-1'], hasNextPage: false, hasPreviousPage: true });
  });

  it.each([-1, 0, 10_000])('are not given in pages of %d', async (first) => {
    const { errors } = await page({ first });

    expect(errors).toMatchObject([{ extensions: { code: 'FIRST_OUT_OF_RANGE', field: ['first'] } }]);
    expect(errors?.[0]?.message).toContain('between 1 and 100');
  });

  it('are not given after a cursor of another list', async () => {
    const cursor = Buffer.from('["Alder"]').toString('base64url');

    expect(await page({ first: 1, after: cursor })).toMatchObject({
      errors: [{ extensions: { code: 'CURSOR_INVALID' } }],
    });
  });
});
