import { beforeAll, describe, expect, it } from 'vitest';
import { globalId } from '../../src/kernel/global-id.ts';
import { anApi, type Asker } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { orders, take } from '../grades/fixtures.ts';
import { aPartner, consenting, grant, idOfBuyer, withdraw, type APartner } from './kit.ts';

const db = aDatabase();
let now = NOW;
const api = anApi(db, { clock: () => now });
const DAY_MS = 86_400_000;
const iso = (at: number) => new Date(at).toISOString();
const codeOf = ({ userErrors }: { userErrors: { code: string }[] }) => userErrors[0]?.code;
const CONSENTS = `query ($externalId: String!) { buyer(externalId: $externalId) { consents { nodes { id status proof partner { name } } } } }`;
const consentsOf = async (externalId: string, asker: Asker) =>
  (await api.ask(asker, CONSENTS, { externalId })).data.buyer?.consents.nodes;

let bank: APartner;
beforeAll(async () => {
  await take(db, orders('shop', 6));
  bank = await aPartner(api, 'Bank');
});

describe('a consent', () => {
  it('is given by the buyer, to a partner, for a purpose and a time', async () => {
    const { consent } = await grant(api, 'shop-b0', bank.id, { until: iso(now + 30 * DAY_MS) });

    expect(consent).toEqual({
      id: consent.id,
      status: 'HOLDS',
      purpose: 'CREDIT_DECISION',
      grantedAt: iso(now),
      grantedBy: 'BUYER:shop-b0',
      proof: null,
      until: iso(now + 30 * DAY_MS),
      endedAt: null,
      endedBy: null,
      partner: { id: bank.id, name: 'Bank' },
    });
    expect((await grant(api, 'shop-b1', bank.id)).consent.until).toBe(iso(now + 90 * DAY_MS));
  });

  it('is passed on by the marketplace, which says where it keeps the word', async () => {
    const buyerId = await idOfBuyer(db, 'shop-b2');
    const input = {
      buyerId,
      partnerId: bank.id,
      purpose: 'DISPLAY',
      proof: ' consent-file/17 ',
      idempotencyKey: 'p-1',
    };

    expect((await consenting(api, 'PLATFORM', 'grantConsent', input)).consent).toMatchObject({
      status: 'HOLDS',
      proof: 'consent-file/17',
      grantedBy: 'PLATFORM',
    });
    const codes = await Promise.all(
      [
        { proof: ' ', idempotencyKey: 'p-2' },
        { proof: 'x'.repeat(201), idempotencyKey: 'p-3' },
        { buyerId: null, idempotencyKey: 'p-4' },
        { buyerId: globalId('Buyer', '0199a1b2-0000-7000-8000-000000000001'), idempotencyKey: 'p-5' },
      ].map(async (more) => codeOf(await consenting(api, 'PLATFORM', 'grantConsent', { ...input, ...more }))),
    );
    expect(codes).toEqual(['PROOF_MISSING', 'PROOF_INVALID', 'BUYER_MISSING', 'BUYER_NOT_FOUND']);
  });

  it('sent twice is one; another one takes its place, and both stay to be seen', async () => {
    const first = await grant(api, 'shop-b3', bank.id, { idempotencyKey: 'same' });
    const again = await grant(api, 'shop-b3', bank.id, { idempotencyKey: 'same' });
    now += 1000;
    const second = await grant(api, 'shop-b3', bank.id);

    expect(again.consent.id).toBe(first.consent.id);
    expect(await consentsOf('shop-b3', ['BUYER', 'buyer:shop-b3'])).toMatchObject([
      { id: second.consent.id, status: 'HOLDS' },
      { id: first.consent.id, status: 'RENEWED' },
    ]);
    expect((await grant(api, 'shop-b3', bank.id, { idempotencyKey: 'same', purpose: 'DISPLAY' })).userErrors).toEqual([
      { code: 'IDEMPOTENCY_KEY_REUSED', field: ['idempotencyKey'] },
    ]);
  });

  it('of many at once is one that holds', async () => {
    await Promise.all(Array.from({ length: 6 }, () => grant(api, 'shop-b4', bank.id, { purpose: 'ONBOARDING' })));

    const statuses = (await consentsOf('shop-b4', 'ADMIN')).map(({ status }: { status: string }) => status);
    expect(statuses.toSorted()).toEqual(['HOLDS', ...Array.from({ length: 5 }, () => 'RENEWED')]);
  });

  it.each([
    ['until the past', { until: iso(NOW) }, 'UNTIL_IN_PAST'],
    ['for more than a year', { until: iso(NOW + 400 * DAY_MS) }, 'UNTIL_TOO_LATE'],
    ['to nobody', { partnerId: globalId('Partner', '0199a1b2-0000-7000-8000-000000000001') }, 'PARTNER_NOT_FOUND'],
    [
      'to what is no partner',
      { partnerId: globalId('Buyer', '0199a1b2-0000-7000-8000-000000000001') },
      'ID_OF_ANOTHER_TYPE',
    ],
    ['with a proof of its own', { proof: 'me' }, 'PROOF_UNEXPECTED'],
  ])('is not given %s', async (_, input, code) => {
    expect(codeOf(await grant(api, 'shop-b0', bank.id, input))).toBe(code);
  });

  it('is not given for a purpose that there is not, or in the name of another', async () => {
    const buyerId = await idOfBuyer(db, 'shop-b1');

    expect(await grant(api, 'shop-b0', bank.id, { purpose: 'CURIOSITY' })).toEqual({ code: 'BAD_USER_INPUT' });
    expect(codeOf(await grant(api, 'shop-b0', bank.id, { buyerId }))).toBe('BUYER_NOT_FOUND');
    expect(codeOf(await grant(api, 'nobody', bank.id))).toBe('BUYER_NOT_FOUND');
  });

  it.each([null, 'PARTNER', 'MODERATOR', 'ADMIN', ['MERCHANT', 'merchant:shop']] as const)(
    'is none of the business of %s',
    async (asker) => {
      const input = { partnerId: bank.id, purpose: 'DISPLAY', idempotencyKey: 'x' };
      const { code } = await consenting(api, asker, 'grantConsent', input);

      expect(code).toBe(asker === null ? 'UNAUTHENTICATED' : 'FORBIDDEN');
    },
  );
});

