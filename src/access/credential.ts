import { Refusal } from '../kernel/refusal.ts';

/** What a request shows to prove who sends it; not yet looked at. */
export type Credential = { readonly kind: 'TOKEN' | 'KEY'; readonly text: string };

export interface CredentialHeaders {
  readonly authorization?: string | undefined;
  readonly 'x-api-key'?: string | string[] | undefined;
}

/** All API keys begin so, and no JWT does: its first character is always "e". */
export const KEY_PREFIX = 'crd_';
const BEARER = /^Bearer +/i;

/** Null: none, so that anyone may be calling. A key may come as a bearer token or by a header of its own; not both. */
export function credentialOf({ authorization, 'x-api-key': key }: CredentialHeaders): Credential | null {
  if (key !== undefined && authorization !== undefined)
    throw new Refusal(
      'UNAUTHENTICATED',
      'CREDENTIALS_AMBIGUOUS',
      'Send either an Authorization header or X-Api-Key: one of the two.',
    );
  if (key !== undefined) return { kind: 'KEY', text: String(key) };
  if (authorization === undefined) return null;
  const text = authorization.replace(BEARER, '');
  return text !== authorization && text.startsWith(KEY_PREFIX)
    ? { kind: 'KEY', text }
    : { kind: 'TOKEN', text: authorization };
}
