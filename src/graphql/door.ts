import type { Door, ReadToken } from '../access/authenticate.ts';
import { issuerKeys } from '../access/issuer-keys.ts';
import { tokensOf } from '../access/issuer.ts';
import { readToken } from '../access/tokens.ts';
import type { Config } from '../config.ts';
import type { Log } from '../log.ts';
import { readApiKey } from '../partners/key-check.ts';
import { verifiedTokens } from './verified-tokens.ts';

export interface DoorSettings extends Pick<Config, 'tokenSecret'>, Partial<Pick<Config, 'issuer' | 'freshSeconds'>> {}

const FRESH_SECONDS = 900;

/** How callers prove here who they are. */
export const doorOf = (settings: DoorSettings, log: Log): Door => ({
  readToken: verifiedTokens(tokensFor(settings, log)),
  readKey: readApiKey,
  freshSeconds: settings.freshSeconds ?? FRESH_SECONDS,
});

/** Of the issuer where there is one, and then of nobody else: what could be made here would be a second way in. */
function tokensFor({ issuer, tokenSecret }: DoorSettings, log: Log): ReadToken {
  if (issuer) {
    const warn = (err: unknown) => log.warn({ err }, "the issuer's keys cannot be fetched");
    return tokensOf(issuer, issuerKeys(issuer.jwksUrl, warn));
  }
  if (!tokenSecret) throw new Error('there is neither an issuer nor a secret to check tokens with');
  return (authorization, now) => readToken(tokenSecret, authorization, now);
}
