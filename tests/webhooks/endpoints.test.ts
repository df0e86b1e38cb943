import { describe, expect, it } from 'vitest';
import { idsOf } from '../../src/kernel/global-id.ts';
import { anApi, type Asker } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { anInstallation } from '../kit/installation.ts';
import { aKey, bearer, callWith, createKey, mutate } from '../partners/kit.ts';
import { ENDPOINT, createEndpoint } from './kit.ts';

const db = aDatabase();
const NAMES: Record<string, string[]> = { 'private.example': ['10.0.0.1'] };
const base = anInstallation();
const webhooks = { ...base.webhooks, resolve: async (name: string) => NAMES[name] ?? ['8.8.8.8'] };
const api = anApi(db, { installation: { ...base, webhooks } });
const URL = 'https://receiver.example/hook';

const change = (name: string, fields: string, input: object, asker: Asker = 'PLATFORM') =>
  mutate(api, asker, name, fields, input);
const aMade = async (input: object = {}, asker: Asker = 'PLATFORM') =>
  (await createEndpoint(api, { url: URL, ...input }, asker)) as { secret: string; endpoint: { id: string } };

const CREATE = `mutation ($input: CreateWebhookEndpointInput!) { it: createWebhookEndpoint(input: $input) {
  secret endpoint { ${ENDPOINT} } userErrors { code field } } }`;
let partners = 0;
/** A partner by one of its keys. */
async function aPartner(scopes = ['webhooks:write', 'grades:history'], terms: object = {}) {
  const { partner } = await change(
    'createPartner',
    'partner { id }',
    { name: `Lender ${partners++}`, ...terms },
    'ADMIN',
  );
  const { secret, apiKey } = await createKey(api, { role: 'PARTNER', partnerId: partner.id, scopes });
  const headers = { ...bearer(secret), 'credence-purpose': 'DISPLAY' };
  const ask = (query: string, input: object) =>
    callWith(api, headers, query, { input: { idempotencyKey: aKey(), ...input } });
  return { id: partner.id as string, keyId: apiKey.id as string, headers, ask };
}

const FOR_PARTNERS = { url: URL, eventTypes: ['grade.changed'], subjectKinds: ['MERCHANT'] };

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
    expect(data.it.endpoint.eventTypes).toEqual(['review.voided']);
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

describe('updateWebhookEndpoint', () => {
  it('changes what is given, and leaves the rest', async () => {
    const { endpoint } = await aMade({ description: 'first' });
    const update = (input: object) =>
      change('updateWebhookEndpoint', `endpoint { ${ENDPOINT} }`, { endpointId: endpoint.id, ...input });

    expect(await update({ url: 'https://other.example/' })).toMatchObject({
      endpoint: { url: 'https://other.example/', description: 'first', eventTypes: ['grade.changed'] },
    });
    expect(await update({ eventTypes: ['appeal.*'], subjectKinds: ['BUYER'], description: '' })).toMatchObject({
      endpoint: { eventTypes: ['appeal.decided', 'appeal.filed'], subjectKinds: ['BUYER'], description: '' },
    });
    expect(await update({ url: 'https://private.example/' })).toMatchObject({
      userErrors: [{ code: 'URL_NOT_PUBLIC' }],
    });
    expect(await update({ isEnabled: false })).toMatchObject({
      endpoint: { disabledAt: expect.any(String), disabledReason: 'BY_OWNER' },
    });
    expect(await update({ isEnabled: true })).toMatchObject({ endpoint: { disabledAt: null, disabledReason: null } });
  });

  it('is done once for its key', async () => {
    const { endpoint } = await aMade();
    const input = { endpointId: endpoint.id, isEnabled: false, idempotencyKey: aKey() };
    await change('updateWebhookEndpoint', 'endpoint { id }', input);
    await change('updateWebhookEndpoint', 'endpoint { id }', { endpointId: endpoint.id, isEnabled: true });

    expect(await change('updateWebhookEndpoint', 'endpoint { disabledAt }', input)).toMatchObject({
      endpoint: { disabledAt: null },
    });
  });
});

