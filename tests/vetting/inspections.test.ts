import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { globalId } from '../../src/kernel/global-id.ts';
import { orders, take } from '../grades/fixtures.ts';
import { expectSound } from '../intake/ingest-kit.ts';
import { anApi, type Asker } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { balancesOf } from '../kit/state.ts';
import { measuresOn } from '../sanctions/kit.ts';

const db = aDatabase();
let now = NOW;
const api = anApi(db, { clock: () => now });
const { idOf } = measuresOn(api);
const SHOWN = `inspection { id finding product { externalId } inspectedAt annulledAt annulledBy annulmentNote recordedBy note }
  userErrors { code field }`;
type Input = Record<string, unknown>;
const send = async (name: string, input: Input, asker: Asker) => {
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
  const mutation = `mutation ($input: ${type}!) { it: ${name}(input: $input) { ${SHOWN} } }`;
  const { data, errors } = await api.ask(asker, mutation, { input: { idempotencyKey: randomUUID(), ...input } });
  return errors ? { code: errors[0]!.extensions['code'] } : data.it;
};
let merchantId: string;
const inspect = (input: Input = {}, asker: Asker = 'PLATFORM') =>
  send('recordInspection', { merchantId, finding: 'FAILED', note: 'Mould in the store.', ...input }, asker);
const takeBack = (inspectionId: string, input: Input = {}, asker: Asker = 'ADMIN') =>
  send('annulInspection', { inspectionId, note: 'It was another shop.', ...input }, asker);
const badMass = async (): Promise<number> =>
  (await api.ask('AUDITOR', '{ merchant(externalId: "shop") { grade { evidence { badMass } } } }')).data.merchant.grade
    .evidence.badMass;
const seenBy = async (asker: Asker) => {
  const { data, errors } = await api.ask(
    asker,
    '{ merchant(externalId: "shop") { inspections { finding annulledAt } } }',
  );
  return errors ? errors[0]!.extensions['code'] : data.merchant.inspections;
};
let before: unknown;
beforeAll(async () => {
  await take(db, orders('shop', 20, { product: 'shop-p' }));
  await take(db, orders('other', 2, { product: 'other-p' }));
  merchantId = await idOf('merchant', 'shop');
  before = await balancesOf(db);
});
beforeEach(() => (now += 60_000));

describe('an inspection', () => {
  it('that failed, or that proved a counterfeit, counts against the grade; annulled, as if it had never been', async () => {
    const none = await badMass();
    const failed = await inspect();
    expect(failed).toMatchObject({
      inspection: { finding: 'FAILED', product: null, recordedBy: 'PLATFORM', annulledAt: null },
      userErrors: [],
    });
    const once = (await badMass()) - none;
    expect(once).toBeGreaterThan(0);
    const { data } = await api.ask('ADMIN', '{ product(externalId: "shop-p") { id } }');
    const counterfeit = await inspect({ finding: 'COUNTERFEIT', productId: data.product.id }, 'ADMIN');
    expect(counterfeit.inspection.product).toEqual({ externalId: 'shop-p' });
    expect((await badMass()) - none).toBeCloseTo(5 * once, 3); // 2 and 8
    const kinds = '{ merchant(externalId: "shop") { grade { factors { kind count } } } }';
    expect((await api.ask('AUDITOR', kinds)).data.merchant.grade.factors).toEqual(
      expect.arrayContaining([
        { kind: 'INSPECTION_FAILED', count: 1 },
        { kind: 'COUNTERFEIT_PROVEN', count: 1 },
      ]),
    );
    expect(await seenBy(['MERCHANT', 'merchant:shop'])).toHaveLength(2);
    await expectSound(db, now);

    now += 60_000;
    for (const { inspection } of [failed, counterfeit])
      expect(await takeBack(inspection.id)).toMatchObject({
        inspection: { annulledBy: 'ADMIN', annulmentNote: 'It was another shop.' },
        userErrors: [],
      });
    expect(await balancesOf(db)).toEqual(before);
    expect((await seenBy('AUDITOR')).every(({ annulledAt }: { annulledAt: string }) => annulledAt)).toBe(true);
    await expectSound(db, now);
  });

  it('is recorded once and annulled once, however often it is sent', async () => {
    const input = { idempotencyKey: 'inspection-1', inspectedAt: new Date(now - 86_400_000).toISOString() };
    const first = await inspect(input);
    expect(await inspect(input)).toEqual(first);
    expect(await inspect({ ...input, note: 'Other words.' })).toMatchObject({
      userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED' }],
    });
    const { id } = first.inspection;
    const annulled = await takeBack(id, { idempotencyKey: 'annulment-1' });
    expect(await takeBack(id, { idempotencyKey: 'annulment-1' })).toEqual(annulled);
    expect(await takeBack(id)).toMatchObject({
      userErrors: [{ code: 'INSPECTION_ANNULLED', field: ['inspectionId'] }],
    });
    expect(await balancesOf(db)).toEqual(before);
  });

  it('is not recorded without a note, of a time to come, of nobody, or of another’s product', async () => {
    const { data } = await api.ask('ADMIN', '{ product(externalId: "other-p") { id } }');
    const nobody = '0199a1b2-0000-7000-8000-000000000001';
    for (const [input, code] of [
      [{ note: ' ' }, 'NOTE_MISSING'],
      [{ inspectedAt: new Date(now + 1000).toISOString() }, 'TIME_OUT_OF_RANGE'],
      [{ merchantId: globalId('Merchant', nobody) }, 'MERCHANT_NOT_FOUND'],
      [{ merchantId: globalId('Buyer', nobody) }, 'ID_OF_ANOTHER_TYPE'],
      [{ productId: data.product.id }, 'PRODUCT_NOT_FOUND'],
    ] as const)
      expect(await inspect(input)).toMatchObject({ inspection: null, userErrors: [{ code }] });
    expect(await takeBack(globalId('Inspection', nobody, nobody))).toMatchObject({
      userErrors: [{ code: 'INSPECTION_NOT_FOUND' }],
    });
    expect(await balancesOf(db)).toEqual(before);
  });

  it('is for the platform and for admins to record, and for the merchant itself and the house to see', async () => {
    for (const asker of [['MERCHANT', 'merchant:shop'], 'MODERATOR', 'AUDITOR', 'PARTNER'] as const)
      expect(await inspect({}, asker as Asker)).toEqual({ code: 'FORBIDDEN' });
    const itself: Asker = ['ADMIN', 'merchant:shop'];
    const { inspection } = await inspect();
    for (const given of [await inspect({}, itself), await takeBack(inspection.id, {}, itself)])
      expect(given.userErrors).toMatchObject([{ code: 'OWN_CASE' }]);
    expect((await takeBack(inspection.id)).userErrors).toEqual([]);
    expect(await balancesOf(db)).toEqual(before);
    expect(await seenBy(null)).toBe('UNAUTHENTICATED');
    expect(await seenBy(['MERCHANT', 'merchant:other'])).toBe('FORBIDDEN');
  });
});
