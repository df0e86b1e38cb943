import { describe, expect, it } from 'vitest';
import { aDatabase } from '../kit/database.ts';
import { aKey, bearer, callWith, createKey } from '../partners/kit.ts';
import { createEndpoint, ENDPOINT, endpointsOn, FOR_PARTNERS, URL } from './kit.ts';

const db = aDatabase();
const { api, change, aPartner } = endpointsOn(db);

const CREATE = `mutation ($input: CreateWebhookEndpointInput!) { it: createWebhookEndpoint(input: $input) {
  secret endpoint { ${ENDPOINT} } userErrors { code field } } }`;
describe('createWebhookEndpoint', () => {
  it('makes an endpoint, and shows its secret', async () => {
    const made = await createEndpoint(api, {
      url: URL,
      description: ' ledger ',
      eventTypes: ['points.*', 'grade.changed'],
      subjectKinds: ['BUYER', 'MERCHANT'],
    });

    expect(made).toMatchObject({
      secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/),
      endpoint: {
        url: URL,
        description: 'ledger',
        subjectKinds: ['MERCHANT', 'BUYER'],
        purpose: null,
        partner: null,
        disabledAt: null,
        failures: 0,
      },
      userErrors: [],
    });
    expect(made.endpoint.eventTypes).toEqual(
      ['adjusted', 'deducted', 'earned', 'expired', 'forfeited', 'redeemed', 'reversed', 'vested']
        .map((each) => `points.${each}`)
        .concat('grade.changed')
        .toSorted(),
    );
    expect(made.endpoint.keys).toEqual([
      { publicKey: expect.stringMatching(/^whpk_/), madeBy: expect.any(String), endsAt: null },
    ]);
  });

  it('shows the secret once, however often it is sent', async () => {
    const input = { url: URL, idempotencyKey: aKey() };
    const answers = await Promise.all([1, 2, 3].map(() => createEndpoint(api, input)));

    expect(new Set(answers.map(({ endpoint }) => endpoint.id)).size).toBe(1);
    expect(answers.filter(({ secret }) => secret !== null)).toHaveLength(1);
    expect(await createEndpoint(api, { ...input, url: `${URL}/2` })).toMatchObject({
      userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED' }],
    });
  });

  it.each([
    ['http', { url: 'http://receiver.example/' }, 'URL_NOT_HTTPS', 'url'],
    ['a private address', { url: 'https://192.168.0.1/' }, 'URL_NOT_PUBLIC', 'url'],
    ['a name that leads to one', { url: 'https://private.example/' }, 'URL_NOT_PUBLIC', 'url'],
    ['no type', { eventTypes: [] }, 'EVENT_TYPES_MISSING', 'eventTypes'],
    ['a type that there is not', { eventTypes: ['grade.*', 'nonsense.*'] }, 'EVENT_TYPE_UNKNOWN', 'eventTypes'],
    ['no kind', { subjectKinds: [] }, 'SUBJECT_KINDS_MISSING', 'subjectKinds'],
    ['a kind that nothing happens to', { subjectKinds: ['CARRIER'] }, 'SUBJECT_KIND_NOT_TOLD', 'subjectKinds'],
    ['too long a description', { description: 'x'.repeat(201) }, 'DESCRIPTION_INVALID', 'description'],
    ['no idempotency key', { idempotencyKey: '' }, 'IDEMPOTENCY_KEY_INVALID', 'idempotencyKey'],
  ])('refuses %s', async (_, input, code, field) => {
    expect(await createEndpoint(api, { url: URL, ...input })).toEqual({
      endpoint: null,
      secret: null,
      userErrors: [{ code, field: [field] }],
    });
  });

  it('wants staff to say why', async () => {
    expect(await createEndpoint(api, { url: URL, note: null }, 'ADMIN')).toMatchObject({
      userErrors: [{ code: 'NOTE_MISSING' }],
    });
    expect(await createEndpoint(api, { url: URL }, 'ADMIN')).toMatchObject({ userErrors: [] });
  });

  it('is not for shoppers, merchants, buyers and other staff', async () => {
    expect(await createEndpoint(api, { url: URL }, null)).toEqual({ code: 'UNAUTHENTICATED' });
    for (const asker of ['MODERATOR', 'AUDITOR', ['MERCHANT', 'merchant:m'], ['BUYER', 'buyer:b']] as const)
      expect(await createEndpoint(api, { url: URL }, asker)).toEqual({ code: 'FORBIDDEN' });
  });

  it('is refused to a partner without the scope or the purpose', async () => {
    const without = await aPartner(['grades:history']);
    expect(await without.ask(CREATE, FOR_PARTNERS)).toMatchObject({ code: 'SCOPE_MISSING' });
    const { headers } = await aPartner();
    const input = { ...FOR_PARTNERS, idempotencyKey: aKey() };
    const unsaid = await callWith(api, { authorization: headers.authorization }, CREATE, { input });
    expect(unsaid.data.it.userErrors).toMatchObject([{ code: 'PURPOSE_MISSING' }]);
  });

  it('is refused to a partner for what partners are not told', async () => {
    const { ask } = await aPartner();
    const codeFor = async (input: object) =>
      (await ask(CREATE, { ...FOR_PARTNERS, ...input })).data.it.userErrors[0]?.code;

    expect(await codeFor({ eventTypes: ['suspicion.opened'] })).toBe('EVENT_TYPE_NOT_FOR_PARTNERS');
    expect(await codeFor({ eventTypes: ['points.*'] })).toBe('EVENT_TYPE_NOT_FOR_PARTNERS');
    expect(await codeFor({ subjectKinds: ['BUYER'] })).toBe('SUBJECT_KIND_FORBIDDEN');
    expect(await codeFor({})).toBeUndefined();
  });

  it('is refused to a partner for what none of its keys would have sent, with a key or with a token alone', async () => {
    const { ask, id } = await aPartner();
    const [without, told] = await Promise.all(
      [['review.voided'], ['grade.*']].map(async (eventTypes) => ask(CREATE, { ...FOR_PARTNERS, eventTypes })),
    );
    expect(without!.data.it.userErrors).toEqual([{ code: 'SCOPE_MISSING', field: ['eventTypes'] }]);
    expect(told!.data.it.userErrors).toEqual([]);
    const more = { endpointId: told!.data.it.endpoint.id, eventTypes: ['sanction.lifted'] };
    const update =
      'mutation ($input: UpdateWebhookEndpointInput!) { it: updateWebhookEndpoint(input: $input) { userErrors { code } } }';
    expect((await ask(update, more)).data.it.userErrors).toEqual([{ code: 'SCOPE_MISSING' }]);

    await createKey(api, { role: 'PARTNER', partnerId: id, scopes: ['reviews:read'] });
    const { data } = await ask(CREATE, { ...FOR_PARTNERS, eventTypes: ['review.*'] });
    expect(data.it.endpoint.eventTypes).toEqual(['review.restored', 'review.voided']);
  });

  it('makes twenty of an owner, and no more', async () => {
    const { ask } = await aPartner();
    const answers = await Promise.all(Array.from({ length: 25 }, () => ask(CREATE, FOR_PARTNERS)));
    const codes = answers.map(({ data }) => data.it.userErrors[0]?.code ?? 'OK');

    expect(codes.filter((code) => code === 'OK')).toHaveLength(20);
    expect(codes.filter((code) => code === 'TOO_MANY_ENDPOINTS')).toHaveLength(5);
  });
});