describe('a consent is withdrawn', () => {
  it('by the buyer, once', async () => {
    const { consent } = await grant(api, 'shop-b5', bank.id);
    now += 1000;
    const withdrawn = await withdraw(api, 'shop-b5', consent.id, { idempotencyKey: 'w' });

    expect(withdrawn.consent).toMatchObject({ status: 'WITHDRAWN', endedAt: iso(now), endedBy: 'BUYER:shop-b5' });
    expect((await withdraw(api, 'shop-b5', consent.id, { idempotencyKey: 'w' })).userErrors).toEqual([]);
    expect(codeOf(await withdraw(api, 'shop-b5', consent.id))).toBe('CONSENT_ENDED');
  });

  it('by the marketplace, which says where it keeps the word', async () => {
    now += 1000;
    const { consent } = await grant(api, 'shop-b5', bank.id);
    const input = { consentId: consent.id, idempotencyKey: 'pw' };

    expect(codeOf(await consenting(api, 'PLATFORM', 'withdrawConsent', input))).toBe('PROOF_MISSING');
    const { consent: ended } = await consenting(api, 'PLATFORM', 'withdrawConsent', { ...input, proof: 'file/18' });
    expect(ended).toMatchObject({ status: 'WITHDRAWN', endedBy: 'PLATFORM' });
  });

  it('not once it has run out, and by no other buyer', async () => {
    now += 1000;
    const { consent } = await grant(api, 'shop-b5', bank.id, { until: iso(now + 1000) });
    const missing = globalId('Consent', '0199a1b2-0000-7000-8000-000000000001', '0199a1b2-0000-7000-8000-000000000001');

    expect(codeOf(await withdraw(api, 'shop-b0', consent.id))).toBe('CONSENT_NOT_FOUND');
    expect(codeOf(await withdraw(api, 'shop-b5', missing))).toBe('CONSENT_NOT_FOUND');
    now += 1000;
    expect(codeOf(await withdraw(api, 'shop-b5', consent.id))).toBe('CONSENT_ENDED');
  });
});

describe('consents are seen', () => {
  it('by the buyer and the house, page by page, and by nobody else', async () => {
    const all = await consentsOf('shop-b5', 'AUDITOR');
    const page = await api.ask(
      ['BUYER', 'buyer:shop-b5'],
      '{ buyer(externalId: "shop-b5") { consents(first: 2) { nodes { id } pageInfo { hasNextPage endCursor } } } }',
    );

    expect(all.map(({ status }: { status: string }) => status)).toEqual(['EXPIRED', 'WITHDRAWN', 'WITHDRAWN']);
    expect(page.data.buyer.consents).toMatchObject({
      nodes: all.slice(0, 2).map(({ id }: { id: string }) => ({ id })),
      pageInfo: { hasNextPage: true },
    });
    expect(await consentsOf('shop-b5', ['BUYER', 'buyer:shop-b0'])).toBeUndefined();
    const node = (asker: Asker) =>
      api.ask(asker, 'query ($id: ID!) { node(id: $id) { __typename } }', { id: all[0].id });
    expect((await node(['BUYER', 'buyer:shop-b5'])).data.node).toEqual({ __typename: 'Consent' });
    expect((await node(['BUYER', 'buyer:shop-b0'])).data.node).toBeNull();
    expect((await node('PARTNER')).data.node).toBeNull();
  });
});
