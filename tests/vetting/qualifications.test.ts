import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { globalId } from '../../src/kernel/global-id.ts';
import { sweepGrades } from '../../src/grades/sweep.ts';
import { gradeNotesOf } from '../grades/notes-kit.ts';
import { orders, take } from '../grades/fixtures.ts';
import { anApi, type Asker } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { levelAt, measuresOn } from '../sanctions/kit.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const db = aDatabase();
let now = NOW;
const api = anApi(db, { clock: () => now });
const { idOf } = measuresOn(api);
const ids = new Map<string, string>();
const STATE = `mutation ($input: StateQualificationInput!) { it: stateQualification(input: $input) {
  qualification { key status expiresAt statedAt statedBy note } userErrors { code message field } } }`;
const state = async (shop: string, input: Record<string, unknown>, asker: Asker = 'ADMIN') => {
  const { data, errors } = await api.ask(asker, STATE, {
    input: { subjectId: ids.get(shop), key: 'food-licence', note: 'A test.', idempotencyKey: randomUUID(), ...input },
  });
  return errors ? { code: errors[0]!.extensions['code'] } : data.it;
};
const at = (instant: number): string => new Date(instant).toISOString();
const qualificationsOf = (asker: Asker, shop: string) =>
  api.ask(asker, `{ merchant(externalId: "${shop}") { qualifications { key status expiresAt } } }`);

beforeAll(async () => {
  for (const shop of ['open', 'lapsing', 'late', 'goods']) {
    await take(db, orders(shop, 40, { product: `${shop}-p` }));
    ids.set(shop, await idOf('merchant', shop));
  }
  const { data } = await api.ask('ADMIN', '{ product(externalId: "goods-p") { id } }');
  ids.set('goods-p', data.product.id);
});

