import { createHash, createPrivateKey, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** An Ed25519 key that anybody may know (RFC 8037). `kid` is its thumbprint (RFC 7638). */
export interface PublicKey {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string; // base64url
  readonly kid: string;
  readonly use: 'sig';
  readonly alg: 'EdDSA';
}

/** What signs, and what is published beside it: keys that are to sign, or have signed. */
export interface SigningKeys {
  readonly current: { readonly kid: string; readonly privateKey: KeyObject };
  readonly published: readonly PublicKey[]; // the current one first
}

interface GivenKey {
  readonly kty?: unknown;
  readonly crv?: unknown;
  readonly x?: unknown;
  readonly d?: unknown;
}

/** A JWK Set of Ed25519 keys: the first signs, so it needs its private part; of the others the public one is enough. */
export function signingKeysFrom(text: string): SigningKeys {
  const keys = keysIn(text);
  const published = keys.map(publicKeyFrom);
  const { d, x } = keys[0] as GivenKey;
  if (typeof d !== 'string') throw new Error('the first key has no private part ("d")');
  const privateKey = createPrivateKey({ key: { kty: 'OKP', crv: 'Ed25519', x: x as string, d }, format: 'jwk' });
  return { current: { kid: published[0]!.kid, privateKey }, published };
}

/** What JSON.parse says of a text may hold a part of it: that is kept back. */
function keysIn(text: string): unknown[] {
  try {
    const { keys } = JSON.parse(text) as { keys?: unknown };
    if (Array.isArray(keys) && keys.length > 0) return keys;
  } catch {
    // told below
  }
  throw new Error('it is no JWK Set: {"keys":[…]}');
}

function publicKeyFrom(key: unknown): PublicKey {
  const { kty, crv, x } = (key ?? {}) as GivenKey;
  if (kty !== 'OKP' || crv !== 'Ed25519' || typeof x !== 'string' || !/^[\w-]{43}$/.test(x))
    throw new Error('one of its keys is no Ed25519 key: {"kty":"OKP","crv":"Ed25519","x":…}');
  const thumbprint = createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url');
  return { kty, crv, x, kid: thumbprint, use: 'sig', alg: 'EdDSA' };
}

const newKey = (): object => generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });

const fileIn = (dataDir: string): string => path.join(dataDir, 'signing-keys.json');

/** This installation's own keys, made on first use. */
export function keptSigningKeys(dataDir: string): SigningKeys {
  const file = fileIn(dataDir);
  if (!fs.existsSync(file)) save(file, [newKey()], fs.linkSync); // of two processes that start at once both read the first one's
  try {
    return signingKeysFrom(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file} cannot be used: ${(error as Error).message}`, { cause: error });
  }
}

/** A new key in the first place. Those before it stay, so that what they signed can be checked: the last few. */
export function rotateSigningKeys(dataDir: string): SigningKeys {
  keptSigningKeys(dataDir);
  const file = fileIn(dataDir);
  const { keys } = JSON.parse(fs.readFileSync(file, 'utf8')) as { keys: object[] };
  save(file, [newKey(), ...keys.slice(0, MOST_KEPT - 1)], fs.renameSync);
  return keptSigningKeys(dataDir);
}

const MOST_KEPT = 5;

/** Whole or not at all. */
function save(file: string, keys: readonly object[], put: (from: string, to: string) => void): void {
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o755 });
  const unfinished = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  fs.writeFileSync(unfinished, `${JSON.stringify({ keys }, null, 2)}\n`, { mode: 0o600, flush: true });
  try {
    put(unfinished, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    fs.rmSync(unfinished, { force: true });
  }
}

/** A JWK Set with one new private key, for CREDENCE_SIGNING_KEYS. */
export const newSigningKeys = (): string => JSON.stringify({ keys: [newKey()] });
