import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readToken } from '../src/access/tokens.ts';
import { readConfig } from '../src/config.ts';

const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'credence-cli-'));
afterAll(() => fs.rmSync(dataDir, { recursive: true, force: true }));

interface Answer {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

function credence(...args: string[]): Promise<Answer> {
  const cli = path.resolve(import.meta.dirname, '../src/cli.ts');
  return new Promise((resolve) => {
    const env = { ...process.env, CREDENCE_DATA_DIR: dataDir };
    const child = execFile(process.execPath, [cli, ...args], { env }, (_, out, err) =>
      resolve({ status: child.exitCode ?? -1, out, err }),
    );
  });
}

const aLine = /^[^\n]+\n$/;

describe('credence', () => {
  it('lists its commands', async () => {
    expect(await credence('--help')).toMatchObject({ status: 0, err: '', out: expect.stringContaining('token') });
  });

  it.each([[['nonsense']], [[]], [['constructor']]])('refuses %j in one line', async (args) => {
    expect(await credence(...args)).toMatchObject({ status: 2, out: '', err: expect.stringMatching(aLine) });
  });
});

describe('credence token', () => {
  it('prints a token that this installation accepts, and nothing else', async () => {
    const { status, out, err } = await credence('token', '--role', 'MERCHANT', '--subject', 'merchant:a:b');

    expect([status, err]).toEqual([0, '']);
    expect(out).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    const { tokenSecret } = readConfig({ CREDENCE_DATA_DIR: dataDir });
    expect(await readToken(tokenSecret!, `Bearer ${out.trim()}`, Date.now())).toMatchObject({
      role: 'MERCHANT',
      subject: { externalId: 'a:b' },
    });
  });

  it.each([
    [[]],
    [['--role', 'KING']],
    [['--role', 'MERCHANT']],
    [['--role', 'MERCHANT', '--subject', 'buyer:b-1']],
    [['--role', 'ADMIN', '--ttl', 'soon']],
    [['--role', 'ADMIN', '--ttl', '9999d']],
    [['--rolle', 'ADMIN']],
    [['ADMIN']],
  ])('refuses %j in one line', async (args) => {
    expect(await credence('token', ...args)).toMatchObject({ status: 2, out: '', err: expect.stringMatching(aLine) });
  });
});
