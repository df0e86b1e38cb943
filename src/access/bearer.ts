import { errors, type JWTPayload } from 'jose';
import { Refusal } from '../kernel/refusal.ts';

const BEARER = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i;

/** The JWT of an Authorization header. `longest`: characters of the whole header; what is longer is not looked at. */
export function bearerIn(header: string, longest: number): string {
  const token = header.length <= longest ? BEARER.exec(header)?.[1] : undefined;
  if (!token?.split('.').every(isCanonical)) throw invalidToken();
  return token;
}

/** Base64url as one encoder writes it: `jose` would also read stray bits at the end. */
const isCanonical = (part: string) => Buffer.from(part, 'base64url').toString('base64url') === part;

/** What `work` gives; what `jose` has against the token becomes a refusal that tells no more than it must. */
export async function refusingBadTokens<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw expiredToken();
    const isOurs = error instanceof Refusal && error.kind !== 'INVALID';
    if (!isOurs && (error instanceof errors.JOSEError || error instanceof Refusal)) throw invalidToken();
    throw error;
  }
}

/** When its holder last proved who they are (OpenID Connect Core 1.0, section 2): whole seconds since 1970. */
export function signedInAt({ auth_time: at }: JWTPayload): { signedInAt?: number } {
  return typeof at === 'number' && Number.isSafeInteger(at) && at >= 0 ? { signedInAt: at * 1000 } : {};
}

const MAX_NAME_LENGTH = 200;

/** It becomes part of keys and of the record of who did what. */
export function checkName(name: string | null): void {
  if (name === null || (name.length <= MAX_NAME_LENGTH && /^[^\p{Cc}]+$/u.test(name) && name.isWellFormed())) return;
  const message = `A holder's name has 1 to ${MAX_NAME_LENGTH} characters, none of them control characters.`;
  throw new Refusal('INVALID', 'NAME_INVALID', message);
}

const invalidToken = () => new Refusal('UNAUTHENTICATED', 'TOKEN_INVALID', 'The bearer token is not valid here.');
const expiredToken = () =>
  new Refusal('UNAUTHENTICATED', 'TOKEN_EXPIRED', 'The bearer token has expired. Get a new one.');