describe('an endpoint of a partner', () => {
  it('is found by that partner alone, by any of its keys, and by staff', async () => {
    const [owner, stranger] = [await aPartner(), await aPartner()];
    const { endpoint } = (await owner.ask(CREATE, FOR_PARTNERS)).data.it;
    const id = endpoint.id as string;
    const QUERY = '{ webhookEndpoints(first: 100) { nodes { id } } }';
    const idsFor = async (headers: Record<string, string>) =>
      (await callWith(api, headers, QUERY)).data.webhookEndpoints.nodes.map((each: { id: string }) => each.id);

    expect(endpoint).toMatchObject({ purpose: 'DISPLAY', partner: { name: expect.stringContaining('Lender') } });
    expect(await idsFor(owner.headers)).toEqual([id]);
    const second = await createKey(api, { role: 'PARTNER', partnerId: owner.id, scopes: ['webhooks:write'] });
    expect(await idsFor(bearer(second.secret))).toEqual([id]);
    expect(await idsFor(stranger.headers)).toEqual([]);
    for (const [asker, isFound] of [
      ['ADMIN', true],
      ['AUDITOR', true],
      ['PLATFORM', false],
    ] as const) {
      const { nodes } = (await api.ask(asker, QUERY)).data.webhookEndpoints;
      expect(nodes.some((each: { id: string }) => each.id === id)).toBe(isFound);
    }
    const NODE = `{ node(id: "${id}") { id } webhookEndpoint(id: "${id}") { id } }`;
    expect((await callWith(api, owner.headers, NODE)).data).toEqual({ node: { id }, webhookEndpoint: { id } });
    expect((await callWith(api, stranger.headers, NODE)).data).toEqual({ node: null, webhookEndpoint: null });
  });

  it.each([
    ['updateWebhookEndpoint', 'endpoint { id }', { url: 'https://evil.example/' }],
    ['rotateWebhookSecret', 'secret endpoint { id }', {}],
    ['replayWebhookDeliveries', 'replayed', { from: '2026-01-01T00:00:00Z' }],
    ['sendTestEvent', 'delivery { id }', {}],
    ['closeWebhookEndpoint', 'endpointId', {}],
  ])('is not there for others: %s', async (name, fields, input) => {
    const [owner, stranger] = [await aPartner(), await aPartner()];
    const endpointId = (await owner.ask(CREATE, FOR_PARTNERS)).data.it.endpoint.id;
    const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
    const query = `mutation ($input: ${type}!) { it: ${name}(input: $input) { ${fields} userErrors { code } } }`;
    const asked = { endpointId, ...input };

    expect((await stranger.ask(query, asked)).data.it.userErrors).toEqual([{ code: 'WEBHOOK_ENDPOINT_NOT_FOUND' }]);
    expect(await change(name, fields, asked)).toMatchObject({ userErrors: [{ code: 'WEBHOOK_ENDPOINT_NOT_FOUND' }] });
    expect((await owner.ask(query, asked)).data.it.userErrors).toEqual([]);
  });
});
