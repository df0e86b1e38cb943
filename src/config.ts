import path from 'node:path';
import { keptSecrets, type SecretName } from './secrets.ts';

export const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What the environment says, read once. */
export interface Config {
  readonly isProduction: boolean;
  readonly host: string;
  readonly port: number; // 0: any free one
  readonly databaseUrl: string | null; // null: an embedded Postgres in `dataDir`
  readonly dataDir: string;
  /** Whether to fill an empty database with a demo marketplace. */
  readonly demo: boolean;
  readonly tokenSecret: Buffer; // signs bearer tokens
  readonly hashSecret: Buffer; // keys the hashes of addresses, devices and payment instruments
  readonly logLevel: LogLevel;
}

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

const NEEDED_IN_PRODUCTION = ['DATABASE_URL', 'CREDENCE_TOKEN_SECRET', 'CREDENCE_HASH_SECRET'];
const MIN_SECRET_BYTES = 32;

/** Outside production, secrets that are not given are made once and kept in the data directory. */
export function readConfig(env: Environment = process.env): Config {
  const isProduction = env['NODE_ENV'] === 'production';
  const problems = isProduction
    ? NEEDED_IN_PRODUCTION.filter((name) => !env[name]).map((name) => `${name} is not set; production needs it.`)
    : [];
  const settings = {
    isProduction,
    host: env['HOST'] || 'localhost',
    port: portFrom(env, problems),
    databaseUrl: databaseUrlFrom(env, problems),
    dataDir: path.resolve(env['CREDENCE_DATA_DIR'] || '.data'),
    demo: flagFrom(env, 'CREDENCE_DEMO', !isProduction, problems),
    logLevel: logLevelFrom(env, problems),
  };
  const given = {
    tokenSecret: secretFrom(env, 'CREDENCE_TOKEN_SECRET', problems),
    hashSecret: secretFrom(env, 'CREDENCE_HASH_SECRET', problems),
  };
  if (problems.length > 0) throw new Misconfigured(problems);
  return { ...settings, ...withKept(given, settings.dataDir) };
}

function withKept(given: Record<SecretName, Buffer | null>, dataDir: string): Record<SecretName, Buffer> {
  if (given.tokenSecret && given.hashSecret) return { tokenSecret: given.tokenSecret, hashSecret: given.hashSecret };
  try {
    const kept = keptSecrets(dataDir);
    return { tokenSecret: given.tokenSecret ?? kept.tokenSecret, hashSecret: given.hashSecret ?? kept.hashSecret };
  } catch (error) {
    throw new Misconfigured([`The secrets in CREDENCE_DATA_DIR cannot be used: ${(error as Error).message}`]);
  }
}

function portFrom(env: Environment, problems: string[]): number {
  const text = env['PORT'] || '4000';
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) problems.push(`PORT is "${text}"; give a number from 0 to 65535.`);
  return port;
}

function databaseUrlFrom(env: Environment, problems: string[]): string | null {
  const url = env['DATABASE_URL'] || null;
  // The value stays out of the message: it has a password in it.
  if (url && !/^postgres(ql)?:\/\/./.test(url)) problems.push('DATABASE_URL must begin with postgresql://.');
  return url;
}

function flagFrom(env: Environment, name: string, otherwise: boolean, problems: string[]): boolean {
  const text = env[name];
  if (text && text !== '0' && text !== '1') problems.push(`${name} is "${text}"; give 0 or 1.`);
  return text ? text === '1' : otherwise;
}

function logLevelFrom(env: Environment, problems: string[]): LogLevel {
  const text = env['LOG_LEVEL'] || 'info';
  const found = LOG_LEVELS.find((level) => level === text);
  if (!found) problems.push(`LOG_LEVEL is "${text}"; give one of ${LOG_LEVELS.join(', ')}.`);
  return found ?? 'info';
}

function secretFrom(env: Environment, name: string, problems: string[]): Buffer | null {
  const text = env[name];
  if (!text) return null;
  const secret = Buffer.from(text, 'base64url');
  if (!/^[\w-]+=*$/.test(text) || secret.length < MIN_SECRET_BYTES) {
    problems.push(`${name} must be at least ${MIN_SECRET_BYTES} random bytes in base64url.`);
  }
  return secret;
}
