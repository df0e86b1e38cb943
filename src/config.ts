import path from 'node:path';
import { isRange } from './addresses.ts';
import { ASKING_SETTINGS } from './asking-settings.ts';
import { leastConnections } from './connections.ts';
import { isIssued, ISSUER_SETTINGS, issuerOf, problemsOfIssuer, type IssuerSettings } from './issuer-settings.ts';
import { keptSecrets } from './secrets.ts';
import { keptSigningKeys, signingKeysFrom, type SigningKeys } from './signing-keys.ts';
import {
  duration,
  flag,
  isSetTo,
  listOf,
  needed,
  oneOf,
  parsed,
  password,
  port,
  secret,
  text,
  url,
  wholeNumber,
  type Setting,
} from './setting.ts';

export const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * Every setting there is. A new one is a line here, and then `npm run settings`, which writes README.md's table from this list.
 * What it says of itself is for those who run the program.
 */
export const SETTINGS = {
  isProduction: isSetTo(['NODE_ENV', 'production: nothing is made up or left open', 'development'], 'production'),
  host: text(['HOST', 'where to listen', 'localhost'], 'localhost'),
  port: port(['PORT', 'where to listen; 0: a port that is free', '4000'], 4000),
  databaseUrl: needed(
    url(
      ['DATABASE_URL', 'a Postgres of your own (15 or newer)', 'an embedded Postgres 18; needed in production'],
      'postgresql',
      'postgres',
    ),
  ),
  processes: wholeNumber(
    [
      'WEB_CONCURRENCY',
      'how many processes answer at `PORT`, up to 64; from 2 on, one more does what is to be done once',
      '1',
    ],
    1,
    64,
    1,
  ),
  connections: wholeNumber(
    [
      'CREDENCE_CONNECTIONS',
      'to the database, of all these processes together at most; Postgres lets in 100 by itself',
      '80',
    ],
    leastConnections(1),
    10_000,
    80,
  ),
  dataDir: text(['CREDENCE_DATA_DIR', 'where the embedded Postgres and generated secrets live', '`.data`'], '.data'),
  demo: flag(
    ['CREDENCE_DEMO', '1: fill an empty database with a demo marketplace', '1; 0 in production'],
    (isProduction) => !isProduction,
  ),
  tokenSecret: needed(
    secret([
      'CREDENCE_TOKEN_SECRET',
      'signs tokens; base64url of at least 32 bytes',
      'generated once; needed in production',
    ]),
  ),
  hashSecret: needed(
    secret([
      'CREDENCE_HASH_SECRET',
      'keys the hashes of addresses, devices and payment instruments, and the signature of the audit log; as above',
      'generated once; needed in production',
    ]),
  ),
  logLevel: oneOf(['LOG_LEVEL', LOG_LEVELS.join(', '), 'info'], LOG_LEVELS, 'info'),
  metricsPort: port(['METRICS_PORT', 'a port of its own for Prometheus: `GET /metrics`', 'none'], null),
  metricsHost: text(['METRICS_HOST', 'where that port listens', 'localhost'], 'localhost'),
  metricsToken: password([
    'METRICS_TOKEN',
    'the bearer token that `/metrics` demands, of 16 characters or more; without a port of its own, it is answered at `PORT`',
    'no token, and no `/metrics` at `PORT`',
  ]),
  traceEndpoint: url(
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'where traces go: an OpenTelemetry collector, by OTLP over HTTP', 'no traces'],
    'http',
    'https',
  ),
  freshSeconds: duration(
    [
      'CREDENCE_FRESH_SIGN_IN',
      'how lately one must have signed in for what is sensitive, such as making API keys',
      '15m',
    ],
    '1d',
    '15m',
  ),
  trustedProxies: listOf(
    [
      'CREDENCE_TRUSTED_PROXIES',
      'proxies whose X-Forwarded-For is believed: addresses, ranges such as 10.0.0.0/8',
      'none',
    ],
    { test: isRange },
    'addresses, or ranges such as 10.0.0.0/8',
  ),
  ...ISSUER_SETTINGS,
  ...ASKING_SETTINGS,
  publicUrl: needed(
    url(
      [
        'CREDENCE_URL',
        'where partners find this installation; signed grades name it as their issuer',
        '`http://HOST:PORT`; needed in production',
      ],
      'https',
      'http',
    ),
  ),
  givenSigningKeys: needed(
    parsed(
      [
        'CREDENCE_SIGNING_KEYS',
        'sign grades: a JWK Set of Ed25519 keys, the first of which signs; `credence keys new` makes one',
        'generated once; needed in production',
      ],
      signingKeysFrom,
      null as SigningKeys | null,
    ),
  ),
  credentialSeconds: duration(
    ['CREDENCE_CREDENTIAL_LIFE', 'for how long a signed grade is good, up to 31d', '24h'],
    '31d',
    '24h',
  ),
  exportSeconds: duration(
    ['CREDENCE_EXPORT_LIFE', 'for how long a bulk export can be fetched, up to 31d', '24h'],
    '31d',
    '24h',
  ),
  areLocalWebhooksAllowed: flag(
    ['CREDENCE_WEBHOOK_PRIVATE', '1: webhooks may go to this very machine, by HTTP too; not in production', '0'],
    () => false,
  ),
  isDebugging: flag(['CREDENCE_DEBUG', '1: a command that fails tells where', '0'], () => false),
} as const;

