import { createLocalJWKSet, decodeJwt, jwtVerify, SignJWT, UnsecuredJWT } from 'jose';
import { verifyCredential } from '../../src/disclosure/verify.ts';
import { newSigningKeys, signingKeysFrom } from '../../src/signing-keys.ts';
import { statementsOf } from '../kit/statements.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import { anApi } from '../kit/api.ts';
import { aDatabase, allMoved } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { anInstallation } from '../kit/installation.ts';
import { orders, take } from '../grades/fixtures.ts';
import { signing, statusOf, type Shown } from './credential-kit.ts';

const HOUR = 3_600_000;
const db = aDatabase();
const now = NOW;
const installation = anInstallation();
const api = anApi(db, { clock: () => now, installation });
const keyless = anApi(db, { clock: () => now, installation: undefined });
const { ofMerchant, signed, codeFor, keysNow, verdict } = signing(api, () => now);

beforeAll(async () => {
  await take(db, orders('good', 30));
  await take(db, orders('new', 1));
});

describe('a signed grade', () => {
  it('is verified by jose alone, and says what the grade says', async () => {
    const { gradeCredential, grade } = await ofMerchant('good');
    const keys = createLocalJWKSet({ keys: await keysNow() });
    const { payload, protectedHeader } = await jwtVerify(gradeCredential.jwt, keys, {
      issuer: 'https://credit.example',
      algorithms: ['EdDSA'],
      typ: 'vc+jwt',
      currentDate: new Date(now),
      requiredClaims: ['exp', 'nbf', 'iat', 'jti'],
    });

    expect(protectedHeader).toEqual({
      alg: 'EdDSA',
      typ: 'vc+jwt',
      cty: 'vc',
      kid: installation.signingKeys.current.kid,
    });
    const { level, score, interval, asOf, knownAt } = grade;
    expect(payload).toMatchObject({
      '@context': ['https://www.w3.org/ns/credentials/v2', expect.anything()],
      type: ['VerifiableCredential', 'CreditGradeCredential'],
      issuer: 'https://credit.example',
      validFrom: '2026-11-21T12:00:00Z',
      validUntil: '2026-11-22T12:00:00Z',
      exp: NOW / 1000 + 86_400,
      jti: gradeCredential.id,
      credentialSubject: {
        kind: 'MERCHANT',
        externalId: 'good',
        level,
        score,
        interval,
        policy: { key: 'default', version: 1 },
        asOf,
        knownAt,
      },
      credentialStatus: {
        type: 'BitstringStatusListEntry',
        statusPurpose: 'revocation',
        statusListIndex: expect.stringMatching(/^\d+$/),
      },
    });
    expect(gradeCredential).toMatchObject({
      validFrom: '2026-11-21T12:00:00.000Z',
      validUntil: '2026-11-22T12:00:00.000Z',
    });
    expect(payload).not.toHaveProperty('vc');
  });

  it('says of whom too little is known no score, and by the rules of a platform the band', async () => {
    const { credentialSubject: unrated } = decodeJwt(await signed('new'));
    const { gradeCredential, grade } = await ofMerchant('good', 'amazon-account-health');
    const { credentialSubject: banded } = decodeJwt(gradeCredential.jwt);

    expect(unrated).toMatchObject({ level: 'NOT_RATED' });
    expect(unrated).not.toHaveProperty('score');
    expect(unrated).not.toHaveProperty('interval');
    expect(banded).toMatchObject({ band: grade.band, policy: { key: 'amazon-account-health' } });
  });

  it('is made for partners, the house and whom it is about, and for nobody else', async () => {
    expect(await codeFor('good', null)).toBe('UNAUTHENTICATED');
    expect(await codeFor('good', ['MERCHANT', 'merchant:new'])).toBe('FORBIDDEN');
    expect(await codeFor('good', ['BUYER', 'buyer:good-b1'])).toBe('FORBIDDEN');
    expect(await codeFor('good', ['MERCHANT', 'merchant:good'])).toBeUndefined();
    expect(await codeFor('good', 'PLATFORM')).toBeUndefined();
    const own = await api.ask(
      ['BUYER', 'buyer:good-b1'],
      '{ buyer(externalId: "good-b1") { gradeCredential { jwt } } }',
    );
    expect(decodeJwt(own.data.buyer.gradeCredential.jwt)).toMatchObject({ credentialSubject: { kind: 'BUYER' } });
  });

  it('of a hundred is made in as many statements as of one, each in a place of its own', async () => {
    const ask = (ids: readonly string[]) =>
      api.ask('PARTNER', 'query ($ids: [String!]) { merchants(externalIds: $ids) { gradeCredential { jwt } } }', {
        ids,
      });
    await ask(['good']);
    const ids = Array.from({ length: 40 }, () => 'good');
    await allMoved(db);
    const sent = await statementsOf(db, () => ask(['good', 'new']));
    const { data } = await ask([...ids, 'new']);

    expect(sent.filter((name) => name.startsWith('credentials.') || name === 'card_of')).toHaveLength(1);
    const places = data.merchants.map(({ gradeCredential }: Shown) => statusOf(gradeCredential.jwt).id);
    expect(new Set(places).size).toBe(41);
  });

  it('is refused by a server that has no keys', async () => {
    const { errors } = await keyless.ask('PARTNER', '{ merchant(externalId: "good") { gradeCredential { jwt } } }');

    expect(errors).toMatchObject([{ extensions: { code: 'NOTHING_SIGNED_HERE' } }]);
    expect((await keyless.send('/.well-known/jwks.json')).status).toBe(404);
  });
});

