import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { orders, take } from '../grades/fixtures.ts';
import { mutate } from '../partners/kit.ts';
import { aPartner, EVERYTHING, type APartner } from './kit.ts';

const db = aDatabase();
let now = NOW;
const api = anApi(db, { clock: () => now });
const another = anApi(db, { clock: () => now });
const MINUTE = 60_000;
const MIDNIGHT = Date.parse('2026-11-22T00:00:00Z');
const GRADES = 'query ($ids: [String!]!) { grades(externalIds: $ids, subjectKind: MERCHANT) { level } }';
const shops = (count: number): string[] => Array.from({ length: count }, (_, i) => `shop-${i}`);
const LEFT =
  '{ viewer { partner { name terms { pullsPerDay burst purposes subjectKinds } pullsLeft { today atOnce refilledAt } } } }';

let bank: APartner;
const pulled = (count: number) => bank.ask(GRADES, { ids: shops(count) });
const leftOf = async () => (await bank.ask(LEFT, {}, null)).data.viewer.partner.pullsLeft;
beforeAll(async () => {
  await take(
    db,
    shops(12).flatMap((shop) => orders(shop, 1)),
  );
  bank = await aPartner(api, 'Bank', { pullsPerDay: 10, burst: 6 });
});
beforeEach(async () => {
  now = NOW;
  await db.pool.query('truncate grade_inquiry, partner_meter');
  await bank.setTerms({ pullsPerDay: 10, burst: 6 });
});

