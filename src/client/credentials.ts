import type { JWK } from 'jose';
import type { Verdict } from '../disclosure/verify.ts';
import { CredenceError } from './errors.ts';

export type { Claims as CredentialClaims, Fault as CredentialFault, Verdict } from '../disclosure/verify.ts';

interface Always {
  /** The moment that counts, ms since 1970; now, if not given. */
  readonly at?: number;
}

/** With what you have: no network is needed. */
export interface Offline extends Always {
  /** The issuer's public keys, as `fetchKeys` gave them. */
  readonly keys: readonly JWK[];
  /** Status lists as they were fetched; without the one that it names nothing is known of revocations. */
  readonly lists?: readonly string[];
  readonly issuer?: string;
}

/** With what the issuer says now: its keys, and whether the grade was revoked. */
export interface Online extends Always {
  /** Whose grades you take: http://localhost:4000. Nothing is fetched from anywhere else. */
  readonly issuer: string;
  readonly fetch?: typeof fetch;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 15_000;

/** Whether a signed grade holds, and if not, why. Runs on Node, and loads `jose` when it is first called. */
export async function verifyCredential(jwt: string, against: Offline | Online): Promise<Verdict> {
  const { verifyCredential: verify } = await import('../disclosure/verify.ts');
  const at = against.at ?? Date.now();
  if ('keys' in against) return verify(jwt, { ...against, at });
  const offline = { keys: await fetchKeys(against), at, issuer: against.issuer };
  const verdict = await verify(jwt, offline);
  if (!verdict.isValid) return verdict;
  const list = await statusListOf(verdict.claims.credentialStatus, against);
  return verify(jwt, { ...offline, lists: [list] });
}

/** The issuer's public keys. They change seldom: keep them for some minutes, or for as long as you are offline. */
export async function fetchKeys({ issuer, ...how }: Omit<Online, 'at'>): Promise<JWK[]> {
  const text = await textAt(new URL('/.well-known/jwks.json', issuer), how);
  return (JSON.parse(text) as { readonly keys: JWK[] }).keys;
}

function statusListOf(
  status: Readonly<Record<string, unknown>> | undefined,
  { issuer, ...how }: Online,
): Promise<string> {
  const address = new URL(String(status?.['statusListCredential']));
  if (address.origin === new URL(issuer).origin) return textAt(address, how);
  throw new CredenceError('STATUS_LIST_WRONG', 'The status list of this grade is not at its issuer.');
}

async function textAt(
  address: URL,
  { fetch: get = fetch, timeoutMs = TIMEOUT_MS }: Pick<Online, 'fetch' | 'timeoutMs'>,
) {
  try {
    const response = await get(address, { redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return await response.text();
  } catch (cause) {
    throw new CredenceError('NETWORK', `${address.href} cannot be fetched: ${(cause as Error).message}`, { cause });
  }
}
