import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { anApi, type Api } from '../kit/api.ts';
import { credence } from '../kit/command.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { aKeyServer, anIssuer, aPair, settingsOf, signed, type Pair } from './issuer-kit.ts';

const db = aDatabase();
const server = aKeyServer();
let now = NOW;
const clock = () => now;
const issued = anApi(db, {
  clock,
  get issuer() {
    return settingsOf(anIssuer(), server.url);
  },
});
const local = anApi(db, { clock });

let pair: Pair;
beforeAll(async () => {
  pair = await aPair('one');
  server.publish(pair);
});
afterEach(() => {
  now = NOW;
  server.mood = 'well';
});

async function call(api: Api, token: string | null, query: string) {
  const response = await api.send('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token !== null && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query }),
  });
  // oxlint-disable-next-line typescript/no-explicit-any -- each test knows what it asked for
  const { data, errors } = (await response.json()) as { data?: any; errors?: { extensions: { code: string } }[] };
  const { status, headers } = response;
  return { status, data, code: errors?.[0]?.extensions.code ?? null, retryAfter: headers.get('retry-after') };
}

const VIEWER = '{ viewer { role } }';
let partners = 0;
const letIn = () =>
  `mutation { createPartner(input: { name: "p-${partners++}", note: "x", idempotencyKey: "k-${partners}" }) { partner { name } } }`;

describe('where the marketplace has an issuer of its own', () => {
  it('is unavailable, and says when to come back, while its keys were never had; who needs none is served', async () => {
    server.mood = 'broken';
    const answer = await call(issued, await signed(pair, now), VIEWER);

    expect(answer).toMatchObject({ status: 503, code: 'ISSUER_UNAVAILABLE', retryAfter: '1' });
    expect((await call(issued, null, VIEWER)).data.viewer.role).toBe('PUBLIC');
    expect(issued.logged.filter(({ msg }) => String(msg).includes('keys'))).toHaveLength(1);
    now += 5_000;
  });

  it('people sign in with its tokens, and with those alone', async () => {
    now += 10_000;
    expect((await call(issued, await signed(pair, now), VIEWER)).data.viewer.role).toBe('ADMIN');
    for (const token of [await local.tokenFor('ADMIN'), await issued.tokenFor('ADMIN')])
      expect(await call(issued, token, VIEWER)).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    expect(await call(local, await signed(pair, now), VIEWER)).toMatchObject({ status: 401 });
    expect(await call(issued, await signed(pair, now - 600_000), VIEWER)).toMatchObject({ code: 'TOKEN_EXPIRED' });
  });

  it('what is sensitive needs a sign-in of late, as its tokens tell', async () => {
    now += 10_000;
    const seconds = now / 1000;
    const asking = async (authTime: unknown) =>
      (await call(issued, await signed(pair, now, { auth_time: authTime }), letIn())).code;

    expect(await asking(seconds - 900)).toBeNull();
    for (const authTime of [seconds - 901, seconds + 61, undefined, String(seconds)])
      expect(await asking(authTime)).toBe('FRESH_SIGN_IN_REQUIRED');
  });

  it('none are made here', async () => {
    const said = await credence(
      {
        CREDENCE_JWKS_URL: server.url,
        CREDENCE_JWT_ISSUER: 'x',
        CREDENCE_JWT_AUDIENCE: 'y',
        CREDENCE_HASH_SECRET: Buffer.alloc(32, 1).toString('base64url'),
      },
      'token',
      '--role',
      'ADMIN',
    );

    expect(said).toMatchObject({ status: 2, out: '', err: expect.stringContaining('CREDENCE_JWKS_URL is set') });
  });

  it('never logs a token', async () => {
    now += 20_000;
    const token = await signed(pair, now, {}, { kid: 'unknown' });
    await call(issued, token, VIEWER);

    for (const part of token.split('.')) expect(JSON.stringify(issued.logged)).not.toContain(part);
  });
});

describe('where tokens are made here', () => {
  it('one is good for what is sensitive for a quarter of an hour, and for all else as long as it lasts', async () => {
    const token = await local.tokenFor('ADMIN');
    expect(await call(local, token, letIn())).toMatchObject({ code: null });
    now += 900_000;
    expect(await call(local, token, letIn())).toMatchObject({ code: null });
    now += 1_000;
    expect(await call(local, token, letIn())).toMatchObject({ code: 'FRESH_SIGN_IN_REQUIRED' });
    expect(await call(local, token, '{ partners { nodes { name } } }')).toMatchObject({ status: 200, code: null });
    const { rows } = await db.pool.query(`select count(*)::int as made from partner where name = 'p-${partners - 1}'`);
    expect(rows).toEqual([{ made: 0 }]);
  });
});
