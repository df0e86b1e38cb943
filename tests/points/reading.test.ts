import { beforeAll, describe, expect, it } from 'vitest';
import { inTransaction } from '../../src/db/tx.ts';
import { globalId, idsOf } from '../../src/kernel/global-id.ts';
import { reverseTransfers } from '../../src/points/book.commands.ts';
import { settlePoints } from '../../src/points/settle.job.ts';
import type { Holder } from '../../src/points/transfer.ts';
import { anApi, type Asker } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { anEvent, daysAgo, NOW, takeEvents } from '../kit/events.ts';
import { statementsOf } from '../kit/statements.ts';
import { book, DAY_MS, earned, penalty } from './kit.ts';

const db = aDatabase();
let now = NOW;
const api = anApi(db, { clock: () => now });
const shops = ['m-0', 'm-1', 'm-2', 'm-3', 'm-4'];
const holders: Record<string, Holder> = {};
const idOf: Record<string, string> = {};

beforeAll(async () => {
  await takeEvents(db, [
    ...shops.map((externalId) => anEvent('merchant.registered', daysAgo(9), { externalId })),
    anEvent('buyer.registered', daysAgo(9), { externalId: 'b-1' }),
  ]);
  for (const externalId of shops) {
    idOf[externalId] = (await api.ask(null, `{ merchant(externalId: "${externalId}") { id } }`)).data.merchant.id;
    holders[externalId] = { subjectKind: 'MERCHANT', subjectId: idsOf('Merchant', idOf[externalId]!)[0] };
  }
});
const own = (externalId: string): Asker => ['MERCHANT', `merchant:${externalId}`];
const points = async (externalId: string, fields: string, asker: Asker = own(externalId)) =>
  (await api.ask(asker, `{ merchant(externalId: "${externalId}") { points { ${fields} } } }`)).data.merchant.points;

describe('points', () => {
  it('of who has none yet are 0, without entries', async () => {
    expect(await points('m-4', 'balance pending held available expiring entries { nodes { id } }')).toEqual({
      balance: 0,
      pending: 0,
      held: 0,
      available: 0,
      expiring: 0,
      entries: { nodes: [] },
    });
  });

  it('are pending until they count, and tell how many expire within some days', async () => {
    await book(
      db,
      earned(holders['m-0']!, 100, { bookedAt: NOW - 5 * DAY_MS, expiresAt: NOW + 20 * DAY_MS }),
      earned(holders['m-0']!, 40, { expiresAt: NOW + 31 * DAY_MS }),
      earned(holders['m-0']!, 7),
      earned(holders['m-0']!, 5, { bookedAt: NOW + DAY_MS, expiresAt: NOW + 2 * DAY_MS }),
      penalty(holders['m-0']!, 30),
    );

    const fields = 'balance pending available expiring soon: expiring(within: 19) long: expiring(within: 365)';
    expect(await points('m-0', fields)).toEqual({
      balance: 117,
      pending: 5,
      available: 117,
      expiring: 70,
      soon: 0,
      long: 110,
    });
  });

  it('count and expire at their instants, whether the worker has come by or not; the past stays as it was', async () => {
    const at = async (days: number) => {
      now = NOW + days * DAY_MS;
      return points('m-0', 'balance pending');
    };
    const expected = [
      [0, { balance: 117, pending: 5 }],
      [1, { balance: 122, pending: 0 }],
      [2, { balance: 117, pending: 0 }],
      [20, { balance: 47, pending: 0 }],
      [31, { balance: 7, pending: 0 }],
    ] as const;
    for (const [days, found] of expected) expect(await at(days)).toEqual(found);
    const past = (days: number) => `balance(asOf: "${new Date(NOW + days * DAY_MS).toISOString()}")
      pending(asOf: "${new Date(NOW + days * DAY_MS).toISOString()}")`;
    for (const [days, found] of expected) expect(await points('m-0', past(days))).toEqual(found);
    await settlePoints(db.pool).run(now);
    for (const [days, found] of expected) expect(await points('m-0', past(days))).toEqual(found);
    expect(await points('m-0', past(-1))).toEqual({ balance: 0, pending: 0 });
    now = NOW;
  });

  it('as of the future, or of long ago, are refused; so are days beyond ten years', async () => {
    for (const [field, code] of [
      [`balance(asOf: "${new Date(NOW + 1).toISOString()}")`, 'ASOF_IN_FUTURE'],
      ['pending(asOf: "1994-12-31T00:00:00Z")', 'ASOF_TOO_OLD'],
      ['expiring(within: -1)', 'WITHIN_OUT_OF_RANGE'],
      ['expiring(within: 3661)', 'WITHIN_OUT_OF_RANGE'],
      ['entries(after: "WyJ4Il0") { nodes { id } }', 'CURSOR_INVALID'],
    ] as const) {
      const { errors } = await api.ask('ADMIN', `{ merchant(externalId: "m-0") { points { ${field} } } }`);
      expect(errors?.[0]?.extensions['code']).toBe(code);
    }
  });

  it('take one statement for the balances of many', async () => {
    const query = `{ merchants(externalIds: ["m-1", "m-2", "m-3"]) { points { balance pending held available } } }`;
    const statements = await statementsOf(db, () => api.ask('PLATFORM', query));
    expect(statements.filter((name) => name.startsWith('points'))).toEqual(['points.accounts']);
  });

  it('are for the merchant or buyer itself and for the house; null for all others', async () => {
    const query = '{ merchant(externalId: "m-0") { name points { balance } } }';
    for (const asker of [own('m-0'), 'PLATFORM', 'MODERATOR', 'ADMIN', 'AUDITOR'] as const)
      expect((await api.ask(asker, query)).data.merchant.points).toEqual({ balance: 7 }); // as the worker left it
    for (const asker of [null, own('m-1'), ['BUYER', 'buyer:b-1'], 'PARTNER'] as const)
      expect((await api.ask(asker, query)).data.merchant).toMatchObject({ points: null });
    const buyer = '{ buyer(externalId: "b-1") { points { balance } } }';
    expect((await api.ask(['BUYER', 'buyer:b-1'], buyer)).data.buyer).toEqual({ points: { balance: 0 } });
  });
});

