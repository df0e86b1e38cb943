import { decodeJwt, type JWK } from 'jose';
import { verifyCredential } from '../../src/disclosure/verify.ts';
import type { Api, Asker } from '../kit/api.ts';

export interface Shown {
  readonly gradeCredential: {
    readonly id: string;
    readonly jwt: string;
    readonly validFrom: string;
    readonly validUntil: string;
  };
  readonly grade: Readonly<Record<string, unknown>>;
}

const OF_MERCHANT = `query ($m: String!, $policy: String) { merchant(externalId: $m) {
  gradeCredential(policy: $policy) { id jwt validFrom validUntil }
  grade(policy: $policy) { level score interval { low high } asOf knownAt band } } }`;

/** What partners do with signed grades, and staff, over a server. */
export function signing(api: Api, clock: () => number) {
  let nextKey = 0;
  const ask = (externalId: string, asker: Asker, policy: string | null) =>
    api.ask(asker, OF_MERCHANT, { m: externalId, policy });
  const ofMerchant = async (externalId: string, policy: string | null = null): Promise<Shown> =>
    (await ask(externalId, 'PARTNER', policy)).data.merchant;
  const keysNow = async (): Promise<JWK[]> =>
    ((await (await api.send('/.well-known/jwks.json')).json()) as { keys: JWK[] }).keys;
  return {
    ofMerchant,
    signed: async (externalId: string): Promise<string> => (await ofMerchant(externalId)).gradeCredential.jwt,
    /** The code by which it was refused; undefined where it was not. */
    codeFor: async (externalId: string, asker: Asker) =>
      (await ask(externalId, asker, null)).errors?.[0]!.extensions['code'],
    keysNow,
    listOf: (jwt: string): Promise<Response> => api.send(new URL(statusOf(jwt).statusListCredential).pathname),
    verdict: async (jwt: string, lists: readonly string[] = [], at = clock()) => {
      const found = await verifyCredential(jwt, { keys: await keysNow(), at, lists });
      return found.isValid ? 'VALID' : found.fault;
    },
    revoke: async (credentialId: string, more: Record<string, unknown> = {}, asker: Asker = 'MODERATOR') => {
      const { data, errors } = await api.ask(
        asker,
        `mutation ($input: RevokeGradeCredentialInput!) { revokeGradeCredential(input: $input) {
           credentialId revokedAt userErrors { code field } } }`,
        { input: { credentialId, note: 'it was asked for by mistake', idempotencyKey: `k-${nextKey++}`, ...more } },
      );
      return errors ? { code: errors[0]!.extensions['code'] } : data.revokeGradeCredential;
    },
  };
}

export const statusOf = (jwt: string) =>
  (decodeJwt(jwt) as { credentialStatus: { id: string; statusListCredential: string } }).credentialStatus;
