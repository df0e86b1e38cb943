import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { Misconfigured, readConfig, SETTINGS } from '../src/config.ts';
import { sources } from './house/sources.ts';
import { ROLES } from '../src/kernel/role.ts';
import { newSigningKeys } from '../src/signing-keys.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'credence-config-'));
afterAll(() => fs.rmSync(scratch, { recursive: true, force: true }));
let count = 0;
let dataDir: string;
beforeEach(() => {
  dataDir = path.join(scratch, `d${++count}`);
});

const aSecret = Buffer.alloc(32, 7).toString('base64url');
const production = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgresql://db/credence',
  CREDENCE_TOKEN_SECRET: aSecret,
  CREDENCE_HASH_SECRET: aSecret,
  CREDENCE_URL: 'https://credit.example',
  CREDENCE_SIGNING_KEYS: newSigningKeys(),
};
const problemsOf = (env: Record<string, string>): readonly string[] => {
  try {
    readConfig({ CREDENCE_DATA_DIR: dataDir, ...env });
    return [];
  } catch (error) {
    if (error instanceof Misconfigured) return error.problems;
    throw error;
  }
};

describe('the settings', () => {
  it('need nothing outside production', () => {
    expect(readConfig({ CREDENCE_DATA_DIR: dataDir })).toMatchObject({
      isProduction: false,
      port: 4000,
      databaseUrl: null,
      demo: true,
      logLevel: 'info',
    });
  });

  it('must be complete in production, and name all that is missing', () => {
    expect(problemsOf({ NODE_ENV: 'production' })).toEqual([
      'DATABASE_URL is not set; production needs it.',
      'CREDENCE_TOKEN_SECRET is not set; production needs it.',
      'CREDENCE_HASH_SECRET is not set; production needs it.',
      'CREDENCE_URL is not set; production needs it.',
      'CREDENCE_SIGNING_KEYS is not set; production needs it.',
    ]);
  });

  it('let webhooks reach this very machine outside production alone', () => {
    expect(readConfig({ CREDENCE_DATA_DIR: dataDir, CREDENCE_WEBHOOK_PRIVATE: '1' }).areLocalWebhooksAllowed).toBe(
      true,
    );
    expect(problemsOf({ ...production, CREDENCE_WEBHOOK_PRIVATE: '1' })).toEqual([
      'CREDENCE_WEBHOOK_PRIVATE cannot be 1 in production: webhooks would reach this very machine.',
    ]);
  });

  it('make no secrets and no demo in production', () => {
    expect(readConfig({ ...production, CREDENCE_DATA_DIR: dataDir }).demo).toBe(false);
    expect(fs.existsSync(dataDir)).toBe(false);
  });

  it.each([
    ['PORT', '70000'],
    ['PORT', '80a'],
    ['DATABASE_URL', 'mysql://x'],
    ['CREDENCE_DEMO', 'yes'],
    ['LOG_LEVEL', 'loud'],
    ['CREDENCE_TOKEN_SECRET', 'short'],
    ['CREDENCE_HASH_SECRET', `${aSecret}!`],
    ['CREDENCE_URL', 'ftp://credit.example'],
    ['CREDENCE_SIGNING_KEYS', '{"keys":[]}'],
    ['CREDENCE_CREDENTIAL_LIFE', '60d'],
  ])('refuse %s=%s by its name', (name, value) => {
    const problems = problemsOf({ [name]: value });

    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(name);
  });

  it('never show a part of wrong signing keys', () => {
    expect(problemsOf({ CREDENCE_SIGNING_KEYS: '{"keys":[{"d":"hunter2' }).join()).not.toContain('hunter2');
  });

  it('never show the password of a wrong DATABASE_URL', () => {
    expect(problemsOf({ DATABASE_URL: 'mysql://me:hunter2@db' }).join()).not.toContain('hunter2');
  });
});

