import { describe, expect, it } from 'vitest';
import { reader } from '../../src/db/tx.ts';
import { globalId } from '../../src/kernel/global-id.ts';
import { readApiKey } from '../../src/partners/key-check.ts';
import { newSecret } from '../../src/partners/key-text.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { aKey, bearer, callWith, createKey, revokeKey, rotateKey } from './kit.ts';

const db = aDatabase();
let now = NOW;
const api = anApi(db, { clock: () => now });
const behindProxy = anApi(db, { clock: () => now, trustedProxies: ['127.0.0.0/8', '::1'] });
const DAY = 86_400_000;

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
    const fresh = await rotateKey(api, old.apiKey.id, { overlapHours: 2 });

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
    const second = await rotateKey(api, id);
    const third = await rotateKey(api, id);
    const good = async () => {
      const answers = await Promise.all([first, second, third].map(({ secret }) => callWith(api, bearer(secret))));
      return answers.map(({ status }) => status);
    };

    expect(await good()).toEqual([401, 200, 200]);
    const last = await rotateKey(api, id, { overlapHours: 0 });
    expect(await good()).toEqual([401, 401, 401]);
    expect((await callWith(api, bearer(last.secret))).status).toBe(200);
  });

  it('never lives longer for having been rotated', async () => {
    const { apiKey, secret } = await createKey(api, { lifetimeDays: 1 });
    await rotateKey(api, apiKey.id, { overlapHours: 720 });
    now += DAY;
    expect((await callWith(api, bearer(secret))).code).toBe('API_KEY_EXPIRED');
    now = NOW;
  });

  it('keeps its name in the record, so that what was done once stays done once', async () => {
    const { apiKey, secret } = await createKey(api);
    const fresh = await rotateKey(api, apiKey.id);
    const names = [secret, fresh.secret].map(async (key) => (await readApiKey(reader(db.pool), key, '::1', now)).name);

    expect(await Promise.all(names)).toEqual(Array(2).fill(expect.stringMatching(/^PLATFORM#[0-9a-f-]{36}$/)));
    expect(await names[0]).toBe(await names[1]);
  });

  it('is rotated once, however often that is sent', async () => {
    const { apiKey } = await createKey(api);
    const input = { idempotencyKey: aKey() };
    const first = await rotateKey(api, apiKey.id, input);
    const repeated = await rotateKey(api, apiKey.id, input);

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

    expect(await rotateKey(api, apiKey.id, more)).toMatchObject({ apiKey: null, secret: null, userErrors: [{ code }] });
  });
});

describe('a revoked API key', () => {
  it('ends at once with all of its secrets, says why, and is not rotated', async () => {
    const old = await createKey(api);
    const fresh = await rotateKey(api, old.apiKey.id);
    const revoked = await revokeKey(api, old.apiKey.id, { note: 'it leaked' });

    expect(revoked.apiKey).toMatchObject({ revokedBy: 'ADMIN', revokeNote: 'it leaked' });
    for (const { secret } of [old, fresh])
      expect(await callWith(api, bearer(secret))).toMatchObject({ status: 401, code: 'API_KEY_REVOKED' });
    expect(await rotateKey(api, old.apiKey.id)).toMatchObject({
      secret: null,
      userErrors: [{ code: 'API_KEY_REVOKED' }],
    });
  });

  it('is revoked once', async () => {
    const { apiKey } = await createKey(api);
    const input = { idempotencyKey: aKey() };
    const first = await revokeKey(api, apiKey.id, input);

    expect(await revokeKey(api, apiKey.id, input)).toEqual(first);
    expect(await revokeKey(api, apiKey.id)).toMatchObject({ apiKey: null, userErrors: [{ code: 'API_KEY_REVOKED' }] });
    expect(await revokeKey(api, apiKey.id, { note: ' ' })).toMatchObject({ userErrors: [{ code: 'NOTE_MISSING' }] });
  });
});