describe('a qualification', () => {
  it('that is missing caps the grade, with a reason, until it is there', async () => {
    now += HOUR;
    const { qualification, userErrors } = await state('open', { status: 'MISSING' });

    expect(userErrors).toEqual([]);
    expect(qualification).toEqual({
      key: 'food-licence',
      status: 'MISSING',
      expiresAt: null,
      statedAt: at(now),
      statedBy: 'ADMIN',
      note: 'A test.',
    });
    const missing = now;
    now += HOUR;
    expect(await levelAt(api, 'open')).toBe('B');
    const query = '{ merchant(externalId: "open") { grade { reasons { code text } next { suggestion } } } }';
    const { grade } = (await api.ask(['MERCHANT', 'merchant:open'], query)).data.merchant;
    expect(grade.reasons.at(-1)).toEqual({
      code: 'CAP_QUALIFICATION_MISSING',
      text: 'While a required qualification is missing: at best B',
    });
    expect(grade.next.suggestion).toBe(
      'While a required qualification is missing: at best B, whatever number of further orders.',
    );
    await state('open', { status: 'VALID' });
    now += HOUR;
    expect(await levelAt(api, 'open')).toBe('BBB');
    expect(await levelAt(api, 'open', { asOf: missing })).toBe('B');
    expect((await gradeNotesOf(db, 'open')).slice(1)).toMatchObject([
      { after: { level: 'B' }, cause: 'CONDITION' },
      { after: { level: 'BBB' }, cause: 'CONDITION' },
    ]);
  });

  it('expires by itself, and a new one in time averts it', async () => {
    await state('lapsing', { status: 'VALID', expiresAt: at(now + 3 * DAY) });
    expect(await levelAt(api, 'lapsing')).toBe('BBB');
    now += 4 * DAY;
    expect(await levelAt(api, 'lapsing')).toBe('BB');
    await sweepGrades(db.pool).run(now);
    expect((await gradeNotesOf(db, 'lapsing')).at(-1)).toMatchObject({ after: { level: 'BB' }, cause: 'TIME' });
    await state('lapsing', { status: 'VALID', expiresAt: at(now + 300 * DAY) });
    expect(await levelAt(api, 'lapsing')).toBe('BBB');
    expect(await levelAt(api, 'lapsing', { asOf: now - 1 })).toBe('BB');
  });

  it('that is known too late to have expired was missed since then, and not as it was known before', async () => {
    const before = now;
    now += HOUR;
    await state('late', { status: 'VALID', expiresAt: at(now - 10 * DAY) });

    expect(await levelAt(api, 'late', { asOf: now - 9 * DAY })).toBe('BB');
    expect(await levelAt(api, 'late', { asOf: now - 9 * DAY, knownAt: before })).toBe('BBB');
    await state('late', { status: 'NOT_REQUIRED' });
    expect(await levelAt(api, 'late')).toBe('BBB');
  });

  it('of a product is told of the product, to its merchant', async () => {
    await state('goods', { subjectId: ids.get('goods-p'), status: 'MISSING', key: 'safety-mark' });
    const query = '{ product(externalId: "goods-p") { grade { level } qualifications { key status } } }';

    expect((await api.ask(['MERCHANT', 'merchant:goods'], query)).data.product).toEqual({
      grade: { level: 'B' },
      qualifications: [{ key: 'safety-mark', status: 'MISSING' }],
    });
    expect(await levelAt(api, 'goods')).toBe('BBB');
    expect((await api.ask(['MERCHANT', 'merchant:open'], query)).errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  });

  it('is said once, however often it is sent; and of two first words at once, one is the last', async () => {
    const input = { status: 'MISSING', key: 'alcohol', idempotencyKey: 'alcohol' };
    const first = await state('goods', input);
    const both = await Promise.all(['VALID', 'MISSING'].map((status) => state('goods', { status, key: 'tobacco' })));

    expect(await state('goods', input)).toEqual(first);
    expect(await state('goods', { ...input, status: 'VALID' })).toMatchObject({
      userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED' }],
    });
    expect(both.map(({ userErrors }) => userErrors)).toEqual([[], []]);
    const { data } = await qualificationsOf(['MERCHANT', 'merchant:goods'], 'goods');
    expect(data.merchant.qualifications.map(({ key }: { key: string }) => key)).toEqual(['alcohol', 'tobacco']);
  });

  it.each<[what: string, input: Record<string, unknown>, code: string, field: string | null]>([
    ['without a name', { key: '' }, 'KEY_INVALID', 'key'],
    ['of a strange name', { key: 'Food licence' }, 'KEY_INVALID', 'key'],
    [
      'that is missing until a day',
      { status: 'MISSING', expiresAt: '2027-01-01T00:00:00Z' },
      'EXPIRY_NOT_ALLOWED',
      'expiresAt',
    ],
    ['that outlives us', { expiresAt: '2199-01-01T00:00:00Z' }, 'EXPIRY_OUT_OF_RANGE', 'expiresAt'],
    ['without a note', { note: '' }, 'NOTE_MISSING', 'note'],
    [
      'of nobody',
      { subjectId: globalId('Merchant', '0199a1b2-0000-7000-8000-000000000001') },
      'SUBJECT_NOT_FOUND',
      'subjectId',
    ],
    [
      'of a buyer',
      { subjectId: globalId('Buyer', '0199a1b2-0000-7000-8000-000000000001') },
      'ID_OF_ANOTHER_TYPE',
      'subjectId',
    ],
  ])('%s is refused', async (_, input, code, field) => {
    expect(await state('open', { status: 'VALID', ...input })).toMatchObject({
      qualification: null,
      userErrors: [{ code, field: [field] }],
    });
  });

  it('is stated by the platform and by admins, and seen by the merchant itself and the house', async () => {
    for (const asker of [
      null,
      ['BUYER', 'buyer:b'],
      ['MERCHANT', 'merchant:open'],
      'PARTNER',
      'MODERATOR',
      'AUDITOR',
    ] as const)
      expect(await state('open', { status: 'VALID' }, asker)).toEqual({
        code: asker === null ? 'UNAUTHENTICATED' : 'FORBIDDEN',
      });
    const itself = await state('open', { status: 'VALID' }, ['ADMIN', 'merchant:open']);
    expect(itself.userErrors).toMatchObject([{ code: 'OWN_CASE', field: ['subjectId'] }]);
    expect((await state('open', { status: 'VALID' }, 'PLATFORM')).userErrors).toEqual([]);
    for (const asker of ['PLATFORM', 'AUDITOR', ['MERCHANT', 'merchant:open']] as const)
      expect((await qualificationsOf(asker, 'open')).data.merchant.qualifications).toHaveLength(1);
    for (const asker of [null, ['MERCHANT', 'merchant:late'], 'PARTNER'] as const)
      expect((await qualificationsOf(asker, 'open')).errors).toHaveLength(1);
  });
});
