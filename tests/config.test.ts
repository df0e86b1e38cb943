import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { Misconfigured, readConfig } from '../src/config.ts';

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
  ])('refuse %s=%s by its name', (name, value) => {
    const problems = problemsOf({ [name]: value });

    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(name);
  });

  it('never show the password of a wrong DATABASE_URL', () => {
    expect(problemsOf({ DATABASE_URL: 'mysql://me:hunter2@db' }).join()).not.toContain('hunter2');
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
    expect(fs.readdirSync(dataDir)).toEqual(['secrets.json']);
  });

  it('give way to those that are set', () => {
    const config = readConfig({ CREDENCE_DATA_DIR: dataDir, CREDENCE_TOKEN_SECRET: aSecret });

    expect(config.tokenSecret.toString('base64url')).toBe(aSecret);
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
