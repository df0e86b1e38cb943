import { beforeAll, describe, expect, it } from 'vitest';
import { globalId } from '../../src/kernel/global-id.ts';
import { anApi, type Asker } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { daysAgo, NOW } from '../kit/events.ts';
import { take } from './fixtures.ts';
import { goodSales, presetGrade, saleOf } from './preset-kit.ts';

const db = aDatabase();
let now = NOW;
const api = anApi(db, { clock: () => now });
const day = (days: number) => daysAgo(days).slice(0, 10);

const EXCUSE = `mutation ($input: ExcuseEventsInput!) { excuseEvents(input: $input) {
  excuse { id ground from to merchants { externalId } note excusedBy recordedAt revokedAt } userErrors { code field } } }`;
const REVOKE = `mutation ($input: RevokeExcuseInput!) { revokeExcuse(input: $input) {
  excuse { id revokedAt revokedBy revokeNote } userErrors { code field } } }`;

let nextKey = 0;
const storm = (more: Record<string, unknown> = {}) => ({
  ground: 'STORM',
  from: day(12),
  to: day(10),
  note: 'a typhoon',
  idempotencyKey: `k-${nextKey++}`,
  ...more,
});
async function excuse(input: Record<string, unknown>, asker: Asker = 'MODERATOR') {
  const { data, errors } = await api.ask(asker, EXCUSE, { input });
  return errors ? { code: errors[0]!.extensions['code'] } : data.excuseEvents;
}
async function revoke(excuseId: string, more: Record<string, unknown> = {}, asker: Asker = 'ADMIN') {
  const { data, errors } = await api.ask(asker, REVOKE, {
    input: { excuseId, note: 'it did not blow', idempotencyKey: `k-${nextKey++}`, ...more },
  });
  return errors ? { code: errors[0]!.extensions['code'] } : data.revokeExcuse;
}
const lateOf = async (m: string, policy = 'amazon-account-health', knownAt?: number) =>
  (await presetGrade(api, m, policy, knownAt === undefined ? {} : { knownAt: new Date(knownAt).toISOString() }))
    .metrics[policy.startsWith('amazon') ? 'late_shipment_rate' : 'cancellations'];
const merchantId = async (m: string): Promise<string> =>
  (await api.ask(null, `{ merchant(externalId: "${m}") { id } }`)).data.merchant.id;

beforeAll(async () => {
  for (const merchant of ['ship', 'dock'])
    await take(db, [
      ...goodSales(merchant, 16, 15),
      ...saleOf({ order: `${merchant}-1`, merchant, placed: 15, shipBy: 11, shipped: 9 }), // due in the storm
      ...saleOf({ order: `${merchant}-2`, merchant, placed: 15, shipBy: 14, shipped: 12 }), // done in it
      ...saleOf({ order: `${merchant}-3`, merchant, placed: 15, shipBy: 14, shipped: 13 }), // before it
      ...saleOf({ order: `${merchant}-4`, merchant, placed: 15, cancelled: [10, 'SELLER'] }), // on its last day
    ]);
});

