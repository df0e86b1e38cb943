import {
  createRemoteJWKSet,
  customFetch,
  errors,
  jwksCache,
  type CryptoKey,
  type ExportedJWKSCache,
  type FlattenedJWSInput,
  type JWSHeaderParameters,
} from 'jose';
import { Refusal } from '../kernel/refusal.ts';

/** In milliseconds. */
export interface KeyTimes {
  /** How long one fetch may take. */
  readonly timeout: number;
  /** Keys older than this are fetched anew, while those that are here serve on. */
  readonly refreshAfter: number;
  /** A key that is not known makes us look for it, but not sooner after the last look. */
  readonly cooldown: number;
  /** After a fetch that failed, no other before. */
  readonly retryAfter: number;
  /** Keys that could not be fetched anew for so long are trusted no more: a withdrawn one may be among them. */
  readonly trustFor: number;
}

export const KEY_TIMES: KeyTimes = {
  timeout: 5_000,
  refreshAfter: 600_000,
  cooldown: 30_000,
  retryAfter: 5_000,
  trustFor: 86_400_000,
};

export type FindKey = (header?: JWSHeaderParameters, token?: FlattenedJWSInput) => Promise<CryptoKey>;
/** The keys as of an instant, in ms since 1970. */
export type IssuerKeys = (now: number) => FindKey;

/**
 * The public keys of the marketplace's issuer (RFC 7517), fetched when first needed. `jose` keeps them and looks for those that
 * are not known; what it would not do is to serve on with what it has while the issuer is away.
 */
export function issuerKeys(url: string, onFailure: (error: unknown) => void, times: KeyTimes = KEY_TIMES): IssuerKeys {
  const cache: Partial<ExportedJWKSCache> = {}; // what `jose` has, as it lets us see it
  let at = 0; // the latest instant that a caller named
  let fetches = 0;
  const last = { fetched: Number.NEGATIVE_INFINITY, failed: Number.NEGATIVE_INFINITY, told: Number.NEGATIVE_INFINITY };
  const set = createRemoteJWKSet(new URL(url), {
    timeoutDuration: times.timeout,
    cooldownDuration: times.cooldown,
    cacheMaxAge: Number.POSITIVE_INFINITY, // how old they may be is judged here
    [jwksCache]: cache as ExportedJWKSCache,
    [customFetch]: async (...request: Parameters<typeof fetch>) => {
      if (at - last.failed < times.retryAfter) throw new Error('the issuer did not answer a moment ago');
      fetches++;
      return fetch(...request);
    },
  });
  const noting = async <T>(work: () => Promise<T>): Promise<T> => {
    const before = { fetches, jwks: cache.jwks };
    try {
      return await work();
    } catch (error) {
      if (isAboutToken(error)) throw error;
      if (fetches !== before.fetches) last.failed = at;
      if (at - last.told >= times.retryAfter) {
        last.told = at;
        onFailure(error);
      }
      throw unavailable(error);
    } finally {
      if (cache.jwks !== before.jwks) last.fetched = at;
    }
  };
  const refresh = async (): Promise<void> => {
    const age = at - last.fetched;
    if (!cache.jwks || age <= times.refreshAfter) return;
    const fetching = noting(() => set.reload());
    if (age > times.trustFor) await fetching;
    else fetching.catch(() => {}); // told of by then
  };
  return (now) => async (header, token) => {
    at = Math.max(at, now);
    await refresh();
    return noting(() => set(header, token));
  };
}

/** The set is here, and the token's key is not in it. */
const isAboutToken = (error: unknown): boolean =>
  error instanceof errors.JWKSNoMatchingKey ||
  error instanceof errors.JWKSMultipleMatchingKeys ||
  error instanceof errors.JOSENotSupported;

function unavailable(cause: unknown): Refusal {
  const message = 'The keys of the token issuer cannot be fetched, so that no token can be checked. Try again.';
  const refusal = new Refusal('UNAVAILABLE', 'ISSUER_UNAVAILABLE', message);
  refusal.cause = cause;
  return refusal;
}