describe("a partner's quota", () => {
  it('is what it is told, before it asks and after', async () => {
    expect((await bank.ask(LEFT, {}, null)).data.viewer.partner).toEqual({
      name: 'Bank',
      terms: { ...EVERYTHING, pullsPerDay: 10, burst: 6 },
      pullsLeft: { today: 10, atOnce: 6, refilledAt: '2026-11-22T00:00:00.000Z' },
    });
    await pulled(4);
    expect(await leftOf()).toMatchObject({ today: 6, atOnce: 2 });
    now += MINUTE / 2;
    expect(await leftOf()).toMatchObject({ today: 6, atOnce: 5 });
    now += MINUTE;
    expect(await leftOf()).toMatchObject({ today: 6, atOnce: 6 });
  });

  it('counts subjects, and those alone who were found', async () => {
    await bank.ask(GRADES, { ids: ['shop-0', 'shop-0', 'nobody'] });

    expect(await leftOf()).toMatchObject({ today: 9 });
  });

  it('ends with the day: who asks for more is told when it is refilled, and gets nothing', async () => {
    await pulled(6);
    now += MINUTE;
    await pulled(3);
    const { status, headers, errors, data } = await pulled(2);

    expect(status).toBe(429);
    expect(errors).toMatchObject([{ extensions: { code: 'QUOTA_EXCEEDED', retryAfter: (MIDNIGHT - now) / 1000 } }]);
    expect(Number(headers.get('retry-after'))).toBe((MIDNIGHT - now) / 1000);
    expect(errors![0]!.message).toContain('2026-11-22T00:00:00.000Z');
    expect(data).toBeFalsy();
    expect((await pulled(1)).code).toBeNull();
    now = MIDNIGHT;
    expect((await pulled(6)).code).toBeNull();
    expect(await leftOf()).toMatchObject({ today: 4 });
  });

  it('comes back little by little: who asks for too many at once is told when', async () => {
    await pulled(5);
    const { status, headers, code } = await pulled(3);

    expect([status, code, headers.get('retry-after')]).toEqual([429, 'BURST_EXCEEDED', '20']);
    now += 20_000;
    expect((await pulled(3)).code).toBeNull();
  });

  it('never holds more at once than its burst', async () => {
    const { status, code } = await pulled(7);

    expect([status, code]).toEqual([200, 'BURST_EXCEEDED']);
    expect(await leftOf()).toMatchObject({ today: 10, atOnce: 6 });
  });

  it('is one for all processes, however many ask at once', async () => {
    await bank.setTerms({ pullsPerDay: 100, burst: 7 });
    const one = (id: number) => {
      const target = id % 2 === 0 ? api : another;
      return target.send('/graphql', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${bank.key}`,
          'credence-purpose': 'DISPLAY',
        },
        body: JSON.stringify({ query: GRADES, variables: { ids: [`shop-${id}`] } }),
      });
    };
    const statuses = (await Promise.all(shops(12).map((_, i) => one(i)))).map(({ status }) => status);

    expect(statuses.filter((status) => status === 200)).toHaveLength(7);
    expect(statuses.filter((status) => status === 429)).toHaveLength(5);
    const { rows } = await db.pool.query<{ count: number }>('select count(*)::int as count from grade_inquiry');
    expect(rows).toEqual([{ count: 7 }]);
  });
});

describe('a pull that was written down as the connection was lost', () => {
  it('is answered when it is tried again, and taken once', async () => {
    for (let i = 0; i < 3; i++) await pulled(1); // what comes again is compiled, and what fails so is run step by step
    const query = db.pool.query.bind(db.pool) as (statement: { name?: string }) => Promise<unknown>;
    const names: (string | undefined)[] = [];
    vi.spyOn(db.pool, 'query').mockImplementation((async (statement: { name?: string }) => {
      const answer = await query(statement);
      if (statement.name?.startsWith('inquiries.')) names.push(statement.name);
      if (statement.name === 'inquiries.enter-new') throw new Error('Connection terminated unexpectedly');
      return answer;
    }) as never);
    const { code } = await pulled(2);
    vi.restoreAllMocks();

    expect([code, names]).toEqual([null, ['inquiries.enter-new', 'inquiries.enter']]);
    const { rows } = await db.pool.query<{ count: number }>('select count(*)::int as count from grade_inquiry');
    expect(rows).toEqual([{ count: 5 }]);
    expect(await leftOf()).toMatchObject({ today: 5, atOnce: 1 });
  });
});

describe('terms', () => {
  const TERMS = `partner { terms { subjectKinds purposes pullsPerDay burst termsSetBy termsNote } }`;

  it('of a partner about whom nothing else was said are about shops, and for no decision on credit', async () => {
    const { partner } = await mutate(api, 'ADMIN', 'createPartner', TERMS, { name: 'Plain' });

    expect(partner.terms).toEqual({
      subjectKinds: ['MERCHANT', 'PRODUCT'],
      purposes: ['ONBOARDING', 'DISPLAY'],
      pullsPerDay: 100_000,
      burst: 5_000,
      termsSetBy: null,
      termsNote: null,
    });
  });

  it('are set anew, once however often it is sent, and hold at once', async () => {
    const terms = { subjectKinds: ['PRODUCT', 'PRODUCT'], purposes: ['DISPLAY'], pullsPerDay: 5, burst: 5 };
    const input = { partnerId: bank.id, terms, note: 'narrower', idempotencyKey: 'terms' };
    const set = await mutate(api, 'ADMIN', 'setPartnerTerms', TERMS, input);
    const again = await mutate(api, 'ADMIN', 'setPartnerTerms', TERMS, input);

    expect(set.partner.terms).toMatchObject({ subjectKinds: ['PRODUCT'], termsSetBy: 'ADMIN', termsNote: 'narrower' });
    expect(again).toEqual(set);
    expect((await pulled(1)).code).toBe('SUBJECT_KIND_FORBIDDEN');
  });

  it('without a purpose let a partner go, by key and by token', async () => {
    const terms = { ...EVERYTHING, purposes: [] };
    expect(await mutate(api, 'ADMIN', 'setPartnerTerms', TERMS, { partnerId: bank.id, terms })).toMatchObject({
      partner: { terms: { purposes: [] } },
      userErrors: [],
    });
    expect((await pulled(1)).code).toBe('PURPOSE_FORBIDDEN');
  });

  it.each([
    [{ pullsPerDay: 0 }, 'QUOTA_OUT_OF_RANGE'],
    [{ pullsPerDay: 2_000_000_000 }, 'QUOTA_OUT_OF_RANGE'],
    [{ burst: 0 }, 'BURST_OUT_OF_RANGE'],
    [{ pullsPerDay: 10, burst: 11 }, 'BURST_OUT_OF_RANGE'],
    [{ subjectKinds: [] }, 'SUBJECT_KINDS_MISSING'],
    [{ subjectKinds: ['CARRIER'] }, 'SUBJECT_KIND_NOT_GRADED'],
  ])('cannot be %j', async (more, code) => {
    const input = { partnerId: bank.id, terms: { ...EVERYTHING, ...more } };

    expect((await mutate(api, 'ADMIN', 'setPartnerTerms', TERMS, input)).userErrors).toMatchObject([{ code }]);
  });

  it('are set by an ADMIN alone, of a partner that there is, and seen by that partner', async () => {
    const input = { partnerId: bank.id, terms: EVERYTHING };
    const missing = Buffer.from('Partner:0199a1b2-0000-7000-8000-000000000001').toString('base64url');

    for (const asker of ['PARTNER', 'PLATFORM', 'MODERATOR', 'AUDITOR'] as const)
      expect(await mutate(api, asker, 'setPartnerTerms', TERMS, input)).toEqual({ code: 'FORBIDDEN' });
    const { userErrors } = await mutate(api, 'ADMIN', 'setPartnerTerms', TERMS, { ...input, partnerId: missing });
    expect(userErrors).toMatchObject([{ code: 'PARTNER_NOT_FOUND' }]);
    const node = 'query ($id: ID!) { node(id: $id) { ... on Partner { name terms { burst } } } }';
    expect((await bank.ask(node, { id: bank.id }, null)).data.node).toEqual({ name: 'Bank', terms: { burst: 6 } });
    expect((await api.ask('PARTNER', node, { id: bank.id })).data.node).toBeNull();
    expect(
      (await api.ask(['MERCHANT', 'merchant:shop-0'], node, { id: bank.id })).errors?.[0]?.extensions['code'],
    ).toBe('FORBIDDEN');
  });
});