describe('the settings of limits', () => {
  const manifest = (text: string): string => {
    fs.mkdirSync(dataDir, { recursive: true });
    const file = path.join(dataDir, 'documents.json');
    fs.writeFileSync(file, text);
    return file;
  };

  it('are read with the rest', () => {
    const config = readConfig({
      CREDENCE_DATA_DIR: dataDir,
      CREDENCE_BUDGETS: 'PUBLIC=7:2',
      CREDENCE_TIMEOUT: '5',
      CREDENCE_CORS_ORIGINS: 'https://a.example, http://localhost:3000',
      CREDENCE_DOCUMENTS: manifest('{"who": "{ viewer { role } }"}'),
      CREDENCE_SAFELIST: '1',
    });

    expect(config).toMatchObject({ timeoutSeconds: 5, isSafelisted: true });
    expect(config.budgets?.PUBLIC).toEqual({ maximum: 7, restoreRate: 2 });
    expect(config.corsOrigins).toEqual(['https://a.example', 'http://localhost:3000']);
    expect(config.documents?.get('who')).toBe('{ viewer { role } }');
  });

  it('limit everybody unless they are set', () => {
    const { budgets, documents, isSafelisted } = readConfig({ CREDENCE_DATA_DIR: dataDir });

    expect(ROLES.every((role) => (budgets?.[role].maximum ?? 0) >= 5_000)).toBe(true);
    expect([documents, isSafelisted]).toEqual([null, false]);
  });

  it('are refused when they are wrong, each in a line', () => {
    expect(
      problemsOf({
        CREDENCE_BUDGETS: 'PUBLIC=lots',
        CREDENCE_TIMEOUT: '0',
        CREDENCE_CORS_ORIGINS: '*',
        CREDENCE_SAFELIST: '1',
      }),
    ).toEqual([
      expect.stringMatching(/^CREDENCE_BUDGETS: "PUBLIC=lots" is no budget/),
      expect.stringMatching(/^CREDENCE_TIMEOUT is "0"; give a number from 1 to 600/),
      expect.stringMatching(/^CREDENCE_CORS_ORIGINS is "\*"/),
      expect.stringMatching(/^CREDENCE_SAFELIST is 1, and CREDENCE_DOCUMENTS names no file/),
    ]);
    expect(problemsOf({ CREDENCE_DOCUMENTS: manifest('[]') })).toEqual([
      expect.stringMatching(/^CREDENCE_DOCUMENTS: /),
    ]);
    expect(problemsOf({ CREDENCE_DOCUMENTS: '/no/such/file' })).toEqual([
      expect.stringMatching(/^CREDENCE_DOCUMENTS: ENOENT/),
    ]);
  });
});

