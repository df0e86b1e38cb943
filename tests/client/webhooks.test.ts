import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { verifyWebhook } from 'credence/client';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { newSigningSecret, publicKeyOf, shownSecret, signatures } from '../../src/webhooks/signing.ts';

const NOW = Date.now(); // the reference looks at the clock
const SECRET = `whsec_${randomBytes(32).toString('base64')}`;
const BODY = '{"type":"grade.changed","timestamp":"2026-11-21T12:00:00Z","data":{"n":1}}';

const seconds = (ms: number): number => Math.floor(ms / 1000);
const headersFor = (signature: string, at = NOW, id = 'msg_1') => ({
  'webhook-id': id,
  'webhook-timestamp': String(seconds(at)),
  'webhook-signature': signature,
});
/** As the reference library signs. */
const signedBy = (secret: string, body = BODY, at = NOW, id = 'msg_1'): string =>
  new Webhook(secret).sign(id, new Date(at), body);
const codeOf = (outcome: Promise<unknown>): Promise<unknown> =>
  outcome.then(
    () => 'VALID',
    (error: { code?: unknown }) => error.code,
  );

const aPair = () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url');
  return { key: `whpk_${raw.toString('base64')}`, privateKey };
};
const asymmetric = (privateKey: KeyObject, body = BODY, at = NOW): string =>
  `v1a,${sign(null, Buffer.from(`msg_1.${seconds(at)}.${body}`), privateKey).toString('base64')}`;

