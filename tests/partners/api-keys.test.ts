import { describe, expect, it } from 'vitest';
import { reader } from '../../src/db/tx.ts';
import { globalId } from '../../src/kernel/global-id.ts';
import { readApiKey } from '../../src/partners/key-check.ts';
import { newSecret } from '../../src/partners/key-text.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { anEvent, daysAgo, NOW } from '../kit/events.ts';
import { aKey, API_KEY, bearer, callWith, createKey, mutate } from './kit.ts';

const db = aDatabase();
let now = NOW;
const api = anApi(db, { clock: () => now });
const behindProxy = anApi(db, { clock: () => now, trustedProxies: ['127.0.0.0/8', '::1'] });
const DAY = 86_400_000;

const INGEST = 'mutation ($input: IngestEventsInput!) { ingestEvents(input: $input) { accepted userErrors { code } } }';
const anInput = (name: string) => ({
  input: { events: [anEvent('merchant.registered', daysAgo(2), { externalId: name })] },
});
const rotate = (apiKeyId: string, more: object = {}, asker: Parameters<typeof mutate>[1] = 'ADMIN') =>
  mutate(api, asker, 'rotateApiKey', `secret ${API_KEY}`, { apiKeyId, ...more });
const revoke = (apiKeyId: string, more: object = {}, asker: Parameters<typeof mutate>[1] = 'ADMIN') =>
  mutate(api, asker, 'revokeApiKey', API_KEY, { apiKeyId, ...more });

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
    const rotated = await rotate(first.apiKey.id);
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