describe('an excuse', () => {
  it('takes what was late or cancelled out of the rates of the merchants it names, and shows it beside them', async () => {
    const before = await lateOf('ship');
    expect(before).toMatchObject({ value: 3 / 19, excluded: null });
    const { userErrors, excuse: made } = await excuse(storm({ merchantIds: [await merchantId('ship')] }));

    expect(userErrors).toEqual([]);
    expect(made).toMatchObject({
      ground: 'STORM',
      from: day(12),
      to: day(10),
      merchants: [{ externalId: 'ship' }],
      note: 'a typhoon',
      excusedBy: 'MODERATOR',
      recordedAt: new Date(NOW).toISOString(),
      revokedAt: null,
    });
    expect(await lateOf('ship')).toMatchObject({
      value: 1 / 17,
      numerator: 1,
      denominator: 17,
      distinctCounterparties: 1,
      excluded: { value: 3 / 19, numerator: 2, denominator: 2, grounds: ['STORM'] },
    });
    expect(await lateOf('ship', 'mercado-libre')).toMatchObject({
      value: 0,
      denominator: 19,
      excluded: { value: 1 / 20 },
    });
    expect(await lateOf('dock')).toEqual(before);
    const both =
      '{ merchants(externalIds: ["ship", "dock"]) { grade(policy: "mercado-libre") { metrics { excluded { numerator } } } } }';
    const { data } = await api.ask('AUDITOR', both);
    const excluded = data.merchants.map(({ grade }: { grade: { metrics: { excluded: unknown }[] } }) =>
      grade.metrics.map((metric) => metric.excluded !== null),
    );
    expect(excluded).toEqual([
      [false, false, true, true],
      [false, false, false, false],
    ]);
    await revoke(made.id);
  });

  it('of all merchants excuses each of them, until it is revoked; and the past keeps it', async () => {
    now += 60_000;
    const { excuse: made } = await excuse(storm({ ground: 'PLATFORM_OUTAGE' }));
    expect(made.merchants).toBeNull();
    expect(await lateOf('dock', undefined, now - 1)).toMatchObject({ numerator: 3, excluded: null });
    expect(await lateOf('dock')).toMatchObject({
      numerator: 1,
      excluded: { numerator: 2, grounds: ['PLATFORM_OUTAGE'] },
    });

    now += 60_000;
    const revoked = await revoke(made.id);
    expect(revoked).toMatchObject({ userErrors: [], excuse: { revokedBy: 'ADMIN', revokeNote: 'it did not blow' } });
    expect(await lateOf('dock')).toMatchObject({ numerator: 3, excluded: null });
    expect(await lateOf('dock', undefined, now - 1)).toMatchObject({ numerator: 1 });
    expect(await lateOf('dock', undefined, NOW - 1)).toMatchObject({ value: null }); // nothing at all was known then
    expect(await revoke(made.id)).toMatchObject({
      excuse: null,
      userErrors: [{ code: 'EXCUSE_REVOKED', field: ['excuseId'] }],
    });
  });

  it('changes no grade by a policy of the house', async () => {
    const query =
      '{ merchant(externalId: "dock") { grade { level exactScore factors { kind points count } evidence { badMass } } } }';
    const before = (await api.ask('ADMIN', query)).data;
    const { excuse: made } = await excuse(storm());

    expect((await api.ask('ADMIN', query)).data).toEqual(before);
    await revoke(made.id);
  });

  it('is made once, however often it is sent', async () => {
    const input = storm();
    const first = await excuse(input);

    expect(await excuse(input)).toEqual(first);
    expect(await excuse({ ...input, to: day(9) })).toMatchObject({
      excuse: null,
      userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED' }],
    });
    const key = 'revoke-once';
    const revoked = await revoke(first.excuse.id, { idempotencyKey: key });
    expect(await revoke(first.excuse.id, { idempotencyKey: key })).toEqual(revoked);
    const { rows } = await db.pool.query('select count(*)::int as made from excuse where revoked_at is null');
    expect(rows).toEqual([{ made: 0 }]);
  });

  it.each([
    ['that ends before it begins', { from: day(9), to: day(10) }, 'RANGE_INVALID', 'from'],
    ['that begins before 1995', { from: '1994-12-31', to: '1995-01-02' }, 'RANGE_INVALID', 'from'],
    ['of 61 days', { from: day(70), to: day(10) }, 'RANGE_TOO_LONG', 'to'],
    ['31 days ahead', { from: day(0), to: day(-31) }, 'RANGE_IN_FUTURE', 'to'],
    ['without a word', { note: ' \n' }, 'NOTE_MISSING', 'note'],
    ['with a NUL', { note: 'a\0b' }, 'NOTE_INVALID', 'note'],
    ['for nobody', { merchantIds: [] }, 'MERCHANTS_MISSING', 'merchantIds'],
    [
      'for who does not exist',
      { merchantIds: [globalId('Merchant', '0199a1b2-0000-7000-8000-000000000001')] },
      'MERCHANT_NOT_FOUND',
      'merchantIds',
    ],
    [
      'for a buyer',
      { merchantIds: [globalId('Buyer', '0199a1b2-0000-7000-8000-000000000001')] },
      'ID_OF_ANOTHER_TYPE',
      ['merchantIds', '0'],
    ],
  ])('%s is refused', async (_, more, code, field) => {
    expect(await excuse(storm(more))).toMatchObject({
      excuse: null,
      userErrors: [{ code, field: [field].flat() }],
    });
  });

  it('may have 60 days, and lie up to 30 days ahead', async () => {
    const { excuse: long } = await excuse(storm({ from: day(69), to: day(10) }));
    const { excuse: ahead } = await excuse(storm({ from: day(-30), to: day(-30) }));

    for (const { id } of [long, ahead]) expect((await revoke(id)).userErrors).toEqual([]);
  });

  it('is for moderators and admins to make, for the house to read, and for nobody else', async () => {
    now += 60_000;
    const { excuse: made } = await excuse(storm());
    const node = 'query ($id: ID!) { node(id: $id) { id } }';
    const list = '{ excuses(first: 1) { nodes { id note } pageInfo { hasNextPage } } }';

    for (const asker of [
      null,
      ['BUYER', 'buyer:b'],
      ['MERCHANT', 'merchant:dock'],
      'PARTNER',
      'PLATFORM',
      'AUDITOR',
    ] as const) {
      const code = asker === null ? 'UNAUTHENTICATED' : 'FORBIDDEN';
      expect(await excuse(storm(), asker)).toEqual({ code });
      expect(await revoke(made.id, {}, asker)).toEqual({ code });
    }
    expect((await api.ask(['MERCHANT', 'merchant:dock'], node, { id: made.id })).data).toEqual({ node: null });
    expect((await api.ask(['MERCHANT', 'merchant:dock'], list)).errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
    for (const asker of ['PLATFORM', 'AUDITOR', 'MODERATOR'] as const) {
      expect((await api.ask(asker, node, { id: made.id })).data).toEqual({ node: { id: made.id } });
      expect((await api.ask(asker, list)).data.excuses).toMatchObject({
        nodes: [{ id: made.id }],
        pageInfo: { hasNextPage: true },
      });
    }
  });
});
