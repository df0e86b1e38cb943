import { describe, expect, it } from 'vitest';
import { reader } from '../../src/db/tx.ts';
import { globalId } from '../../src/kernel/global-id.ts';
import { readApiKey } from '../../src/partners/key-check.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { anEvent, daysAgo, eventsOf, NOW, takeEvents } from '../kit/events.ts';
import { aKey, bearer, callWith, createKey, mutate, revokeKey, rotateKey } from './kit.ts';

const db = aDatabase();
let now = NOW;
const api = anApi(db, { clock: () => now });
const DAY = 86_400_000;

const INGEST = 'mutation ($input: IngestEventsInput!) { ingestEvents(input: $input) { accepted userErrors { code } } }';
const anInput = (name: string) => ({
  input: { events: [anEvent('merchant.registered', daysAgo(2), { externalId: name })] },
});

describe('a new API key', () => {
  it('is shown whole once, and says who its holder is in either header', async () => {
    const { apiKey, secret, userErrors } = await createKey(api, { lifetimeDays: 30 });

    expect(userErrors).toEqual([]);
    expect(secret).toMatch(/^crd_live_[0-9a-f]{16}_[0-9a-f]{72}$/);
    expect(apiKey).toMatchObject({
      role: 'PLATFORM',
      partner: null,
      name: 'shop back end',
      scopes: ['events:write'],
      allowedAddresses: [],
      lifetimeDays: 30,
      note: 'a test',
      createdBy: 'ADMIN',
      createdAt: new Date(NOW).toISOString(),
      lastUsedAt: null,
      revokedAt: null,
      secrets: [{ prefix: secret.slice(0, 25), madeBy: 'ADMIN', expiresAt: new Date(NOW + 30 * DAY).toISOString() }],
    });
    for (const headers of [bearer(secret), { 'x-api-key': secret }])
      expect(await callWith(api, headers)).toMatchObject({
        status: 200,
        data: { viewer: { role: 'PLATFORM', scopes: ['events:write'], subject: null } },
      });
  });

  it('is kept as a hash only: nowhere in the database is the secret', async () => {
    const { secret } = await createKey(api);
    const { rows: tables } = await db.pool.query<{ name: string }>(
      "select quote_ident(tablename) as name from pg_tables where schemaname = 'public'",
    );
    const kept: string[] = [];
    for (const { name } of tables) {
      const { rows } = await db.pool.query('select to_jsonb(t)::text as row from ' + name + ' t');
      kept.push(...rows.map(({ row }) => String(row)));
    }
    const secretPart = secret.slice(26, 90);

    expect(kept.some((row) => row.includes(secret.slice(9, 25)))).toBe(true);
    expect(kept.filter((row) => row.includes(secretPart) || row.includes(btoa(secretPart)))).toEqual([]);
    expect(JSON.stringify(api.logged)).not.toContain(secretPart);
  });

  it('is made once: a repeat gets the same key without its secret, and a new one by rotating', async () => {
    const input = { idempotencyKey: aKey() };
    const [first, second] = await Promise.all([createKey(api, input), createKey(api, input)]);
    const repeated = await createKey(api, input);

    expect(second.apiKey.id).toBe(first.apiKey.id);
    expect([first.secret, second.secret].filter((secret) => secret !== null)).toHaveLength(1);
    expect(repeated).toMatchObject({ apiKey: { id: first.apiKey.id, secrets: [{}] }, secret: null, userErrors: [] });
    expect(await createKey(api, { ...input, name: 'other' })).toMatchObject({
      apiKey: null,
      secret: null,
      userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED' }],
    });
    const rotated = await rotateKey(api, first.apiKey.id);
    expect((await callWith(api, bearer(rotated.secret))).data.viewer.role).toBe('PLATFORM');
  });

  it.each([
    ['for nothing', { scopes: [] }, 'SCOPES_MISSING', 'scopes'],
    ['for what there is not', { scopes: ['events:write', 'all'] }, 'SCOPE_UNKNOWN', 'scopes'],
    ['without a name', { name: ' ' }, 'NAME_INVALID', 'name'],
    ['whose name has a line break', { name: 'a\nb' }, 'NAME_INVALID', 'name'],
    ['for no time', { lifetimeDays: 0 }, 'LIFETIME_OUT_OF_RANGE', 'lifetimeDays'],
    ['for ever', { lifetimeDays: 731 }, 'LIFETIME_OUT_OF_RANGE', 'lifetimeDays'],
    ['from nowhere', { allowedAddresses: ['10.0.0.0/33'] }, 'ADDRESS_INVALID', 'allowedAddresses'],
    ['from a name', { allowedAddresses: ['shop.example'] }, 'ADDRESS_INVALID', 'allowedAddresses'],
    [
      'from everywhere, one by one',
      { allowedAddresses: Array(51).fill('::1') },
      'TOO_MANY_ADDRESSES',
      'allowedAddresses',
    ],
    ['without a word', { note: '' }, 'NOTE_MISSING', 'note'],
    ['of a partner without one', { role: 'PARTNER', scopes: ['grades:read'] }, 'PARTNER_MISSING', 'partnerId'],
    [
      'of the house with one',
      { partnerId: globalId('Partner', '0199a1b2-0000-7000-8000-000000000001') },
      'PARTNER_UNEXPECTED',
      'partnerId',
    ],
    [
      'of a partner that there is not',
      {
        role: 'PARTNER',
        scopes: ['grades:read'],
        partnerId: globalId('Partner', '0199a1b2-0000-7000-8000-000000000001'),
      },
      'PARTNER_NOT_FOUND',
      'partnerId',
    ],
    ['of a partner that tells us what happened', { role: 'PARTNER' }, 'SCOPE_UNKNOWN', 'scopes'],
    ['of a partner that spends', { role: 'PARTNER', scopes: ['points:write'] }, 'SCOPE_UNKNOWN', 'scopes'],
  ])('%s is refused', async (_, input, code, field) => {
    const partnerId = 'role' in input && code === 'SCOPE_UNKNOWN' ? { partnerId: (await aPartner()).id } : {};
    expect(await createKey(api, { ...partnerId, ...input })).toMatchObject({
      apiKey: null,
      secret: null,
      userErrors: [{ code, field: [field] }],
    });
  });

  it('of a partner belongs to it, and is limited to what it may read', async () => {
    const partner = await aPartner();
    const scopes = ['ratings:read', 'grades:read'];
    const { apiKey, secret } = await createKey(api, { role: 'PARTNER', partnerId: partner.id, scopes });

    expect(apiKey).toMatchObject({ partner: { name: partner.name }, scopes: ['grades:read', 'ratings:read'] });
    expect((await callWith(api, bearer(secret))).data.viewer).toMatchObject({
      role: 'PARTNER',
      scopes: ['grades:read', 'ratings:read'],
    });
    expect((await callWith(api, bearer(secret), INGEST, anInput('no'))).code).toBe('FORBIDDEN');
    const actor = await readApiKey(reader(db.pool), secret, '::1', now);
    expect(globalId('Partner', actor.partnerId!)).toBe(partner.id);
  });

  it('brings events in only where it is good for that; a token of the role always does', async () => {
    const writing = await createKey(api);
    const reading = await createKey(api, { scopes: ['grades:read'] });

    expect((await callWith(api, bearer(writing.secret), INGEST, anInput('m-1'))).data.ingestEvents.accepted).toBe(1);
    expect(await callWith(api, bearer(reading.secret), INGEST, anInput('m-2'))).toMatchObject({
      code: 'SCOPE_MISSING',
    });
    expect((await api.ask('PLATFORM', INGEST, anInput('m-2'))).data.ingestEvents.accepted).toBe(1);
  });
});