describe('a webhook', () => {
  it('that the reference library signed is taken, and tells its id, its time and what it says', async () => {
    expect(await verifyWebhook(BODY, headersFor(signedBy(SECRET)), SECRET)).toEqual({
      id: 'msg_1',
      sentAt: new Date(seconds(NOW) * 1000),
      payload: JSON.parse(BODY) as unknown,
    });
  });

  it('is judged as the reference library judges it, whatever was altered', async () => {
    const altered = fc.record({
      body: fc.json().map((text) => `{"it":${text}}`),
      id: fc.stringMatching(/^[\w.-]{1,20}$/),
      sentAgo: fc.integer({ min: -400, max: 400 }),
      tamper: fc.constantFrom('nothing', 'body', 'id', 'time', 'secret', 'version', 'signature', 'added'),
    });
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(altered, async ({ body, id, sentAgo, tamper }) => {
        // Not at the very edge, which the clock passes meanwhile.
        const at = NOW - (Math.abs(sentAgo) > 290 && Math.abs(sentAgo) < 310 ? 250 : sentAgo) * 1000;
        let signature = signedBy(SECRET, body, at, tamper === 'id' ? `${id}x` : id);
        if (tamper === 'version') signature = signature.replace('v1', 'v2');
        if (tamper === 'signature') signature = `v1,${randomBytes(32).toString('base64')}`;
        if (tamper === 'added') signature = `v1,AAAA v1a,BBBB ${signature} nonsense`;
        const headers = headersFor(signature, tamper === 'time' ? at + 7_000 : at, id);
        const sent = tamper === 'body' ? `${body} ` : body;
        const secret = tamper === 'secret' ? `whsec_${randomBytes(24).toString('base64')}` : SECRET;
        const theirs = (() => {
          try {
            return { payload: new Webhook(secret).verify(sent, headers) };
          } catch {
            return null;
          }
        })();
        const ours = await verifyWebhook(sent, headers, secret).then(
          ({ payload }) => ({ payload }),
          () => null,
        );
        expect(ours).toEqual(theirs);
        if (ours) taken++;
      }),
      { numRuns: 150 },
    );
    expect(taken).toBeGreaterThan(10);
  });

  it('is taken by its public key (v1a), and not by that of another', async () => {
    const { key, privateKey } = aPair();
    const headers = headersFor(asymmetric(privateKey));

    expect(await codeOf(verifyWebhook(BODY, headers, key))).toBe('VALID');
    expect(await codeOf(verifyWebhook(BODY, headers, aPair().key))).toBe('SIGNATURE_WRONG');
    expect(await codeOf(verifyWebhook(`${BODY} `, headers, key))).toBe('SIGNATURE_WRONG');
  });

  it('of this API is taken by either of its keys, and by the reference library', async () => {
    const [old, fresh] = [newSigningSecret(), newSigningSecret()];
    const headers = headersFor(signatures([old, fresh], 'msg_1', seconds(NOW), BODY));

    for (const secret of [old, fresh]) {
      expect(await codeOf(verifyWebhook(BODY, headers, shownSecret(secret)))).toBe('VALID');
      expect(await codeOf(verifyWebhook(BODY, headers, publicKeyOf(secret)))).toBe('VALID');
      expect(new Webhook(shownSecret(secret)).verify(BODY, headers)).toEqual(JSON.parse(BODY));
    }
    const other = newSigningSecret();
    expect(await codeOf(verifyWebhook(BODY, headers, [shownSecret(other), publicKeyOf(other)]))).toBe(
      'SIGNATURE_WRONG',
    );
  });

  it('is taken while keys are rotated: one of several signatures by one of several keys is enough', async () => {
    const [old, fresh] = [SECRET, `whsec_${randomBytes(24).toString('base64')}`];
    const { key, privateKey } = aPair();
    const both = headersFor(`${signedBy(fresh)} ${signedBy(old)} ${asymmetric(privateKey)}`);

    for (const keys of [old, fresh, key, [aPair().key, key], ['whsec_AAAA', old]])
      expect(await codeOf(verifyWebhook(BODY, both, keys))).toBe('VALID');
  });

  it('of one kind is never taken for one of the other: a public key is no secret', async () => {
    const { key } = aPair();
    const forged = signedBy(key.replace('whpk_', 'whsec_')); // by what everybody knows

    expect(await codeOf(verifyWebhook(BODY, headersFor(forged), key))).toBe('SIGNATURE_WRONG');
    expect(await codeOf(verifyWebhook(BODY, headersFor(forged.replace('v1', 'v1a')), key))).toBe('SIGNATURE_WRONG');
  });

  it('is read from the headers of any framework, and from bytes', async () => {
    const headers = headersFor(signedBy(SECRET));
    const shouted = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]));

    for (const each of [headers, shouted, new Headers(headers)])
      expect(await codeOf(verifyWebhook(Buffer.from(BODY), each, SECRET))).toBe('VALID');
  });

  it.each([
    ['without its headers', {}, SECRET, 'HEADERS_MISSING'],
    ['of no time', { ...headersFor('v1,AAAA'), 'webhook-timestamp': 'now' }, SECRET, 'TIMESTAMP_INVALID'],
    ['of long ago', headersFor(signedBy(SECRET, BODY, NOW - 301_000), NOW - 301_000), SECRET, 'WEBHOOK_TOO_OLD'],
    ['of the future', headersFor(signedBy(SECRET, BODY, NOW + 302_000), NOW + 302_000), SECRET, 'WEBHOOK_TOO_NEW'],
    ['with a signature that is none', headersFor('v1,%%% v1 ,'), SECRET, 'SIGNATURE_WRONG'],
    ['for a key that is none', headersFor('v1,AAAA'), 'whpk_AAAA', 'KEY_INVALID'],
    ['for an empty key', headersFor('v1,AAAA'), 'whsec_', 'KEY_INVALID'],
  ])('%s is refused', async (_, headers, key, code) => {
    expect(await codeOf(verifyWebhook(BODY, headers, key, { now: NOW }))).toBe(code);
  });

  it('of ours that is no JSON is refused, too', async () => {
    expect(await codeOf(verifyWebhook('hello', headersFor(signedBy(SECRET, 'hello')), SECRET))).toBe('BODY_INVALID');
  });
});
