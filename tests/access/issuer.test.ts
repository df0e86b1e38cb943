import { createHmac } from 'node:crypto';
import { SignJWT } from 'jose';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KEY_TIMES, issuerKeys, type KeyTimes } from '../../src/access/issuer-keys.ts';
import { tokensOf } from '../../src/access/issuer.ts';
import { aKeyServer, anIssuer, aPair, signed, type Pair } from './issuer-kit.ts';

const server = aKeyServer();
const now = Date.UTC(2026, 10, 22);
const invalid = { kind: 'UNAUTHENTICATED', code: 'TOKEN_INVALID' };
/** So long we wait for a server that says nothing; one that is well answers sooner, however busy this machine is. */
const SILENCE_MS = 500;
/** Something happens behind our back. */
const SOON = { timeout: 10_000 };
const unavailable = { kind: 'UNAVAILABLE', code: 'ISSUER_UNAVAILABLE' };

let one: Pair;
let two: Pair;
let rsa: Pair;
beforeAll(async () => {
  [one, two, rsa] = await Promise.all([aPair('one'), aPair('two'), aPair('rsa', 'RS256')]);
});

let failures: unknown[];
const readers = (times: Partial<KeyTimes> = {}, issuer = anIssuer()) => {
  const keys = issuerKeys(server.url, (error) => failures.push(error), { ...KEY_TIMES, cooldown: 0, ...times });
  const readToken = tokensOf(issuer, keys);
  return (token: string, at = now) => readToken(`Bearer ${token}`, at);
};
beforeEach(() => {
  failures = [];
  server.mood = 'well';
  server.publish(one, rsa);
  server.asked = 0;
});

describe("a token of the marketplace's issuer", () => {
  it('says who its holder is: role, subject, and when they signed in', async () => {
    const read = readers();

    expect(await read(await signed(one, now, { auth_time: now / 1000 - 60 }))).toEqual({
      role: 'ADMIN',
      name: 'ADMIN:u-1',
      subject: null,
      signedInAt: now - 60_000,
    });
    expect(await read(await signed(rsa, now, { role: 'seller', shop_id: 'm-1' }))).toEqual({
      role: 'MERCHANT',
      name: 'MERCHANT:m-1',
      subject: { kind: 'MERCHANT', externalId: 'm-1', id: null },
    });
    expect(await read(await signed(one, now, { role: ['newsletter', 'customer'], sub: 'b-1' }))).toMatchObject({
      name: 'BUYER:b-1',
      subject: { kind: 'BUYER', externalId: 'b-1' },
    });
    expect(server.asked).toBe(1);
  });

  it('may hold its role anywhere, and name it with dots', async () => {
    const read = (roleClaim: string, claims: object) =>
      signed(one, now, { role: undefined, ...claims }).then(readers({}, anIssuer({ roleClaim })));

    expect(await read('realm.roles', { realm: { roles: ['judge'] } })).toMatchObject({ role: 'MODERATOR' });
    expect(await read('https://shop.example/role', { 'https://shop.example/role': 'judge' })).toMatchObject({
      role: 'MODERATOR',
    });
    await expect(read('realm.roles.0', { realm: { roles: null } })).rejects.toMatchObject(invalid);
    await expect(read('constructor.name', {})).rejects.toMatchObject(invalid);
  });

  it('is good a little before and after its time, as clocks differ', async () => {
    const read = readers();
    const token = await signed(one, now, { nbf: now / 1000 });

    expect(await read(token, now - 30_000)).toMatchObject({ role: 'ADMIN' });
    expect(await read(token, now + 329_000)).toMatchObject({ role: 'ADMIN' });
    await expect(read(token, now - 31_000)).rejects.toMatchObject(invalid);
    await expect(read(token, now + 331_000)).rejects.toMatchObject({ kind: 'UNAUTHENTICATED', code: 'TOKEN_EXPIRED' });
  });

  const seconds = now / 1000;
  it.each<[string, () => Promise<string> | string]>([
    ['for another audience', () => signed(one, now, { aud: 'shop' })],
    ['of another issuer', () => signed(one, now, { iss: 'https://evil.example' })],
    ['without an audience', () => signed(one, now, { aud: undefined })],
    ['without an end', () => signed(one, now, { exp: undefined })],
    ['without a beginning', () => signed(one, now, { iat: undefined })],
    ['of nobody', () => signed(one, now, { sub: undefined })],
    ['without a role', () => signed(one, now, { role: undefined })],
    ['of a role that is none of ours', () => signed(one, now, { role: 'ADMIN' })],
    ['of two roles', () => signed(one, now, { role: ['boss', 'judge'] })],
    ['of a role that every object has', () => signed(one, now, { role: 'constructor' })],
    ['of a seller without a shop', () => signed(one, now, { role: 'seller' })],
    ['of a seller whose shop is no text', () => signed(one, now, { role: 'seller', shop_id: { id: 'm' } })],
    ['with a line break in its name', () => signed(one, now, { sub: 'u\n1' })],
    ['whose name is endless', () => signed(one, now, { sub: 'u'.repeat(201) })],
    ['that is not good yet', () => signed(one, now, { nbf: seconds + 60 })],
    ['of a key that is not published', () => signed(two, now)],
    ['of a key that calls itself another', () => signed(two, now, {}, { kid: 'one' })],
    ['signed by what is not allowed', async () => signed(await aPair('one', 'ES384'), now)],
    ['signed by nobody', () => bare({ alg: 'none' })],
    ['signed by the public key, as if it were a secret', () => hmacWith(JSON.stringify(rsa.publicJwk), 'rsa')],
    ['with a key of its own inside', () => signed(two, now, {}, { kid: 'two', jwk: two.publicJwk })],
    ['with a key of its own at its own address', () => signed(two, now, {}, { jku: 'http://127.0.0.1:1/', kid: 'x' })],
    ['with an unknown critical header', () => critical()],
    ['with a path for a kid', () => signed(one, now, {}, { kid: '../../dev/null' })],
    ['with a space in it', async () => (await signed(one, now)).replace('.', '. ')],
    ['that is huge', () => signed(one, now, { more: 'x'.repeat(100_000) })],
    ['that is nothing', () => '..'],
  ])('is refused: one %s', async (_, token) => {
    await expect(readers()(await token())).rejects.toMatchObject(invalid);
    expect(failures).toEqual([]);
  });

  it('that is huge or malformed is refused before anything is fetched', async () => {
    const read = readers();
    for (const token of [await signed(one, now, { more: 'x'.repeat(100_000) }), 'a.b', '', 'a.b.c.d', 'ä.b.c'])
      await expect(read(token)).rejects.toMatchObject(invalid);

    expect(server.asked).toBe(0);
  });
});

