import { describe, expect, it } from 'vitest';
import { globalId, idsOf } from '../../src/kernel/global-id.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { eventually } from '../kit/eventually.ts';
import { anInstallation } from '../kit/installation.ts';
import { aKey, bearer, callWith, createKey, mutate } from '../partners/kit.ts';
import {
  aBuyer,
  aMerchant,
  aReceiver,
  createEndpoint,
  delivers,
  ENDPOINT,
  endpointOf,
  gradeNote,
  noted,
  scoresOf,
  type Hook,
} from './kit.ts';

const db = aDatabase({ poolSize: 20 });
const installation = anInstallation();
const api = anApi(db, { installation });
const aHook = aReceiver();
delivers(db, installation);

const CREATE = `mutation ($input: CreateWebhookEndpointInput!) { it: createWebhookEndpoint(input: $input) {
  endpoint { ${ENDPOINT} } userErrors { code } } }`;

const TYPES = ['grade.changed', 'review.voided', 'sanction.imposed', 'sanction.lifted'];
const SCOPES = ['webhooks:write', 'grades:history', 'grades:read', 'reviews:read'];
const TERMS = {
  subjectKinds: ['MERCHANT', 'BUYER', 'PRODUCT'],
  purposes: ['DISPLAY', 'ONBOARDING'],
  pullsPerDay: 1000,
  burst: 1000,
};
let partners = 0;

/** A partner that asked to be told all that partners may be told, at an address of its own, and has a key of these scopes left. */
async function aPartner({ scopes = SCOPES, terms = {} }: { scopes?: string[]; terms?: object } = {}) {
  const named = { name: `Bank ${partners++}`, terms: { ...TERMS, ...terms } };
  const { partner } = await mutate(api, 'ADMIN', 'createPartner', 'partner { id }', named);
  const keyWith = (given: string[]) => createKey(api, { role: 'PARTNER', partnerId: partner.id, scopes: given });
  const { secret, apiKey } = await keyWith(SCOPES);
  const hook = aHook();
  const input = { url: hook.url, eventTypes: TYPES, subjectKinds: TERMS.subjectKinds, idempotencyKey: aKey() };
  const { data } = await callWith(api, { ...bearer(secret), 'credence-purpose': 'DISPLAY' }, CREATE, { input });
  const its = { id: data.it.endpoint.id as string, partnerId: partner.id };
  if (scopes === SCOPES) return Object.assign(hook, { ...its, keyId: apiKey.id });
  const narrower = await keyWith(scopes);
  await mutate(api, 'ADMIN', 'revokeApiKey', 'apiKey { id }', { apiKeyId: apiKey.id });
  return Object.assign(hook, { ...its, keyId: narrower.apiKey.id });
}

/** An endpoint of the marketplace: when it was told of the last thing, the others were told of all before it or never will be. */
const aWitness = async () => {
  const hook = aHook();
  await createEndpoint(api, { url: hook.url, eventTypes: [...TYPES, 'points.*'], subjectKinds: TERMS.subjectKinds });
  return hook;
};

const sanction = (subjectId: string, kind: string, subjectKind = 'MERCHANT') => ({
  subjectId,
  kind: 'sanction.imposed',
  payload: { sanctionId: subjectId, subjectKind, subjectId, kind, ground: 'FAKE', points: 5, endsAt: null },
});
const voided = (merchantId: string, authorId: string) => ({
  subjectId: merchantId,
  kind: 'review.voided',
  payload: { merchantId, reviewId: merchantId, authorId, productId: null, ground: 'SPAM', penaltyId: null },
});

const settled = (id: string, count: number) =>
  eventually(async () => {
    const { deliveries } = await endpointOf(api, id);
    return deliveries.length === count && deliveries.every(({ status }: { status: string }) => status !== 'PENDING');
  });

