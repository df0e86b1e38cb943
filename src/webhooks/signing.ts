import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  randomBytes,
  sign,
  type KeyObject,
} from 'node:crypto';

/**
 * Standard Webhooks 1.0 (https://github.com/standard-webhooks/standard-webhooks): `v1` is an HMAC with a shared secret, `v1a` an Ed25519
 * signature, for whoever would rather keep no secret. What is signed is "id.timestamp.body".
 */
export interface SigningSecret {
  readonly hmac: Buffer;
  readonly seed: Buffer; // of the Ed25519 key
}

const HMAC_BYTES = 32;
const SEED_BYTES = 32;

export const newSigningSecret = (): SigningSecret => ({ hmac: randomBytes(HMAC_BYTES), seed: randomBytes(SEED_BYTES) });

/** For whoever verifies `v1`: shown once. */
export const shownSecret = ({ hmac }: SigningSecret): string => `whsec_${hmac.toString('base64')}`;

/** RFC 8410: what comes before the 32 bytes of a private key. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

const privateKeyOf = ({ seed }: SigningSecret): KeyObject =>
  createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });

/** For whoever verifies `v1a`. */
export function publicKeyOf(secret: SigningSecret): string {
  const { x } = createPublicKey(privateKeyOf(secret)).export({ format: 'jwk' });
  return `whpk_${Buffer.from(x!, 'base64url').toString('base64')}`;
}

/** By each of the secrets, with spaces between: while one takes the place of another, both are good. `seconds`: since 1970. */
export function signatures(secrets: readonly SigningSecret[], id: string, seconds: number, body: string): string {
  const content = Buffer.from(`${id}.${seconds}.${body}`);
  return secrets
    .flatMap((secret) => [
      `v1,${createHmac('sha256', secret.hmac).update(content).digest('base64')}`,
      `v1a,${sign(null, content, privateKeyOf(secret)).toString('base64')}`,
    ])
    .join(' ');
}

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** For the database: AES-256-GCM. `of` binds it to its row. */
export function seal(key: Buffer, { hmac, seed }: SigningSecret, of: string): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(of));
  const sealed = Buffer.concat([cipher.update(Buffer.concat([hmac, seed])), cipher.final()]);
  return Buffer.concat([iv, sealed, cipher.getAuthTag()]);
}

/** Throws where it was sealed with another key, or for another row. */
export function unseal(key: Buffer, bytes: Buffer, of: string): SigningSecret {
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(of))
    .setAuthTag(bytes.subarray(-TAG_BYTES));
  const opened = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
  return { hmac: opened.subarray(0, HMAC_BYTES), seed: opened.subarray(HMAC_BYTES) };
}

/** What a sealed secret is bound to. */
export const sealOf = (endpointId: string, place: number): string => `${endpointId} ${place}`;