describe('a signed grade does not hold', () => {
  const bytesOf = (jwt: string) => [...jwt].map((_, i) => i);
  const OTHER = 'AQgw-_09z';
  const altered = (jwt: string, i: number) => {
    const other = [...OTHER].find((each) => each !== jwt[i])!;
    return `${jwt.slice(0, i)}${other}${jwt.slice(i + 1)}`;
  };

  it('with any of its bytes altered', async () => {
    const jwt = await signed('good');
    const keys = await keysNow();
    const holding = [];
    for (const i of bytesOf(jwt))
      if ((await verifyCredential(altered(jwt, i), { keys, at: now })).isValid) holding.push(i);

    expect(await verdict(jwt)).toBe('VALID');
    expect(holding).toEqual([]);
    expect(await verdict(altered(jwt, jwt.length - 1))).toMatch(/MALFORMED|SIGNATURE_WRONG/);
    expect(await verdict(altered(jwt, jwt.indexOf('.') + 40))).toBe('SIGNATURE_WRONG');
  });

  it('before its time and after it', async () => {
    const jwt = await signed('good');

    expect(await verdict(jwt, [], NOW - 1)).toBe('NOT_YET_VALID');
    expect(await verdict(jwt, [], NOW + 24 * HOUR - 1)).toBe('VALID');
    expect(await verdict(jwt, [], NOW + 24 * HOUR)).toBe('EXPIRED');
  });

  it('by another key, another algorithm, or as another kind of token', async () => {
    const payload = decodeJwt(await signed('good'));
    const { kid, privateKey } = signingKeysFrom(newSigningKeys()).current;
    const ownKid = installation.signingKeys.current.kid;
    const by = (header: { alg: string; typ: string; kid: string }, key: Parameters<SignJWT['sign']>[0]) =>
      new SignJWT(payload).setProtectedHeader(header).sign(key);

    expect(await verdict(await by({ alg: 'EdDSA', typ: 'vc+jwt', kid }, privateKey))).toBe('KEY_UNKNOWN');
    expect(await verdict(await by({ alg: 'EdDSA', typ: 'vc+jwt', kid: ownKid }, privateKey))).toBe('SIGNATURE_WRONG');
    expect(await verdict(await by({ alg: 'HS256', typ: 'vc+jwt', kid: ownKid }, Buffer.alloc(32)))).toBe(
      'ALGORITHM_WRONG',
    );
    expect(
      await verdict(await by({ alg: 'EdDSA', typ: 'JWT', kid: ownKid }, installation.signingKeys.current.privateKey)),
    ).toBe('TYPE_WRONG');
    expect(await verdict(new UnsecuredJWT(payload).encode())).toBe('MALFORMED');
  });

  it.each(['', 'a.b', 'a.b.c', '{}', `${Buffer.from('[]').toString('base64url')}.e30.e30`])(
    'if it is %j',
    async (text) => {
      expect(await verdict(text)).toBe('MALFORMED');
    },
  );

  it('of another issuer', async () => {
    const jwt = await signed('good');
    const found = await verifyCredential(jwt, { keys: await keysNow(), at: now, issuer: 'https://other.example' });

    expect(found).toMatchObject({ isValid: false, fault: 'ISSUER_WRONG' });
  });
});