describe('a partner', () => {
  it('is told of shops and their goods what its scopes allow, and of measures what the public may know', async () => {
    const [all, gradesOnly] = [await aPartner(), await aPartner({ scopes: ['webhooks:write', 'grades:history'] })];
    const witness = await aWitness();
    const [merchant, buyer] = [await aMerchant(db), await aBuyer(db)];
    await noted(
      db,
      sanction(merchant, 'WARNING'),
      sanction(buyer, 'SUSPENSION', 'BUYER'),
      gradeNote(buyer, 1, 'BUYER'),
    );
    await noted(db, sanction(merchant, 'SUSPENSION'), voided(merchant, buyer), gradeNote(merchant, 2));
    await eventually(() => witness.received.length === 6);
    await settled(all.id, 3);
    await settled(gradesOnly.id, 1);

    expect(all.received.map(({ json }) => json.type)).toEqual(['sanction.imposed', 'review.voided', 'grade.changed']);
    expect(all.received[0]!.json.data).toMatchObject({ kind: 'SUSPENSION', subject: { kind: 'MERCHANT' } });
    expect(gradesOnly.received.map(({ json }) => json.type)).toEqual(['grade.changed']);
    const withheld = (id: string) => endpointOf(api, id).then(({ withheldEventTypes }) => withheldEventTypes);
    expect(await withheld(gradesOnly.id)).toEqual(TYPES.filter((type) => type !== 'grade.changed'));
    expect(await withheld(all.id)).toEqual([]);
    expect(JSON.stringify(all.received)).not.toContain(buyer); // not even who wrote the review
    // Of subjects that are sent side by side, either may come first.
    const changeIn = ({ received }: Hook) =>
      received.find(({ json }) => json.type === 'grade.changed' && json.data.subject.kind === 'MERCHANT')!.json.data;
    expect(changeIn(all)).not.toHaveProperty('reasons');
    expect(changeIn(witness)).toEqual({ ...changeIn(all), reasons: ['LATE'] }); // why is for the house to know
  });

  it('is told of a buyer with its consent, and no longer once that is withdrawn', async () => {
    const [partner, other] = [await aPartner(), await aPartner()];
    const witness = await aWitness();
    const buyer = await aBuyer(db);
    const consent = { buyerId: globalId('Buyer', buyer), partnerId: partner.partnerId, proof: 'signed' };
    const grant = (purpose: string) =>
      mutate(api, 'PLATFORM', 'grantConsent', 'consent { id }', { ...consent, purpose, note: undefined });
    await noted(db, gradeNote(buyer, 1, 'BUYER'));
    await eventually(() => witness.received.length === 1);
    expect(await grant('ONBOARDING')).toMatchObject({ userErrors: [] });
    await noted(db, gradeNote(buyer, 2, 'BUYER'));
    await eventually(() => witness.received.length === 2);
    const { consent: granted } = await grant('DISPLAY');
    await noted(db, gradeNote(buyer, 3, 'BUYER'));
    await settled(partner.id, 1);
    const ended = { consentId: granted.id, proof: 'letter', note: undefined };
    expect(await mutate(api, 'PLATFORM', 'withdrawConsent', 'consent { id }', ended)).toMatchObject({ userErrors: [] });
    await noted(db, gradeNote(buyer, 4, 'BUYER'));
    await eventually(() => witness.received.length === 4);

    expect(scoresOf(partner)).toEqual([3]);
    expect(other.received).toEqual([]);
  });

  it('is asked about again when it is sent: what it may not know by then is withheld', async () => {
    const [partner, witness, merchant] = [await aPartner(), await aWitness(), await aMerchant(db)];
    partner.answers = (_, response) => void response.writeHead(500).end();
    await noted(db, gradeNote(merchant, 1), gradeNote(merchant, 2));
    await eventually(() => partner.received.length > 0);
    const sent = partner.received.length;
    await mutate(api, 'ADMIN', 'revokeApiKey', 'apiKey { id }', { apiKeyId: partner.keyId });
    await settled(partner.id, 2);
    await noted(db, gradeNote(merchant, 3));
    await eventually(() => witness.received.length === 3); // or those who come later would be told, too
    const { deliveries, withheldEventTypes } = await endpointOf(api, partner.id);

    expect(withheldEventTypes).toEqual(TYPES);
    expect(deliveries).toMatchObject([{ status: 'WITHHELD', error: 'NOT_ALLOWED' }, { status: 'WITHHELD' }]);
    expect(partner.received.length - sent).toBeLessThanOrEqual(1); // one may have been on its way
    expect(new Set(scoresOf(partner))).toEqual(new Set([1]));
  });

  it('has what it is told of grades written down, and counted once however often it is tried', async () => {
    const partner = await aPartner({ terms: { pullsPerDay: 2, burst: 2 } });
    const [merchant, other] = [await aMerchant(db), await aMerchant(db)];
    let answers = 0;
    partner.answers = (_, response) => void response.writeHead(++answers < 3 ? 503 : 204).end();
    await noted(db, gradeNote(merchant, 1), gradeNote(merchant, 2));
    await settled(partner.id, 2);
    await noted(db, gradeNote(other, 3));
    await eventually(async () => (await endpointOf(api, partner.id)).deliveries[0].error === 'QUOTA_EXHAUSTED');
    const inquiries = await db.pool.query(
      'select operation, purpose, taken from grade_inquiry where subject_id = $1 and partner_id = $2',
      [merchant, idsOf('Partner', partner.partnerId)[0]],
    );

    const written = { operation: 'webhook', purpose: 'DISPLAY', taken: ['CHANGE'] };

    expect(inquiries.rows).toEqual([written, written]);
    expect(partner.received.filter(({ json }) => json.data.after.score === 3)).toEqual([]);
    expect((await endpointOf(api, partner.id)).deliveries[0]).toMatchObject({ status: 'PENDING', attempts: 0 });
  });
});
