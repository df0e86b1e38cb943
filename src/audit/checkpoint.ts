import { createHash, createPrivateKey, createPublicKey, hkdfSync, sign, verify, type KeyObject } from 'node:crypto';
import { Refusal } from '../kernel/refusal.ts';
import type { ChainEnd } from './verify.ts';

/** Of the signer, and of what is signed. */
const ORIGIN = 'credence-audit';
const ED25519 = Buffer.of(1); // as the format numbers its algorithms
/** An Ed25519 key of PKCS #8 before its 32 bytes (RFC 8410). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_HEAD_BYTES = 12;

/** The installation's own key, made of its secret, so that there is no other to keep. */
function keyOf(secret: Uint8Array): KeyObject {
  const seed = Buffer.from(hkdfSync('sha256', secret, '', 'credence audit checkpoint', 32));
  return createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
}

const publicBytes = (key: KeyObject): Buffer =>
  createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(SPKI_HEAD_BYTES);

const keyId = (publicKey: Buffer): Buffer =>
  createHash('sha256').update(`${ORIGIN}\n`).update(ED25519).update(publicKey).digest().subarray(0, 4);

/** What others need to check a checkpoint: a verifier key of the signed note format. */
export function verifierKey(secret: Uint8Array): string {
  const bytes = publicBytes(keyOf(secret));
  return `${ORIGIN}+${keyId(bytes).toString('hex')}+${Buffer.concat([ED25519, bytes]).toString('base64')}`;
}

/** The end of the chain as a signed note (https://c2sp.org/signed-note): its size and the link of its last event. */
export function signedCheckpoint(secret: Uint8Array, { size, link }: ChainEnd): string {
  const key = keyOf(secret);
  const text = `${ORIGIN}\n${size}\n${link.toString('base64')}\n`;
  const signature = Buffer.concat([keyId(publicBytes(key)), sign(null, Buffer.from(text), key)]);
  return `${text}\n— ${ORIGIN} ${signature.toString('base64')}\n`;
}

const NOTE = /^(credence-audit\n(\d{1,15})\n([\w+/]{43}=)\n)\n— credence-audit ([\w+/]{91}=)\n$/;

/** What a checkpoint of ours says. One that is not wholly as we signed it is refused. */
export function readCheckpoint(secret: Uint8Array, note: string): ChainEnd {
  const [, text, size, link, signature] = NOTE.exec(note) ?? [];
  if (text && size && link && signature) {
    const key = createPublicKey(keyOf(secret));
    if (verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64').subarray(4)))
      return { size: Number(size), link: Buffer.from(link, 'base64') };
  }
  throw new Refusal('INVALID', 'CHECKPOINT_INVALID', 'This is no checkpoint that was signed by this installation.');
}