describe('the table of settings in README.md', () => {
  const readme = fs.readFileSync(path.resolve(import.meta.dirname, '../README.md'), 'utf8');
  const table = /^## Settings\n\n((?:\|.*\n)+)/m.exec(readme)![1]!;
  const told = table
    .trimEnd()
    .split('\n')
    .slice(2)
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );

  it('has every setting there is, as it is', () => {
    expect(told).toEqual(
      Object.values(SETTINGS).map(({ name, meaning, unlessSet }) => [`\`${name}\``, meaning, unlessSet]),
    );
  });

  it('leaves out nothing that the program asks its environment for', () => {
    const asked = sources.flatMap(({ code }) =>
      [...code.matchAll(/\benv(?:\.|\[')([A-Z][A-Z_]+)/g)].map(([, name]) => name!),
    );
    const names: string[] = Object.values(SETTINGS).map(({ name }) => name);

    expect(asked).toContain('NODE_ENV');
    expect(asked.filter((name) => !names.includes(name))).toEqual([]);
  });
});

describe('the kept secrets', () => {
  it('are the same from one start to the next, and their owner alone can read them', () => {
    const first = readConfig({ CREDENCE_DATA_DIR: dataDir });
    const second = readConfig({ CREDENCE_DATA_DIR: dataDir });

    expect(second.tokenSecret).toEqual(first.tokenSecret);
    expect(first.tokenSecret).toHaveLength(32);
    expect(first.tokenSecret).not.toEqual(first.hashSecret);
    expect(fs.statSync(path.join(dataDir, 'secrets.json')).mode & 0o777).toBe(0o600);
    expect(fs.readdirSync(dataDir).toSorted()).toEqual(['secrets.json', 'signing-keys.json']);
  });

  it('give way to those that are set', () => {
    const config = readConfig({ CREDENCE_DATA_DIR: dataDir, CREDENCE_TOKEN_SECRET: aSecret });

    expect(config.tokenSecret?.toString('base64url')).toBe(aSecret);
  });

  it('are the same for eight processes that start at once', async () => {
    const module = path.resolve(import.meta.dirname, '../src/config.ts');
    const script = `const { readConfig } = await import(${JSON.stringify(module)});
      console.log(readConfig({ CREDENCE_DATA_DIR: ${JSON.stringify(dataDir)} }).tokenSecret.toString('hex'));`;
    const started = Array.from({ length: 8 }, async () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [[output]] = await Promise.all([once(child.stdout, 'data'), once(child, 'exit')]);
      return String(output);
    });

    expect(new Set(await Promise.all(started)).size).toBe(1);
  });

  it('that are damaged are an error that names the file, and are not replaced', () => {
    fs.mkdirSync(dataDir);
    fs.writeFileSync(path.join(dataDir, 'secrets.json'), '{"tokenSecret":"x"}');

    expect(problemsOf({}).join()).toContain('secrets.json has no tokenSecret');
    expect(fs.readFileSync(path.join(dataDir, 'secrets.json'), 'utf8')).toBe('{"tokenSecret":"x"}');
  });
});

describe("the marketplace's issuer", () => {
  const issuer = {
    CREDENCE_JWKS_URL: 'https://login.shop.example/jwks',
    CREDENCE_JWT_ISSUER: 'https://login.shop.example',
    CREDENCE_JWT_AUDIENCE: 'credence',
  };

  it('needs its address, its name and ours, and no secret to sign with', () => {
    const { CREDENCE_TOKEN_SECRET: _, ...rest } = production;
    const config = readConfig({ ...rest, ...issuer, CREDENCE_DATA_DIR: dataDir });

    expect(config.tokenSecret).toBeNull();
    expect(config.issuer).toEqual({
      jwksUrl: 'https://login.shop.example/jwks',
      issuer: 'https://login.shop.example',
      audience: 'credence',
      algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
      clockToleranceSeconds: 30,
      roleClaim: 'role',
      roles: new Map(ROLES.filter((role) => role !== 'PUBLIC').map((role) => [role, role])),
      merchantClaim: 'sub',
      buyerClaim: 'sub',
    });
    expect(fs.existsSync(dataDir)).toBe(false);
  });

  it('may call our roles by names of its own', () => {
    const { issuer: read } = readConfig({
      ...issuer,
      CREDENCE_DATA_DIR: dataDir,
      CREDENCE_JWT_ROLES: 'shop:seller=MERCHANT, staff = MODERATOR',
      CREDENCE_JWT_ALGORITHMS: 'ES256',
    });

    expect(read).toMatchObject({ algorithms: ['ES256'] });
    expect([...read!.roles]).toEqual([
      ['shop:seller', 'MERCHANT'],
      ['staff', 'MODERATOR'],
    ]);
  });

  it.each([
    ['CREDENCE_JWT_ISSUER', ''],
    ['CREDENCE_JWT_AUDIENCE', ''],
    ['CREDENCE_JWKS_URL', 'login.shop.example'],
    ['CREDENCE_JWKS_URL', 'https://me:hunter2@login.shop.example'],
    ['CREDENCE_JWT_ALGORITHMS', 'none'],
    ['CREDENCE_JWT_ALGORITHMS', 'RS256,HS256'],
    ['CREDENCE_JWT_CLOCK_TOLERANCE', '6m'],
    ['CREDENCE_JWT_ROLES', 'seller'],
    ['CREDENCE_JWT_ROLES', 'guest=PUBLIC'],
    ['CREDENCE_FRESH_SIGN_IN', 'soon'],
    ['CREDENCE_TRUSTED_PROXIES', '10.0.0.0/33'],
  ])('is refused with %s=%s, by its name', (name, value) => {
    const problems = problemsOf({ ...issuer, [name]: value });

    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(name);
    expect(problems[0]).not.toContain('hunter2');
  });

  it('is not asked without encryption in production, nor set by halves', () => {
    expect(problemsOf({ ...production, ...issuer, CREDENCE_JWKS_URL: 'http://login.shop.example' })).toEqual([
      'CREDENCE_JWKS_URL must begin with https:// in production.',
    ]);
    expect(problemsOf({ ...production, ...issuer, CREDENCE_JWKS_URL: 'http://127.0.0.1:9/jwks' })).toEqual([]);
    expect(problemsOf({ CREDENCE_JWT_AUDIENCE: 'credence' })).toEqual([
      'CREDENCE_JWT_AUDIENCE is set, and CREDENCE_JWKS_URL is not.',
    ]);
  });
});
