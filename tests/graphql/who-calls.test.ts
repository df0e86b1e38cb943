import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { ROLES } from '../../src/access/actor.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { anEvent, daysAgo, NOW, takeEvents } from '../kit/events.ts';
import { statementsOf } from '../kit/statements.ts';

const db = aDatabase();
let now = NOW;
const { ask, send, tokenFor } = anApi(db, { clock: () => now });
const VIEWER = '{ viewer { role scopes subject { id externalId kind } } }';

const askWith = async (authorization: string) => {
  const response = await send('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify({ query: VIEWER }),
  });
  return { response, body: (await response.json()) as { errors?: { extensions: unknown }[] } };
};

describe('a caller', () => {
  it('without a token is PUBLIC, and costs no statement', async () => {
    const statements = await statementsOf(db, async () => {
      const { status, data } = await ask(null, VIEWER);
      expect(status).toBe(200);
      expect(data.viewer).toEqual({ role: 'PUBLIC', scopes: [], subject: null });
    });
    expect(statements).toEqual([]);
  });

  it.each(ROLES.filter((role) => !['BUYER', 'MERCHANT'].includes(role)))('with a token of %s is that', async (role) => {
    expect((await ask(role, VIEWER)).data.viewer.role).toBe(role);
  });

  it.each([
    ['MERCHANT', 'merchant:m-1'],
    ['BUYER', 'buyer:b-1'],
  ] as const)('with a token of a %s stands for it', async (role, subject) => {
    await takeEvents(db, [
      anEvent('merchant.registered', daysAgo(9), { externalId: 'm-1' }),
      anEvent('buyer.registered', daysAgo(9), { externalId: 'b-1' }),
    ]);

    const { data } = await ask([role, subject], VIEWER);

    expect(data.viewer.subject).toMatchObject({ externalId: subject.split(':')[1], kind: role });
  });

  it('that stands for somebody who is not known yet is let in all the same', async () => {
    const { data } = await ask(['BUYER', 'buyer:stranger'], VIEWER);

    expect(data.viewer).toEqual({ role: 'BUYER', scopes: [], subject: null });
  });

  it.each([
    ['that is nonsense', async () => 'Bearer x'],
    ['of another scheme', async () => 'Basic YTpi'],
    ['that is empty', async () => 'Bearer '],
    ['signed by another', async () => `Bearer ${await signedWith(Buffer.alloc(32, 1))}`],
    ['without a signature', async () => `Bearer ${unsigned(await tokenFor('ADMIN'))}`],
    ['that was altered', async () => `Bearer ${altered(await tokenFor('PARTNER'))}`],
  ])('with a token %s is turned away', async (_, authorization) => {
    const { response, body } = await askWith(await authorization());

    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('Bearer');
    expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(body).not.toHaveProperty('data');
  });

  it('with a token that has expired is told so', async () => {
    const token = await tokenFor('ADMIN', 60);
    now += 61_000;

    const { response, body } = await askWith(`Bearer ${token}`);

    now = NOW;
    expect(response.status).toBe(401);
    expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'TOKEN_EXPIRED' });
  });
});

describe('a field that is not for all', () => {
  const BUYER = '{ buyer(externalId: "b-1") { id } }';

  it('asks those without a token to sign in, and says 401 when that was all', async () => {
    const { status, data, errors } = await ask(null, BUYER);

    expect(status).toBe(401);
    expect(data).toEqual({ buyer: null });
    expect(errors).toMatchObject([{ path: ['buyer'], extensions: { code: 'UNAUTHENTICATED' } }]);
  });

  it('does not spoil the rest of an answer', async () => {
    const { status, data } = await ask(null, '{ viewer { role } buyer(externalId: "b-1") { id } }');

    expect(status).toBe(200);
    expect(data).toEqual({ viewer: { role: 'PUBLIC' }, buyer: null });
  });

  it.each([
    BUYER,
    '{ other: buyer(externalId: "b-1") { id } }',
    '{ ... on Query { buyer(externalId: "b-1") { id } } }',
    'query ($yes: Boolean = true) { ...F @include(if: $yes) } fragment F on Query { buyer(externalId: "b-1") { id } }',
  ])('is refused to a role that may not, in whatever way it is asked: %s', async (query) => {
    const { data, errors } = await ask(['MERCHANT', 'merchant:m-1'], query);

    expect(Object.values(data)).toEqual([null]);
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });
});

const signedWith = (secret: Uint8Array) =>
  new SignJWT({ role: 'ADMIN' })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer('credence')
    .setAudience('credence-api')
    .setSubject('ADMIN')
    .setIssuedAt(NOW / 1000)
    .setExpirationTime(NOW / 1000 + 60)
    .sign(secret);

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const unsigned = (token: string) => `${encode({ alg: 'none', typ: 'JWT' })}.${token.split('.')[1]}.`;

function altered(token: string): string {
  const [header, claims, signature] = token.split('.');
  const said = JSON.parse(Buffer.from(claims!, 'base64url').toString()) as object;
  return [header, encode({ ...said, role: 'ADMIN' }), signature].join('.');
}