describe("the issuer's keys", () => {
  it('are fetched when first needed, once for all that wait', async () => {
    const read = readers();
    const token = await signed(one, now);
    await Promise.all(Array.from({ length: 20 }, () => read(token)));

    expect(server.asked).toBe(1);
  });

  it('rotate: a new one is found as soon as it is used, and an old one ends when it is withdrawn', async () => {
    const read = readers({ refreshAfter: 60_000 });
    const [old, fresh] = [await signed(one, now), await signed(two, now)];
    await read(old);
    server.publish(one, two);

    expect(await read(fresh)).toMatchObject({ role: 'ADMIN' });
    expect(await read(old)).toMatchObject({ role: 'ADMIN' });
    expect(server.asked).toBe(2);

    server.publish(two);
    await read(old, now + 61_000); // fetches behind its back
    await expect.poll(() => read(old, now + 62_000).catch((error: unknown) => error), SOON).toMatchObject(invalid);
  });

  it('that are not known do not make us ask again and again', async () => {
    const read = readers({ cooldown: 60_000 });
    await read(await signed(one, now));
    const unknown = await Promise.all(Array.from({ length: 10 }, (_, i) => signed(two, now, {}, { kid: `k-${i}` })));
    for (const token of unknown) await expect(read(token)).rejects.toMatchObject(invalid);

    expect(server.asked).toBe(1);
  });

  it.each(['broken', 'garbled', 'moved', 'silent'] as const)(
    'that cannot be had because the server is %s are a refusal that says so, and are had again when it is well',
    async (mood) => {
      server.mood = mood;
      const read = readers(mood === 'silent' ? { timeout: SILENCE_MS } : {});
      const token = await signed(one, now);
      for (let i = 0; i < 5; i++) await expect(read(token)).rejects.toMatchObject(unavailable);
      expect(server.asked).toBe(1); // a server that is down is not stormed
      expect(failures).toHaveLength(1);

      server.mood = 'well';
      expect(await read(token, now + KEY_TIMES.retryAfter)).toMatchObject({ role: 'ADMIN' });
    },
  );

  it('serve on while the server is away, for a day and no longer', async () => {
    const read = readers();
    const token = (at: number) => signed(one, at);
    await read(await token(now));
    server.mood = 'broken';

    for (const hours of [1, 12, 23]) {
      const at = now + hours * 3_600_000;
      expect(await read(await token(at), at)).toMatchObject({ role: 'ADMIN' });
    }
    await expect.poll(() => failures.length, SOON).toBeGreaterThan(0);
    const tomorrow = now + 25 * 3_600_000;
    await expect(read(await token(tomorrow), tomorrow)).rejects.toMatchObject(unavailable);

    server.mood = 'well';
    const later = tomorrow + KEY_TIMES.retryAfter;
    expect(await read(await token(later), later)).toMatchObject({ role: 'ADMIN' });
  });
});

const encoded = (value: object | string) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const claims = () => ({
  iss: 'https://login.shop.example',
  aud: 'credence',
  sub: 'u-1',
  role: 'boss',
  iat: now / 1000,
  exp: now / 1000 + 300,
});
const bare = (header: object): string => `${encoded(header)}.${encoded(claims())}.x`;

function hmacWith(secret: string, kid: string): string {
  const text = `${encoded({ alg: 'HS256', kid })}.${encoded(claims())}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

const critical = () =>
  new SignJWT(claims())
    .setProtectedHeader({ alg: 'ES256', kid: 'one', crit: ['x'], x: 1 })
    .sign(one.privateKey, { crit: { x: true } });