describe('an API key in use', () => {
  it('tells when it was last used, and does not write at every call', async () => {
    const { apiKey, secret } = await createKey(api);
    const lastUse = async () => {
      const { data } = await api.ask('ADMIN', 'query ($id: ID!) { node(id: $id) { ... on ApiKey { lastUsedAt } } }', {
        id: apiKey.id,
      });
      return Date.parse(data.node.lastUsedAt) - NOW;
    };
    await callWith(api, bearer(secret));
    expect(await lastUse()).toBe(0);
    now += 299_000;
    await callWith(api, bearer(secret));
    expect(await lastUse()).toBe(0);
    now += 1_000;
    await callWith(api, bearer(secret));
    expect(await lastUse()).toBe(300_000);
    now = NOW;
  });

  it('ends when its time is over', async () => {
    const { secret } = await createKey(api, { lifetimeDays: 1 });
    now += DAY - 1;
    expect((await callWith(api, bearer(secret))).status).toBe(200);
    now += 1;
    expect(await callWith(api, bearer(secret))).toMatchObject({ status: 401, code: 'API_KEY_EXPIRED' });
    now = NOW;
  });

  it('works from the addresses that it is for, and from no other', async () => {
    const here = await createKey(api, { allowedAddresses: ['192.0.2.7', '127.0.0.0/8', '2001:db8::/32'] });
    const elsewhere = await createKey(api, { allowedAddresses: ['192.0.2.0/24'] });

    expect((await callWith(api, bearer(here.secret))).status).toBe(200);
    const refused = await callWith(api, { ...bearer(elsewhere.secret), 'x-forwarded-for': '192.0.2.1' });
    expect(refused).toMatchObject({ status: 403, code: 'ADDRESS_NOT_ALLOWED' });
  });

  it('behind a proxy that is trusted comes from where the proxy says', async () => {
    const { secret } = await createKey(api, { allowedAddresses: ['192.0.2.0/24'] });
    const from = (ip: string) => callWith(behindProxy, { ...bearer(secret), 'x-forwarded-for': ip });

    expect((await from('192.0.2.1')).status).toBe(200);
    expect((await from('::ffff:192.0.2.1')).status).toBe(200);
    for (const ip of ['198.51.100.1', '192.0.2.1, 198.51.100.1', 'nonsense', '2001:db8::1'])
      expect([ip, (await from(ip)).code]).toEqual([ip, 'ADDRESS_NOT_ALLOWED']);
  });

  it('goes by its hash and by nothing else', async () => {
    const { secret } = await createKey(api);
    const { publicId, hash } = newSecret();
    const own = secret.slice(9, 25);
    const setHash = (to: Buffer) =>
      db.pool.query('update api_key_secret set hash = $2 where public_id = $1', [own, to]);
    const { rows } = await db.pool.query('select hash from api_key_secret where public_id = $1', [own]);

    await setHash(hash);
    expect((await callWith(api, bearer(secret))).code).toBe('UNAUTHENTICATED');
    await setHash(Buffer.alloc(32));
    expect((await callWith(api, bearer(secret))).code).toBe('UNAUTHENTICATED');
    await setHash(rows[0].hash);
    expect((await callWith(api, bearer(secret))).status).toBe(200);
    expect(publicId).not.toBe(own);
  });

  it.each<[string, (good: string) => Record<string, string>]>([
    ['that was never made', () => bearer(newSecret().text)],
    ['with another secret', (good) => bearer(good.slice(0, 26) + newSecret().text.slice(26))],
    ['with a slip in it', (good) => bearer(good.slice(0, 40) + (good[40] === 'a' ? 'b' : 'a') + good.slice(41))],
    ['that is cut short', (good) => bearer(good.slice(0, -1))],
    ['that goes on', (good) => bearer(`${good}0`)],
    ['in capitals', (good) => bearer(good.toUpperCase().replace('CRD_LIVE', 'crd_live'))],
    ['without its secret', (good) => bearer(good.slice(0, 25))],
    ['that is only its beginning', () => bearer('crd_')],
    ['that is huge', () => ({ 'x-api-key': `crd_live_${'0'.repeat(6000)}` })],
    ['that is a JWT in the wrong header', () => ({ 'x-api-key': 'a.b.c' })],
    ['that is empty', () => ({ 'x-api-key': '' })],
    ['that comes twice', (good) => ({ 'x-api-key': `${good}, ${good}` })],
    ['with SQL in it', () => ({ 'x-api-key': "crd_live_' or 1=1 --" })],
  ])('is refused: one %s', async (_, headers) => {
    const { secret } = await createKey(api);

    expect(await callWith(api, headers(secret))).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
  });

  it('does not come with a token: who would be calling?', async () => {
    const { secret } = await createKey(api);
    const headers = { ...bearer(await api.tokenFor('ADMIN')), 'x-api-key': secret };

    expect(await callWith(api, headers)).toMatchObject({ status: 401, code: 'CREDENTIALS_AMBIGUOUS' });
  });
});