describe('what only the house may read', () => {
  const READ = `query ($buyer: ID!, $order: ID!) { merchant(externalId: "m-of-o-read") { name orders { nodes { id } } }
    buyer: node(id: $buyer) { id } order: node(id: $order) { id } }`;
  const keyFor = async (...scopes: string[]) => bearer((await createKey(api, { scopes })).secret);

  it('is read by a key that is good for that, and found by no other', async () => {
    await takeEvents(db, eventsOf({ order: 'o-read', merchant: 'm-of-o-read', placed: 5, delivered: null }));
    const ids = await api.ask(
      'PLATFORM',
      '{ merchant(externalId: "m-of-o-read") { orders { nodes { id buyer { id } } } } }',
    );
    const [{ id, buyer }] = ids.data.merchant.orders.nodes;
    const read = async (...scopes: string[]) =>
      callWith(api, await keyFor(...scopes), READ, { buyer: buyer.id, order: id });
    const withIt = await read('house:read');
    const without = await read('events:write');

    expect(withIt).toMatchObject({
      code: null,
      data: { merchant: { orders: { nodes: [{ id }] } }, buyer, order: { id } },
    });
    expect(without.errors).toMatchObject([{ extensions: { code: 'SCOPE_MISSING' } }]);
    expect(without.errors![0]!.message).toContain('house:read');
    expect(await read('points:read')).toMatchObject({ code: 'SCOPE_MISSING', data: { buyer, order: null } });
    const ofNobody = READ.replace('orders { nodes { id } }', '');
    expect(
      (await callWith(api, await keyFor('events:write'), ofNobody, { buyer: buyer.id, order: id })).data,
    ).toMatchObject({ buyer: null, order: null });
  });

  it('is not needed to be told what became of what one did', async () => {
    const { data } = await api.ask('PLATFORM', '{ merchant(externalId: "m-of-o-read") { id } }');
    const STATE = `mutation ($input: StateQualificationInput!) { it: stateQualification(input: $input) {
      qualification { key status } userErrors { code } } }`;
    const input = {
      subjectId: data.merchant.id,
      key: 'food-licence',
      status: 'VALID',
      note: 'seen',
      idempotencyKey: aKey(),
    };

    expect((await callWith(api, await keyFor('events:write'), STATE, { input })).data.it).toMatchObject({
      userErrors: [],
    });
  });
});

