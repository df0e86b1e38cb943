import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import preset from '../../src/grades/presets/default-merchant.json' with { type: 'json' };
import { aDatabase } from '../kit/database.ts';

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'credence-policy-'));
afterAll(() => fs.rmSync(dir, { recursive: true, force: true }));

describe('credence policy', () => {
  const db = aDatabase();
  const policy = (...args: string[]): Promise<{ status: number; out: string; err: string }> => {
    const cli = path.resolve(import.meta.dirname, '../../src/cli.ts');
    const env = { ...process.env, CREDENCE_DATA_DIR: dir, DATABASE_URL: db.url };
    return new Promise((resolve) => {
      const child = execFile(process.execPath, [cli, 'policy', ...args], { env }, (_, out, err) =>
        resolve({ status: child.exitCode ?? -1, out, err }),
      );
    });
  };
  const aFile = (name: string, text: string) => {
    fs.writeFileSync(path.join(dir, name), text);
    return path.join(dir, name);
  };

  it('lists the policies that come with the house, in force', async () => {
    const { status, out, err } = await policy('list');

    expect([status, err]).toEqual([0, '']);
    const lines = out.split('\n');
    expect(lines.pop()).toBe('');
    expect(lines).toHaveLength(11);
    for (const name of ['BUYER/default', 'MERCHANT/default', 'MERCHANT/taobao-levels', 'PRODUCT/default'])
      expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^${name}@1 +in force since 20\\S+Z$`)));
  });

  it('shows one whole: the version in force, or the one named', async () => {
    for (const name of ['default', 'default@1', 'MERCHANT/default', 'MERCHANT/default@1']) {
      const { status, out } = await policy('show', name);
      expect([status, JSON.parse(out)]).toEqual([0, preset]);
    }
    expect(JSON.parse((await policy('show', 'BUYER/default')).out)).toMatchObject({ subjectKind: 'BUYER' });
  });

  it('validates files, and tells which field is at fault', async () => {
    const good = aFile('good.json', JSON.stringify(preset));
    const bad = aFile('bad.json', JSON.stringify({ ...preset, badWeight: -1 }));
    const text = aFile('text.json', 'no policy');

    expect(await policy('validate', good)).toMatchObject({
      status: 0,
      err: '',
      out: expect.stringContaining('MERCHANT'),
    });
    expect(await policy('validate', bad)).toMatchObject({
      status: 1,
      out: '',
      err: expect.stringMatching(/^\S+bad\.json: badWeight.*\n$/),
    });
    expect(await policy('validate', text)).toMatchObject({
      status: 1,
      out: '',
      err: expect.stringMatching(/^\S+text\.json: .*\n$/),
    });
  });

  it.each([
    [[]],
    [['show']],
    [['show', 'nonesuch']],
    [['show', 'default@2']],
    [['show', 'CARRIER/default']],
    [['show', '@1']],
    [['list', 'all']],
    [['validate', path.join(dir, 'missing.json')]],
    [['validate', 'a', 'b']],
    [['list', '--all']],
  ])('refuses %j in one line', async (args) => {
    expect(await policy(...args)).toMatchObject({ status: 2, out: '', err: expect.stringMatching(/^[^\n]+\n$/) });
  });
});
