import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { issueToken, readToken, type TokenHolder } from '../../src/access/tokens.ts';

const secret = Buffer.alloc(32, 1);
const now = Date.UTC(2026, 10, 21);
const admin: TokenHolder = { role: 'ADMIN', subject: null, name: 'alice', ttlSeconds: 3600 };
const shop: TokenHolder = { role: 'MERCHANT', subject: { kind: 'MERCHANT', externalId: 'm-1' }, ttlSeconds: 3600 };

const read = (token: string, at = now) => readToken(secret, `Bearer ${token}`, at);
const invalid = { kind: 'UNAUTHENTICATED', code: 'TOKEN_INVALID' };

/** A token of any making, well signed. */
function forged(claims: object, header: object = { alg: 'HS256', typ: 'JWT' }, key: Buffer = secret): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part(header)}.${part(claims)}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}
const seconds = now / 1000;
const claims = {
  iss: 'credence',
  aud: 'credence-api',
  sub: 'ADMIN:eve',
  role: 'ADMIN',
  iat: seconds,
  exp: seconds + 60,
};

describe('a token', () => {
  it('tells who its holder is', async () => {
    expect(await read(await issueToken(secret, admin, now))).toEqual({
      role: 'ADMIN',
      name: 'ADMIN:alice',
      subject: null,
      signedInAt: now,
    });
    expect(await read(await issueToken(secret, shop, now))).toEqual({
      role: 'MERCHANT',
      name: 'MERCHANT:m-1',
      subject: { kind: 'MERCHANT', externalId: 'm-1', id: null },
      signedInAt: now,
    });
  });

  it('tells when its holder signed in, if it is told so in whole seconds', async () => {
    expect(await read(forged({ ...claims, auth_time: seconds - 60 }))).toMatchObject({ signedInAt: now - 60_000 });
    for (const odd of ['1', 1.5, -1, null, 1e300])
      expect(await read(forged({ ...claims, auth_time: odd }))).not.toHaveProperty('signedInAt');
  });

  it('is good until its time is over', async () => {
    const token = await issueToken(secret, admin, now);

    expect(await read(token, now + 3_599_000)).toMatchObject({ role: 'ADMIN' });
    await expect(read(token, now + 3_600_000)).rejects.toMatchObject({
      kind: 'UNAUTHENTICATED',
      code: 'TOKEN_EXPIRED',
    });
  });

  it('passes when it is forged with our own secret and all is right', async () => {
    expect(await read(forged(claims))).toMatchObject({ name: 'ADMIN:eve' });
  });

  it.each([
    ['no algorithm', () => forged(claims, { alg: 'none', typ: 'JWT' })],
    ['no signature', () => forged(claims, { alg: 'none', typ: 'JWT' }).replace(/[^.]+$/, '')],
    ['another algorithm', () => forged(claims, { alg: 'HS512', typ: 'JWT' })],
    ['another secret', () => forged(claims, undefined, Buffer.alloc(32, 2))],
    ['another type', () => forged(claims, { alg: 'HS256', typ: 'at+jwt' })],
    ['an unknown critical header', () => forged(claims, { alg: 'HS256', typ: 'JWT', crit: ['x'], x: 1 })],
    ['an unencoded payload', () => forged(claims, { alg: 'HS256', typ: 'JWT', crit: ['b64'], b64: false })],
    ['another audience', () => forged({ ...claims, aud: 'other' })],
    ['another issuer', () => forged({ ...claims, iss: 'other' })],
    ['no end', () => forged({ ...claims, exp: undefined })],
    ['an end that is text', () => forged({ ...claims, exp: '9999999999' })],
    ['no holder', () => forged({ ...claims, sub: undefined })],
    ['no role', () => forged({ ...claims, role: undefined })],
    ['an unknown role', () => forged({ ...claims, role: 'ROOT' })],
    ['a merchant without a subject', () => forged({ ...claims, role: 'MERCHANT' })],
    ["a merchant with a buyer's subject", () => forged({ ...claims, role: 'MERCHANT', subject: 'buyer:b-1' })],
    ['a partner with a subject', () => forged({ ...claims, role: 'PARTNER', subject: 'merchant:m-1' })],
    ['a space in it', () => forged(claims).replace('.', '. ')],
    ['a line break in it', () => `${forged(claims)}\n`],
    ['padding', () => `${forged(claims)}=`],
    ['stray bits at the end', () => strayBits(forged(claims))],
    ['a fourth part', () => `${forged(claims)}.x`],
    ['nothing in it', () => ''],
    ['more than any of ours', () => forged({ ...claims, more: 'x'.repeat(5000) })],
  ])('is refused with %s', async (_, token) => {
    await expect(read(token())).rejects.toMatchObject(invalid);
  });

  it('comes as a bearer token and not otherwise', async () => {
    await expect(readToken(secret, `Basic ${forged(claims)}`, now)).rejects.toMatchObject(invalid);
    await expect(readToken(secret, forged(claims), now)).rejects.toMatchObject(invalid);
  });

  it.each([
    ['a buyer without a subject', { ...admin, role: 'BUYER' }, 'SUBJECT_MISSING'],
    ['a partner with one', { ...shop, role: 'PARTNER' }, 'SUBJECT_INVALID'],
    ['a partner without a name', { role: 'PARTNER', subject: null, ttlSeconds: 60 }, 'NAME_MISSING'],
    ['no time', { ...admin, ttlSeconds: 0 }, 'TTL_INVALID'],
    ['half a second', { ...admin, ttlSeconds: 0.5 }, 'TTL_INVALID'],
    ['a line break in the name', { ...admin, name: 'a\nb' }, 'NAME_INVALID'],
  ] satisfies [string, TokenHolder, string][])('is not issued for %s', async (_, holder, code) => {
    await expect((async () => issueToken(secret, holder, now))()).rejects.toMatchObject({ kind: 'INVALID', code });
  });
});

/** The last character of 43 holds 4 bits of use and 2 that a lenient decoder ignores. */
function strayBits(token: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return token.slice(0, -1) + alphabet[alphabet.indexOf(token.at(-1)!) + 1];
}
