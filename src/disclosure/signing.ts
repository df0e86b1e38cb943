import { SignJWT, type JWTPayload } from 'jose';
import type { Installation } from '../installation.ts';
import type { Reader } from '../db/tx.ts';
import type { PublicKey } from '../signing-keys.ts';
import { keysInUse, promiseKey } from './signing.queries.ts';

const AHEAD_MS = 3_600_000; // promised further than needed, so that it is written once an hour and not with each signature

/** What this process has promised: that keys stay published until then. */
const promised = new WeakMap<Installation, number>();

/** Before anything is signed that is valid until then: whoever checks it must find the key as long, even after a rotation. */
export async function promiseUntil(sql: Reader, installation: Installation, now: number, until: number): Promise<void> {
  if ((promised.get(installation) ?? 0) >= until) return;
  const { signingKeys } = installation;
  await promiseKey(sql, signingKeys.published[0]!, new Date(now), new Date(until + AHEAD_MS));
  promised.set(installation, until + AHEAD_MS);
}

/** As https://www.w3.org/TR/vc-jose-cose/ has it: the claims are the credential itself. The key's promise comes first. */
export const signCredential = ({ signingKeys }: Installation, claims: JWTPayload): Promise<string> =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: 'EdDSA', typ: 'vc+jwt', cty: 'vc', kid: signingKeys.current.kid })
    .sign(signingKeys.current.privateKey);

/** Every key that a valid signature of ours may be by: this process's own, and those of others, or of before a rotation. */
export async function publishedKeys(sql: Reader, installation: Installation, now: number): Promise<PublicKey[]> {
  const { published } = installation.signingKeys;
  const own = new Set(published.map(({ kid }) => kid));
  return [...published, ...(await keysInUse(sql, new Date(now))).filter(({ kid }) => !own.has(kid))];
}
