import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../src/disclosure/verify.command.ts';
import { keptSigningKeys, newSigningKeys, rotateSigningKeys, signingKeysFrom } from '../../src/signing-keys.ts';
import { anApi } from '../kit/api.ts';
import { credence } from '../kit/command.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { orders, take } from '../grades/fixtures.ts';
import { signing } from './credential-kit.ts';

const HOUR = 3_600_000;
const db = aDatabase();
let now = NOW;
const before = signing(anApi(db, { clock: () => now }), () => now);
const after = signing(anApi(db, { clock: () => now }), () => now);
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'credence-keys-'));
afterAll(() => fs.rmSync(dir, { recursive: true }));
beforeAll(() => take(db, orders('good', 30)));

describe('keys', () => {
  it('are published without their private part, and stay until all that they signed is over', async () => {
    const jwt = await before.signed('good');
    const [old] = await before.keysNow();
    expect(Object.keys(old!).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
    const fresh = await after.signed('good'); // by another key: before the rotation reached the first server

    expect(await before.verdict(fresh)).toBe('VALID');
    expect(await after.verdict(jwt)).toBe('VALID');
    now += 24 * HOUR - 1;
    expect(await after.verdict(jwt)).toBe('VALID');
    now += 3 * HOUR;
    expect((await after.keysNow()).map(({ kid }) => kid)).not.toContain(old!.kid);
    expect(await after.verdict(jwt)).toBe('KEY_UNKNOWN');
    now = NOW;
  });

  it('are made once, and rotated in the data directory with those before them', () => {
    const data = path.join(dir, 'data');
    const first = keptSigningKeys(data);
    expect(keptSigningKeys(data).current.kid).toBe(first.current.kid);
    expect(fs.statSync(path.join(data, 'signing-keys.json')).mode & 0o777).toBe(0o600);
    const second = rotateSigningKeys(data);

    expect(second.published.map(({ kid }) => kid)).toEqual([second.current.kid, first.current.kid]);
    for (let i = 0; i < 8; i++) rotateSigningKeys(data);
    expect(keptSigningKeys(data).published).toHaveLength(5);
  });

  it.each(['', '{}', '{"keys":[]}', '{"keys":[{"kty":"RSA"}]}', '{"keys":[null]}'])('are refused as %j', (text) => {
    expect(() => signingKeysFrom(text)).toThrow(/key|Key/);
  });

  it('need a private part in the first place only', () => {
    const [a, b] = [JSON.parse(newSigningKeys()).keys[0], JSON.parse(newSigningKeys()).keys[0]];
    const { d: _, ...open } = b;

    expect(signingKeysFrom(JSON.stringify({ keys: [a, open] })).published).toHaveLength(2);
    expect(() => signingKeysFrom(JSON.stringify({ keys: [open, a] }))).toThrow('no private part');
  });
});

describe('credence verify', () => {
  const env = { CREDENCE_DATA_DIR: dir };
  const file = (name: string, text: string) => {
    fs.writeFileSync(path.join(dir, name), text);
    return path.join(dir, name);
  };
  const verify = async (...args: string[]) => {
    let out = '';
    const status = await run(args, { out: (text) => void (out += text), err: () => {} });
    return { status, out };
  };

  it('tells offline whether a signed grade holds, and why not', async () => {
    const jwt = await before.signed('good');
    const keys = ['--keys', file('keys.json', JSON.stringify({ keys: await before.keysNow() }))];
    const at = ['--at', new Date(now).toISOString()];
    const list = file('list.jwt', await (await before.listOf(jwt)).text());
    const grade = file('grade.jwt', `${jwt}\n`);
    const altered = file(
      'altered.jwt',
      jwt.replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A')),
    );

    expect(await verify(grade, ...keys, ...at, '--status', list)).toEqual({
      status: 0,
      out: expect.stringMatching(/^It holds\. MERCHANT good: .* It is not revoked\.\n$/),
    });
    const { out } = await verify(grade, ...keys, ...at, '--json');
    expect(JSON.parse(out)).toMatchObject({ valid: true, revocationChecked: false, grade: { externalId: 'good' } });
    expect(await verify(altered, ...keys, ...at)).toEqual({
      status: 1,
      out: expect.stringMatching(/^(SIGNATURE_WRONG|MALFORMED): /),
    });
    expect(await verify(grade, ...keys, '--at', '2036-01-01T00:00:00Z', '--json')).toEqual({
      status: 1,
      out: expect.stringContaining('"code":"EXPIRED"'),
    });
    expect(await verify(grade, ...keys, ...at, '--issuer', 'https://other.example')).toMatchObject({ status: 1 });
    // By the keys of an installation that did not sign it.
    expect(await credence(env, 'verify', grade, ...at)).toEqual({
      status: 1,
      out: expect.stringContaining('KEY_UNKNOWN'),
      err: '',
    });
  });

  it('is used wrongly without a file, with one that is not there, or with keys that are none', async () => {
    const nothing = file('nothing', 'nothing');

    await expect(verify()).rejects.toMatchObject({ code: 'FILE_MISSING' });
    await expect(verify(path.join(dir, 'not-there'))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    await expect(verify(nothing, '--keys', nothing)).rejects.toMatchObject({ code: 'KEYS_INVALID' });
    const odd = file('odd.json', '{"keys":[null]}');
    await expect(verify(nothing, '--keys', odd)).rejects.toMatchObject({ code: 'KEYS_INVALID' });
    await expect(verify(nothing, '--at', 'yesterday')).rejects.toMatchObject({ code: 'INSTANT_INVALID' });
  });
});

describe('credence keys', () => {
  it('makes, shows and rotates them, and shows no private part but of a new one', async () => {
    const env = { CREDENCE_DATA_DIR: path.join(dir, 'shown') };
    const kidsIn = (out: string) => (JSON.parse(out) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);
    const shown = await credence(env, 'keys', 'show');
    const rotated = await credence(env, 'keys', 'rotate');
    const fresh = await credence(env, 'keys', 'new');
    const given = await credence({ ...env, CREDENCE_SIGNING_KEYS: fresh.out.trim() }, 'keys', 'rotate');

    expect(shown.out + rotated.out).not.toContain('"d"');
    expect(kidsIn(rotated.out)).toEqual([expect.any(String), ...kidsIn(shown.out)]);
    expect(signingKeysFrom(fresh.out).published).toHaveLength(1);
    expect(given).toMatchObject({ status: 2, err: expect.stringContaining('CREDENCE_SIGNING_KEYS is set') });
  });
});