describe('API keys', () => {
  it('are listed page by page, the last first', async () => {
    now += 100;
    const made: string[] = [];
    for (let i = 0; i < 3; i++, now++) made.unshift((await createKey(api)).apiKey.id);
    const LIST = 'query ($after: String) { apiKeys(first: 2, after: $after) { nodes { id } pageInfo { endCursor } } }';
    const first = (await api.ask('ADMIN', LIST)).data.apiKeys;
    const second = (await api.ask('ADMIN', LIST, { after: first.pageInfo.endCursor })).data.apiKeys;
    const ids = [...first.nodes, ...second.nodes].map(({ id }) => id);

    expect(ids).toHaveLength(4);
    expect(ids.slice(0, 3)).toEqual(made);
  });

  it('are for admins alone', async () => {
    const { apiKey, secret } = await createKey(api);
    for (const asker of ['PARTNER', 'PLATFORM', 'MODERATOR', 'AUDITOR', ['MERCHANT', 'merchant:m-1']] as const) {
      expect(await createKey(api, {}, asker)).toEqual({ code: 'FORBIDDEN' });
      expect(await rotateKey(api, apiKey.id, {}, asker)).toEqual({ code: 'FORBIDDEN' });
      expect(await revokeKey(api, apiKey.id, {}, asker)).toEqual({ code: 'FORBIDDEN' });
      expect((await api.ask(asker, '{ apiKeys { nodes { id } } }')).errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
      const node = 'query ($id: ID!) { node(id: $id) { id } }';
      expect((await api.ask(asker, node, { id: apiKey.id })).data).toEqual({ node: null });
    }
    expect((await callWith(api, bearer(secret), '{ apiKeys { nodes { id } } }')).code).toBe('FORBIDDEN');
  });
});

describe('a partner', () => {
  const create = (input: object, asker: Parameters<typeof mutate>[1] = 'ADMIN') =>
    mutate(api, asker, 'createPartner', 'partner { id name note createdBy createdAt }', input);

  it('is let in once, under a name that no other has', async () => {
    now += 10;
    const input = { name: ' Bank of Elsewhere ', idempotencyKey: aKey() };
    const { partner } = await create(input);

    expect(partner).toMatchObject({ name: 'Bank of Elsewhere', note: 'a test', createdBy: 'ADMIN' });
    expect((await create(input)).partner).toEqual(partner);
    expect(await create({ name: 'Bank of Elsewhere' })).toMatchObject({
      partner: null,
      userErrors: [{ code: 'PARTNER_EXISTS', field: ['name'] }],
    });
    for (const asker of ['ADMIN', 'PLATFORM'] as const) {
      const { data } = await api.ask(asker, '{ partners(first: 1) { nodes { id name } } }');
      expect(data.partners.nodes).toEqual([{ id: partner.id, name: partner.name }]);
    }
  });

  it('is let in by admins alone', async () => {
    for (const asker of ['PARTNER', 'PLATFORM', 'MODERATOR', 'AUDITOR'] as const)
      expect(await create({ name: 'x' }, asker)).toEqual({ code: 'FORBIDDEN' });
    expect(await create({ name: 'x', note: '' })).toMatchObject({ userErrors: [{ code: 'NOTE_MISSING' }] });
  });
});

let partners = 0;
async function aPartner(): Promise<{ id: string; name: string }> {
  const name = `partner ${partners++}`;
  return (await mutate(api, 'ADMIN', 'createPartner', 'partner { id name }', { name })).partner;
}
