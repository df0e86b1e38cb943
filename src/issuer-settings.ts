import { ROLES, type Role } from './kernel/role.ts';
import { duration, listOf, names, text, url, type Setting } from './setting.ts';

/** With a public key only: with a shared secret, whoever can check a token could make one. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const DEFAULT_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];

/** Where people sign in, if it is not here. */
export const ISSUER_SETTINGS = {
  jwksUrl: url(
    [
      'CREDENCE_JWKS_URL',
      "the public keys (JWKS) of the marketplace's own issuer of tokens (JWT): people sign in there, and nowhere else",
      'tokens are made here, by `credence token`',
    ],
    'https',
    'http',
  ),
  jwtIssuer: text(['CREDENCE_JWT_ISSUER', 'the `iss` of its tokens', 'needed with CREDENCE_JWKS_URL'], null),
  jwtAudience: text(['CREDENCE_JWT_AUDIENCE', 'the `aud` that names us', 'needed with CREDENCE_JWKS_URL'], null),
  jwtAlgorithms: listOf(
    [
      'CREDENCE_JWT_ALGORITHMS',
      `how its tokens may be signed: ${ALGORITHMS.join(', ')}`,
      DEFAULT_ALGORITHMS.join(', '),
    ],
    { test: (algorithm) => ALGORITHMS.includes(algorithm) },
    `some of ${ALGORITHMS.join(', ')}`,
  ),
  jwtTolerance: duration(
    ['CREDENCE_JWT_CLOCK_TOLERANCE', 'how far its clock and ours may differ, up to 5m', '30s'],
    '5m',
    '30s',
  ),
  jwtRoleClaim: text(
    ['CREDENCE_JWT_ROLE_CLAIM', 'the claim that holds the role, or a path: realm.roles', 'role'],
    'role',
  ),
  jwtRoles: names(
    ['CREDENCE_JWT_ROLES', 'what it calls our roles: seller=MERCHANT, staff=MODERATOR', 'as we do'],
    ROLES.filter((role) => role !== 'PUBLIC'),
  ),
  jwtMerchantClaim: text(
    ['CREDENCE_JWT_MERCHANT_CLAIM', "the claim that holds the platform's own id of a MERCHANT", 'sub'],
    'sub',
  ),
  jwtBuyerClaim: text(
    ['CREDENCE_JWT_BUYER_CLAIM', "the claim that holds the platform's own id of a BUYER", 'sub'],
    'sub',
  ),
} as const;

type Read = { readonly [Key in keyof typeof ISSUER_SETTINGS]: ReturnType<(typeof ISSUER_SETTINGS)[Key]['read']> };
type Environment = Readonly<Record<string, string | undefined>>;

/** Who signs people in for the marketplace, and how its tokens (RFC 7519) are to be read. */
export interface IssuerSettings {
  readonly jwksUrl: string;
  readonly issuer: string;
  readonly audience: string;
  readonly algorithms: readonly string[];
  readonly clockToleranceSeconds: number;
  readonly roleClaim: string;
  readonly roles: ReadonlyMap<string, Role>; // by what the issuer calls them
  readonly merchantClaim: string;
  readonly buyerClaim: string;
}

/** Where it is set that an issuer makes the tokens, rightly or wrongly. */
export const isIssued = (env: Environment): boolean => Boolean(env[ISSUER_SETTINGS.jwksUrl.name]);

/** What is wrong with these settings taken together. */
export function problemsOfIssuer(read: Read, env: Environment, isProduction: boolean): string[] {
  if (!isIssued(env))
    return Object.values<Setting<unknown>>(ISSUER_SETTINGS)
      .filter(({ name }) => env[name])
      .map(({ name }) => `${name} is set, and CREDENCE_JWKS_URL is not.`);
  const problems = [
    ...(read.jwtIssuer ? [] : ['CREDENCE_JWT_ISSUER is not set; CREDENCE_JWKS_URL needs it.']),
    ...(read.jwtAudience ? [] : ['CREDENCE_JWT_AUDIENCE is not set; CREDENCE_JWKS_URL needs it.']),
  ];
  const { protocol, hostname, username, password } = new URL(read.jwksUrl ?? 'https://localhost');
  // Whoever can change what is fetched can be anyone here.
  if (isProduction && protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname))
    problems.push('CREDENCE_JWKS_URL must begin with https:// in production.');
  if (username || password) problems.push('CREDENCE_JWKS_URL must hold neither a name nor a password.');
  return problems;
}

/** Null: tokens are made here. */
export function issuerOf(read: Read): IssuerSettings | null {
  if (read.jwksUrl === null) return null;
  return {
    jwksUrl: read.jwksUrl,
    issuer: read.jwtIssuer!,
    audience: read.jwtAudience!,
    algorithms: read.jwtAlgorithms.length > 0 ? read.jwtAlgorithms : DEFAULT_ALGORITHMS,
    clockToleranceSeconds: read.jwtTolerance,
    roleClaim: read.jwtRoleClaim,
    roles: read.jwtRoles,
    merchantClaim: read.jwtMerchantClaim,
    buyerClaim: read.jwtBuyerClaim,
  };
}
