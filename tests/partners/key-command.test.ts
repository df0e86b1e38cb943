import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Refusal } from '../../src/kernel/refusal.ts';
import { run } from '../../src/partners/key.command.ts';
import { anApi } from '../kit/api.ts';
import { credenceHere } from '../kit/command.ts';
import { aDatabase } from '../kit/database.ts';
import { bearer, callWith } from './kit.ts';

const db = aDatabase();
const api = anApi(db);
const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'credence-key-'));
afterAll(() => fs.rmSync(dataDir, { recursive: true, force: true }));

/** As a process of its own. */
const elsewhere = (...args: string[]) =>
  credenceHere({ DATABASE_URL: db.url, CREDENCE_DATA_DIR: dataDir }, 'key', ...args);

/** The same without the start of a process. */
async function key(...args: string[]) {
  vi.stubEnv('DATABASE_URL', db.url);
  vi.stubEnv('CREDENCE_DATA_DIR', dataDir);
  const said = { out: '', err: '' };
  const io = { out: (text: string) => void (said.out += text), err: (text: string) => void (said.err += text) };
  const status = await run(args, io).catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
    said.err += `${error.message}\n`;
    return 2;
  });
  vi.unstubAllEnvs();
  return { status, ...said };
}

const PLATFORM = ['--role', 'PLATFORM', '--name', 'shop', '--scopes', 'events:write', '--note', 'a test'];

let made: { out: string; err: string; status: number };
beforeAll(async () => {
  made = await elsewhere('create', ...PLATFORM);
});

describe('credence key', () => {
  it('makes a key that the server takes at once, and prints it alone', async () => {
    expect(made).toMatchObject({ status: 0, out: expect.stringMatching(/^crd_live_\w+\n$/) });
    expect(made.err).toMatch(/^Key \S+ \(shop\)/);
    expect((await callWith(api, bearer(made.out.trim()))).data.viewer.role).toBe('PLATFORM');
  });

  it('in another process revokes it for the server within a second', async () => {
    const secret = made.out.trim();
    await callWith(api, bearer(secret));
    const { status, out } = await elsewhere('revoke', /^Key (\S+)/.exec(made.err)![1]!, '--note', 'it leaked');
    const endedAt = performance.now();
    const answer = await callWith(api, bearer(secret));

    expect({ status, out }).toEqual({ status: 0, out: 'shop: revoked.\n' });
    expect(answer).toMatchObject({ status: 401, code: 'API_KEY_REVOKED' });
    expect(performance.now() - endedAt).toBeLessThan(1000);
  });

  it('lets a partner in when it is told to, rotates, and lists without secrets', async () => {
    const partner = ['--role', 'PARTNER', '--name', 'bank', '--scopes', 'grades:read', '--note', 'a test'];
    const unknown = await key('create', ...partner, '--partner', 'Bank');
    const created = await key('create', ...partner, '--partner', 'Bank', '--new-partner');
    const id = /^Key (\S+)/.exec(created.err)![1]!;
    const rotated = await key('rotate', id, '--note', 'once a year');
    const listed = await key('list');

    expect(unknown).toMatchObject({ status: 2, out: '', err: expect.stringContaining('--new-partner') });
    for (const { out } of [created, rotated])
      expect((await callWith(api, bearer(out.trim()))).data.viewer).toMatchObject({ role: 'PARTNER' });
    expect(listed.out).toMatch(new RegExp(`^${id}  PARTNER  bank  crd_live_[0-9a-f]{16}  grades:read  good until `));
    expect(listed.out).toMatch(/shop .* revoked/);
    for (const { out } of [created, rotated]) expect(listed.out).not.toContain(out.trim().slice(26));
  });

  it.each([
    [[], 2, /Give create, list/],
    [['sing'], 2, /Give create, list/],
    [['revoke'], 2, /key revoke ID/],
    [['create', '--role', 'ADMIN'], 2, /PLATFORM or --role PARTNER/],
    [['create', ...PLATFORM, '--days', 'x'], 2, /--days/],
    [['revoke', 'x', '--note', 'y'], 2, /not an id/],
    [['revoke', 'QXBpS2V5OjAxYTFmZGZhLTQ2MDAtNzI5ZC05ZmMwLWEyMDc5YmFkZGMzYg', '--note', 'y'], 1, /no such API key/],
  ])('says in a line what is wrong: %s', async (args, status, line) => {
    const said = await key(...args);

    expect(said).toMatchObject({ status, out: '' });
    expect(said.err).toMatch(line);
    expect(said.err.trim().split('\n')).toHaveLength(1);
  });
});