type Read = { readonly [Key in keyof typeof SETTINGS]: ReturnType<(typeof SETTINGS)[Key]['read']> };

/** What the environment says, read once. Outside production, secrets that are not given are made once and kept in `dataDir`. */
export interface Config extends Omit<Read, 'tokenSecret' | 'hashSecret' | 'jwksUrl' | `jwt${string}`> {
  readonly tokenSecret: Buffer | null; // null: `issuer` makes the tokens
  readonly hashSecret: Buffer;
  readonly issuer: IssuerSettings | null; // null: tokens are made here
  readonly signingKeys: SigningKeys;
  readonly processNumber: number | null; // from 1; null unless this process was forked to answer beside others
}

/** By which a forked process learns its number. No setting: nobody else says it. */
export const PROCESS_NUMBER = 'CREDENCE_PROCESS';

/** Wrong settings: all of them at once, a line each. */
export class Misconfigured extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'Misconfigured';
    this.problems = problems;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

export function readConfig(env: Environment = process.env): Config {
  const isProduction = SETTINGS.isProduction.read(env['NODE_ENV'], false);
  const problems: string[] = [];
  const read = Object.fromEntries(
    Object.entries<Setting<unknown>>(SETTINGS).map(([key, setting]) => [
      key,
      valueOf(setting, env, isProduction, problems),
    ]),
  ) as Read;
  problems.push(...problemsOfIssuer(read, env, isProduction));
  const least = leastConnections(read.processes ?? 1);
  if (read.connections < least)
    problems.push(`CREDENCE_CONNECTIONS must be ${least} or more for ${read.processes} processes (WEB_CONCURRENCY).`);
  if (read.isSafelisted && !env[SETTINGS.documents.name])
    problems.push('CREDENCE_SAFELIST is 1, and CREDENCE_DOCUMENTS names no file.');
  if (isProduction && read.areLocalWebhooksAllowed)
    problems.push('CREDENCE_WEBHOOK_PRIVATE cannot be 1 in production: webhooks would reach this very machine.');
  if (problems.length > 0) throw new Misconfigured(problems);
  const dataDir = path.resolve(read.dataDir);
  return {
    ...read,
    dataDir,
    issuer: issuerOf(read),
    ...secretsOf(read, dataDir),
    signingKeys: signingKeysOf(read, dataDir),
    processNumber: env[PROCESS_NUMBER] ? Number(env[PROCESS_NUMBER]) : null,
  };
}

function valueOf(setting: Setting<unknown>, env: Environment, isProduction: boolean, problems: string[]): unknown {
  const given = env[setting.name] || undefined;
  const isMoot = setting === SETTINGS.tokenSecret && isIssued(env);
  if (given === undefined && isProduction && setting.isNeeded && !isMoot)
    problems.push(`${setting.name} is not set; production needs it.`);
  try {
    return setting.read(given, isProduction);
  } catch (error) {
    problems.push((error as Error).message);
    return undefined;
  }
}

function secretsOf(given: Read, dataDir: string): Pick<Config, 'tokenSecret' | 'hashSecret'> {
  const { tokenSecret, hashSecret, jwksUrl } = given;
  if (hashSecret && (jwksUrl || tokenSecret)) return { tokenSecret: jwksUrl ? null : tokenSecret, hashSecret };
  try {
    const kept = keptSecrets(dataDir);
    return {
      tokenSecret: jwksUrl ? null : (tokenSecret ?? kept.tokenSecret),
      hashSecret: hashSecret ?? kept.hashSecret,
    };
  } catch (error) {
    throw new Misconfigured([`The secrets in CREDENCE_DATA_DIR cannot be used: ${(error as Error).message}`]);
  }
}

function signingKeysOf({ givenSigningKeys }: Read, dataDir: string): SigningKeys {
  try {
    return givenSigningKeys ?? keptSigningKeys(dataDir);
  } catch (error) {
    throw new Misconfigured([`The signing keys in CREDENCE_DATA_DIR cannot be used: ${(error as Error).message}`]);
  }
}