describe('closeWebhookEndpoint', () => {
  it('ends an endpoint, and its secrets with it', async () => {
    const { endpoint } = await aMade();
    const input = { endpointId: endpoint.id, idempotencyKey: aKey() };

    expect(await change('closeWebhookEndpoint', 'endpointId', input)).toEqual({
      endpointId: endpoint.id,
      userErrors: [],
    });
    expect(await change('closeWebhookEndpoint', 'endpointId', input)).toEqual({
      endpointId: endpoint.id,
      userErrors: [],
    });
    expect(await change('closeWebhookEndpoint', 'endpointId', { endpointId: endpoint.id })).toMatchObject({
      userErrors: [{ code: 'WEBHOOK_ENDPOINT_NOT_FOUND' }],
    });
    expect(
      (await api.ask('ADMIN', `{ webhookEndpoint(id: "${endpoint.id}") { id } }`)).data.webhookEndpoint,
    ).toBeNull();
    const [id] = idsOf('WebhookEndpoint', endpoint.id);
    const { rowCount } = await db.pool.query('select from webhook_secret where endpoint_id = $1', [id]);
    expect(rowCount).toBe(0);
  });
});

describe('rotateWebhookSecret', () => {
  const rotate = (endpointId: string, overlapHours: number, rest: object = {}) =>
    change('rotateWebhookSecret', 'secret endpoint { keys { publicKey endsAt } }', {
      endpointId,
      overlapHours,
      ...rest,
    });

  it('has the old one sign beside the new one, until it ends', async () => {
    const { endpoint, secret } = await aMade();
    const once = await rotate(endpoint.id, 24);

    expect(once.secret).not.toBe(secret);
    expect(once.endpoint.keys).toMatchObject([{ endsAt: null }, { endsAt: expect.any(String) }]);
    const twice = await rotate(endpoint.id, 24);
    expect(twice.endpoint.keys).toHaveLength(2); // never more
    expect(twice.endpoint.keys[1].publicKey).toBe(once.endpoint.keys[0].publicKey);
    expect((await rotate(endpoint.id, 0)).endpoint.keys).toHaveLength(1);
  });

  it('shows the new one once, and refuses an overlap without end', async () => {
    const { endpoint } = await aMade();
    const idempotencyKey = aKey();

    expect(await rotate(endpoint.id, 1, { idempotencyKey })).toMatchObject({ secret: expect.any(String) });
    expect(await rotate(endpoint.id, 1, { idempotencyKey })).toMatchObject({ secret: null, userErrors: [] });
    expect(await rotate(endpoint.id, 721)).toMatchObject({ userErrors: [{ code: 'OVERLAP_OUT_OF_RANGE' }] });
  });
});

describe('the secret of an endpoint', () => {
  it('stands nowhere: in no log, no audit log, no answer that is kept, and sealed in its own row', async () => {
    const made = await createEndpoint(api, { url: URL }, 'ADMIN');
    const rotated = await change('rotateWebhookSecret', 'secret', { endpointId: made.endpoint.id }, 'ADMIN');
    const { rows: tables } = await db.pool.query<{ name: string }>(
      `select quote_ident(tablename) as name from pg_tables where schemaname = 'public'`,
    );
    const stored = await Promise.all(
      tables.map(
        async ({ name }) => (await db.pool.query(`select t::text as row from ${name} t`)).rows as { row: string }[],
      ),
    );
    const everything = [...stored.flat().map(({ row }) => row), ...api.logged.map((line) => JSON.stringify(line))];

    for (const secret of [made.secret, rotated.secret] as string[]) {
      const bytes = Buffer.from(secret.replace('whsec_', ''), 'base64');
      for (const form of [secret, secret.slice(6), bytes.toString('hex'), bytes.toString('base64url')])
        expect(everything.filter((row) => row.includes(form))).toEqual([]);
    }
    expect(everything.filter((row) => row.includes('rotateWebhookSecret')).length).toBeGreaterThan(0); // it is entered
  });
});
