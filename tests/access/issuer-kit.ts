import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { afterAll, beforeAll } from 'vitest';
import type { Issuer } from '../../src/access/issuer.ts';
import type { IssuerSettings } from '../../src/issuer-settings.ts';

export interface Pair {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

export async function aPair(kid: string, alg = 'ES256'): Promise<Pair> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

/** An issuer's key server, with the moods that such servers have. */
export interface KeyServer {
  readonly url: string;
  publish(...pairs: readonly Pair[]): void;
  mood: 'well' | 'broken' | 'garbled' | 'silent' | 'moved';
  /** How often it was asked. */
  asked: number;
}

export function aKeyServer(): KeyServer {
  let keys: readonly JWK[] = [];
  const server = http.createServer((_request, response) => {
    state.asked++;
    if (state.mood === 'silent') return;
    if (state.mood === 'broken') response.writeHead(500).end();
    else if (state.mood === 'moved') response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
    else if (state.mood === 'garbled') response.end('{"keys": 7}');
    else response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys }));
  });
  const state: KeyServer = {
    get url() {
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
    },
    publish: (...pairs) => void (keys = pairs.map(({ publicJwk }) => publicJwk)),
    mood: 'well',
    asked: 0,
  };
  beforeAll(() => new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return state;
}

export const anIssuer = (more: Partial<Issuer> = {}): Issuer => ({
  issuer: 'https://login.shop.example',
  audience: 'credence',
  algorithms: ['ES256', 'RS256'],
  clockToleranceSeconds: 30,
  roleClaim: 'role',
  roles: new Map([
    ['seller', 'MERCHANT'],
    ['customer', 'BUYER'],
    ['boss', 'ADMIN'],
    ['judge', 'MODERATOR'],
  ]),
  merchantClaim: 'shop_id',
  buyerClaim: 'sub',
  ...more,
});

export const settingsOf = (issuer: Issuer, jwksUrl: string): IssuerSettings => ({ ...issuer, jwksUrl });

type Claims = Readonly<Record<string, unknown>>;

/** A token as that issuer would make it at the instant `now`; a claim that is undefined is left out. */
export function signed(pair: Pair, now: number, claims: Claims = {}, header: Claims = {}): Promise<string> {
  const seconds = Math.floor(now / 1000);
  return new SignJWT({
    iss: 'https://login.shop.example',
    aud: 'credence',
    sub: 'u-1',
    role: 'boss',
    iat: seconds,
    exp: seconds + 300,
    ...claims,
  })
    .setProtectedHeader({ alg: pair.alg, kid: pair.kid, ...header })
    .sign(pair.privateKey);
}