describe('a rotated API key', () => {
  it('has a new secret, and the old one goes on for the overlap', async () => {
    const old = await createKey(api);
    const fresh = await rotate(old.apiKey.id, { overlapHours: 2 });

    expect(fresh.apiKey).toMatchObject({ id: old.apiKey.id, secrets: [{ note: 'a test' }, { note: 'a test' }] });
    expect((await callWith(api, bearer(old.secret))).status).toBe(200);
    expect((await callWith(api, bearer(fresh.secret))).status).toBe(200);
    now += 2 * 3_600_000;
    expect((await callWith(api, bearer(old.secret))).code).toBe('API_KEY_EXPIRED');
    expect((await callWith(api, bearer(fresh.secret))).status).toBe(200);
    now = NOW;
  });

  it('has no more than two that are good, and without an overlap one', async () => {
    const first = await createKey(api);
    const id = first.apiKey.id;
    const second = await rotate(id);
    const third = await rotate(id);
    const good = async () => {
      const answers = await Promise.all([first, second, third].map(({ secret }) => callWith(api, bearer(secret))));
      return answers.map(({ status }) => status);
    };

    expect(await good()).toEqual([401, 200, 200]);
    const last = await rotate(id, { overlapHours: 0 });
    expect(await good()).toEqual([401, 401, 401]);
    expect((await callWith(api, bearer(last.secret))).status).toBe(200);
  });

  it('never lives longer for having been rotated', async () => {
    const { apiKey, secret } = await createKey(api, { lifetimeDays: 1 });
    await rotate(apiKey.id, { overlapHours: 720 });
    now += DAY;
    expect((await callWith(api, bearer(secret))).code).toBe('API_KEY_EXPIRED');
    now = NOW;
  });

  it('keeps its name in the record, so that what was done once stays done once', async () => {
    const { apiKey, secret } = await createKey(api);
    const fresh = await rotate(apiKey.id);
    const names = [secret, fresh.secret].map(async (key) => (await readApiKey(reader(db.pool), key, '::1', now)).name);

    expect(await Promise.all(names)).toEqual(Array(2).fill(expect.stringMatching(/^PLATFORM#[0-9a-f-]{36}$/)));
    expect(await names[0]).toBe(await names[1]);
  });

  it('is rotated once, however often that is sent', async () => {
    const { apiKey } = await createKey(api);
    const input = { idempotencyKey: aKey() };
    const first = await rotate(apiKey.id, input);
    const repeated = await rotate(apiKey.id, input);

    expect(first.secret).not.toBeNull();
    expect(repeated).toMatchObject({ secret: null, userErrors: [], apiKey: { secrets: [{}, {}] } });
    expect(repeated.apiKey.secrets).toHaveLength(2);
  });

  it.each([
    ['by an overlap of a month and an hour', { overlapHours: 721 }, 'OVERLAP_OUT_OF_RANGE'],
    ['by one that is negative', { overlapHours: -1 }, 'OVERLAP_OUT_OF_RANGE'],
    ['without a word', { note: '' }, 'NOTE_MISSING'],
    ['if there is none', { apiKeyId: globalId('ApiKey', '0199a1b2-0000-7000-8000-000000000001') }, 'API_KEY_NOT_FOUND'],
    [
      'if it is something else',
      { apiKeyId: globalId('Buyer', '0199a1b2-0000-7000-8000-000000000001') },
      'ID_OF_ANOTHER_TYPE',
    ],
  ])('is refused %s', async (_, more, code) => {
    const { apiKey } = await createKey(api);

    expect(await rotate(apiKey.id, more)).toMatchObject({ apiKey: null, secret: null, userErrors: [{ code }] });
  });
});

describe('a revoked API key', () => {
  it('ends at once with all of its secrets, says why, and is not rotated', async () => {
    const old = await createKey(api);
    const fresh = await rotate(old.apiKey.id);
    const revoked = await revoke(old.apiKey.id, { note: 'it leaked' });

    expect(revoked.apiKey).toMatchObject({ revokedBy: 'ADMIN', revokeNote: 'it leaked' });
    for (const { secret } of [old, fresh])
      expect(await callWith(api, bearer(secret))).toMatchObject({ status: 401, code: 'API_KEY_REVOKED' });
    expect(await rotate(old.apiKey.id)).toMatchObject({ secret: null, userErrors: [{ code: 'API_KEY_REVOKED' }] });
  });

  it('is revoked once', async () => {
    const { apiKey } = await createKey(api);
    const input = { idempotencyKey: aKey() };
    const first = await revoke(apiKey.id, input);

    expect(await revoke(apiKey.id, input)).toEqual(first);
    expect(await revoke(apiKey.id)).toMatchObject({ apiKey: null, userErrors: [{ code: 'API_KEY_REVOKED' }] });
    expect(await revoke(apiKey.id, { note: ' ' })).toMatchObject({ userErrors: [{ code: 'NOTE_MISSING' }] });
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
      expect(await rotate(apiKey.id, {}, asker)).toEqual({ code: 'FORBIDDEN' });
      expect(await revoke(apiKey.id, {}, asker)).toEqual({ code: 'FORBIDDEN' });
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
