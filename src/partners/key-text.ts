import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { KEY_PREFIX } from '../access/credential.ts';

const PUBLIC_BYTES = 8;
const SECRET_BYTES = 32;
/** Prefix, public id, secret, and a checksum of all that comes before it. Hexadecimal: no two texts mean the same. */
const KEY = new RegExp(`^(${KEY_PREFIX}live_)([0-9a-f]{16})_([0-9a-f]{64})([0-9a-f]{8})$`);

export interface NewSecret {
  /** The whole key, for its holder: shown once. */
  readonly text: string;
  readonly publicId: string;
  readonly hash: Buffer;
}

export function newSecret(): NewSecret {
  const publicId = randomBytes(PUBLIC_BYTES).toString('hex');
  const body = `${prefixOf(publicId)}_${randomBytes(SECRET_BYTES).toString('hex')}`;
  const text = body + checksumOf(body);
  return { text, publicId, hash: hashOf(text) };
}

/** What of a key may be shown, to tell one from another. */
export const prefixOf = (publicId: string): string => `${KEY_PREFIX}live_${publicId}`;

/** The public part of what looks like a key of ours; null for all else, such as a key with a slip in it. */
export function publicIdIn(text: string): string | null {
  const [, prefix, publicId, secret, checksum] = KEY.exec(text) ?? [];
  if (publicId === undefined || checksumOf(`${prefix}${publicId}_${secret}`) !== checksum) return null;
  return publicId;
}

export const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Which no text has, as far as anyone can tell. */
const NO_HASH = Buffer.alloc(32);

/** Whether the key has this hash, in a time that does not depend on where they differ; nor on whether there is one at all. */
export const isSecret = (text: string, hash: Buffer | undefined): boolean =>
  timingSafeEqual(hashOf(text), hash ?? NO_HASH) && hash !== undefined;

const checksumOf = (text: string): string => crc32(text).toString(16).padStart(8, '0');