describe('entries', () => {
  const NODE = 'id amount balance kind reason bookedAt recordedAt expiresAt reverses';

  it('come the last first, page by page, or of one kind only', async () => {
    const transfers = Array.from({ length: 7 }, (_, i) =>
      i % 2 === 0 ? earned(holders['m-1']!, 10 + i, { bookedAt: NOW - i }) : penalty(holders['m-1']!, i),
    );
    const booked = await book(db, ...transfers);
    const page = (more: string) =>
      points('m-1', `entries(${more}) { nodes { amount } pageInfo { hasNextPage endCursor } }`);

    const first = (await page('first: 3')).entries;
    expect(first).toMatchObject({
      nodes: [{ amount: 16 }, { amount: -5 }, { amount: 14 }],
      pageInfo: { hasNextPage: true },
    });
    const rest = (await page(`first: 9, after: "${first.pageInfo.endCursor}"`)).entries;
    expect(rest).toMatchObject({
      nodes: [{ amount: -3 }, { amount: 12 }, { amount: -1 }, { amount: 10 }],
      pageInfo: { hasNextPage: false },
    });
    expect((await page('kind: "PENALTY"')).entries.nodes).toEqual([{ amount: -5 }, { amount: -3 }, { amount: -1 }]);
    expect((await page('kind: "none"')).entries.nodes).toEqual([]);
    const { nodes } = (await points('m-1', `entries { nodes { ${NODE} } }`)).entries;
    expect(nodes.at(-1)).toEqual({
      id: globalId('PointsEntry', holders['m-1']!.subjectId, booked[0]!.id),
      amount: 10,
      balance: 10,
      kind: 'EARNED',
      reason: 'for a test',
      bookedAt: new Date(NOW).toISOString(),
      recordedAt: new Date(NOW).toISOString(),
      expiresAt: null,
      reverses: null,
    });
  });

  it('that are pending say from when they count, and appear once', async () => {
    await book(db, earned(holders['m-2']!, 9, { bookedAt: NOW + DAY_MS }));
    now = NOW + DAY_MS;
    await settlePoints(db.pool).run(now);

    expect(await points('m-2', `balance entries { nodes { amount bookedAt } }`)).toEqual({
      balance: 9,
      entries: { nodes: [{ amount: 9, bookedAt: new Date(NOW + DAY_MS).toISOString() }] },
    });
    now = NOW;
  });

  it('name what they take back', async () => {
    const [first] = await book(db, earned(holders['m-3']!, 9));
    await inTransaction(db.pool, (tx) => reverseTransfers(tx, NOW, [first!], 'a mistake'));

    const { nodes } = (await points('m-3', `entries { nodes { kind amount reason reverses } }`)).entries;
    const reverses = globalId('PointsEntry', first!.subjectId, first!.id);
    expect(nodes[0]).toEqual({ kind: 'REVERSED', amount: -9, reason: 'a mistake', reverses });
  });

  it('are found by their ids by those who may see them; who booked them is for staff', async () => {
    const { nodes } = (await points('m-1', 'entries(first: 1) { nodes { id } }')).entries;
    const node = 'query ($id: ID!) { node(id: $id) { id ... on PointsEntry { amount } } }';
    for (const asker of [own('m-1'), 'PLATFORM', 'AUDITOR'] as const)
      expect((await api.ask(asker, node, { id: nodes[0].id })).data.node).toEqual({ id: nodes[0].id, amount: 16 });
    for (const asker of [null, own('m-2'), ['BUYER', 'buyer:b-1'], 'PARTNER'] as const)
      expect((await api.ask(asker, node, { id: nodes[0].id })).data).toEqual({ node: null });
    const { errors } = await api.ask(
      own('m-1'),
      '{ merchant(externalId: "m-1") { points { entries { nodes { bookedBy } } } } }',
    );
    expect(errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  });
});
