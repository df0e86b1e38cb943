import { createPublicKey, randomBytes, verify } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import {
  newSigningSecret,
  publicKeyOf,
  seal,
  sealOf,
  shownSecret,
  signatures,
  unseal,
  type SigningSecret,
} from '../../src/webhooks/signing.ts';

const BODY = '{"type":"grade.changed","data":{"of":"Käsehof 🧀"}}';
const ID = 'msg_1';
const SECONDS = Math.floor(Date.now() / 1000);

const headersBy = (...secrets: SigningSecret[]) => ({
  'webhook-id': ID,
  'webhook-timestamp': String(SECONDS),
  'webhook-signature': signatures(secrets, ID, SECONDS, BODY),
});

/** As a receiver does that keeps no secret. */
function verifies(publicKey: string, { 'webhook-signature': header }: ReturnType<typeof headersBy>, body = BODY) {
  const x = Buffer.from(publicKey.replace('whpk_', ''), 'base64').toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return header
    .split(' ')
    .filter((each) => each.startsWith('v1a,'))
    .some((each) => verify(null, Buffer.from(`${ID}.${SECONDS}.${body}`), key, Buffer.from(each.slice(4), 'base64')));
}

describe('what signs a webhook', () => {
  const secret = newSigningSecret();
  const other = newSigningSecret();

  it('is believed by the reference library', () => {
    expect(new Webhook(shownSecret(secret)).verify(BODY, headersBy(secret))).toEqual(JSON.parse(BODY));
  });

  it('is believed by whoever has the public key', () => {
    expect(publicKeyOf(secret)).toMatch(/^whpk_[A-Za-z0-9+/]{43}=$/);
    expect(verifies(publicKeyOf(secret), headersBy(secret))).toBe(true);
  });

  it('is not believed of another body, by another secret, or at another time', () => {
    const altered = BODY.replace('grade', 'grate');
    const late = { ...headersBy(secret), 'webhook-timestamp': String(SECONDS + 1) };

    expect(() => new Webhook(shownSecret(secret)).verify(altered, headersBy(secret))).toThrow('No matching signature');
    expect(() => new Webhook(shownSecret(other)).verify(BODY, headersBy(secret))).toThrow('No matching signature');
    expect(() => new Webhook(shownSecret(secret)).verify(BODY, late)).toThrow('No matching signature');
    expect(verifies(publicKeyOf(secret), headersBy(secret), altered)).toBe(false);
    expect(verifies(publicKeyOf(other), headersBy(secret))).toBe(false);
  });

  it('may be the old one or the new while one takes the place of the other', () => {
    const both = headersBy(other, secret);

    for (const each of [secret, other]) {
      expect(new Webhook(shownSecret(each)).verify(BODY, both)).toBeTruthy();
      expect(verifies(publicKeyOf(each), both)).toBe(true);
    }
  });

  it('is kept sealed, for its own row, by the key of the installation', () => {
    const key = randomBytes(32);
    const sealed = seal(key, secret, sealOf('e', 1));

    expect(unseal(key, sealed, sealOf('e', 1))).toEqual(secret);
    expect(sealed.includes(secret.hmac)).toBe(false);
    expect(() => unseal(randomBytes(32), sealed, sealOf('e', 1))).toThrow();
    expect(() => unseal(key, sealed, sealOf('e', 2))).toThrow();
    for (let i = 0; i < sealed.length; i++) {
      const altered = Buffer.from(sealed);
      altered[i]! ^= 1;
      expect(() => unseal(key, altered, sealOf('e', 1))).toThrow();
    }
  });
});
