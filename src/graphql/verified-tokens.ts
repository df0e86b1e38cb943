import { decodeJwt } from 'jose';
import type { Actor } from '../access/actor.ts';
import type { ReadToken } from '../access/authenticate.ts';

const REMEMBERED_MS = 60_000;
const MOST_REMEMBERED = 20_000; // some 20 MB

interface Verified {
  readonly actor: Actor;
  readonly until: number; // ms since 1970
}

/**
 * What was found right of a token is right a moment later, until it expires: a signature is checked anew once a minute, and not for each
 * request or event. Who its holder is, and whether that may still be, is asked elsewhere, each time.
 */
export function verifiedTokens(readToken: ReadToken): ReadToken {
  const known = new Map<string, Verified>();
  return async (authorization, now) => {
    const verified = known.get(authorization);
    if (verified && now < verified.until) return verified.actor;
    known.delete(authorization);
    const actor = await readToken(authorization, now);
    known.set(authorization, { actor, until: Math.min(now + REMEMBERED_MS, expiryOf(authorization)) });
    if (known.size > MOST_REMEMBERED) known.delete(known.keys().next().value!);
    return actor;
  };
}

/** Of a token that was found right. */
const expiryOf = (authorization: string): number =>
  (decodeJwt(authorization.replace(/^Bearer +/i, '')).exp ?? 0) * 1000;
