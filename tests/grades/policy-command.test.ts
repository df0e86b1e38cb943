import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import preset from '../../src/grades/presets/default-merchant.json' with { type: 'json' };
import { credenceHere } from '../kit/command.ts';
import { aDatabase } from '../kit/database.ts';

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'credence-policy-'));
afterAll(() => fs.rmSync(dir, { recursive: true, force: true }));

describe('credence policy', () => {
  const db = aDatabase();
  const policy = (...args: string[]) =>
    credenceHere({ CREDENCE_DATA_DIR: dir, DATABASE_URL: db.url }, 'policy', ...args);
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

  it('tells in what one policy differs from another', async () => {
    const strict = aFile('strict.json', JSON.stringify({ ...preset, badWeight: 2 }));

    expect(await policy('diff', 'default', strict)).toEqual({
      status: 0,
      err: '',
      out: 'What is bad weighs, for each of its mass, 2 (before: 1.5).\n',
    });
    expect((await policy('diff', strict, 'default@1', '--locale', 'zh-CN')).out).toBe(
      '负面记录的权重为 1.5（此前 2）。\n',
    );
    expect((await policy('diff', strict, strict)).out).toBe('They are the same.\n');
    expect(await policy('diff', 'BUYER/default', strict)).toMatchObject({ status: 2 });
  });

  it('tries a file against what is in force, for people and for programs', async () => {
    const strict = aFile('strict.json', JSON.stringify({ ...preset, badWeight: 2 }));
    const moves = path.join(dir, 'moves.csv');

    const words = await policy('backtest', strict, '--moves', moves);
    const json = await policy('backtest', strict, '--json', '--to', '2026-01-31');

    expect([words.status, words.err]).toEqual([0, '']);
    expect(words.out).toContain('0 subjects of kind MERCHANT');
    expect(fs.readFileSync(moves, 'utf8')).toBe('externalId,name,from,to,scoreBefore,scoreAfter\n');
    expect(JSON.parse(json.out)).toMatchObject({
      before: 'MERCHANT/default@1',
      subjects: 0,
      asOf: '2026-01-31T23:59:59.999Z',
    });
  });

  it('fits nothing to no history, and says so', async () => {
    expect(await policy('fit')).toMatchObject({
      status: 1,
      out: '',
      err: expect.stringMatching(/^There is too little history.*\n$/),
    });
    expect(await policy('fit', '--kind', 'SHOP')).toMatchObject({ status: 2 });
  });

  it('activates a file once, goes back, and lets one run along unseen', async () => {
    const strict = aFile('strict.json', JSON.stringify({ ...preset, badWeight: 2 }));
    const since = expect.stringMatching(/^MERCHANT\/default@2: in force since 20\S+Z\.\n$/);

    expect(await policy('activate', strict, '--note', 'Too mild.')).toEqual({ status: 0, err: '', out: since });
    expect(await policy('activate', strict, '--note', 'Again.')).toMatchObject({
      status: 1,
      out: '',
      err: 'Version 2 is in force.\n',
    });
    expect((await policy('activate', 'default@1', '--note', 'A mistake.')).out).toMatch(
      /^MERCHANT\/default@1: in force since/,
    );
    const shadow = await policy('activate', strict, '--note', 'To compare.', '--shadow');
    expect(shadow.out).toBe('MERCHANT/default@2: running along, unseen.\n');
    expect((await policy('list')).out).toMatch(/^MERCHANT\/default@2 +running along, unseen$/m);
    const { rows } = await db.pool.query(`select distinct actor from policy_step where actor <> 'HOUSE'`);
    expect(rows).toEqual([{ actor: `COMMAND:${os.userInfo().username}` }]);
  });

  it('says why a file is not activated', async () => {
    const bad = aFile('bad.json', JSON.stringify({ ...preset, cuts: { ...preset.cuts, AA: 800 } }));
    const two = aFile('two.json', JSON.stringify({ ...preset, key: 'two', approval: { persons: 2 } }));

    expect(await policy('activate', bad, '--note', 'x')).toMatchObject({
      status: 1,
      err: expect.stringMatching(/bad\.json: cuts\.AA/),
    });
    expect(await policy('activate', two, '--note', 'x')).toMatchObject({
      status: 0,
      out: 'MERCHANT/two@1: proposed: another person must agree.\n',
    });
    expect(await policy('activate', two, '--note', 'x')).toMatchObject({
      status: 1,
      err: expect.stringContaining('Another person'),
    });
    expect(await policy('activate', two, '--note', 'x', '--from', '2020-01-01')).toMatchObject({ status: 1 });
  });

  it.each([
    [[]],
    [['show']],
    [['show', 'nonesuch']],
    [['show', 'default@99']],
    [['show', 'CARRIER/default']],
    [['show', '@1']],
    [['list', 'all']],
    [['validate', path.join(dir, 'missing.json')]],
    [['validate', 'a', 'b']],
    [['list', '--all']],
    [['diff', 'default']],
    [['diff', 'default', 'nonesuch']],
    [['backtest']],
    [['backtest', path.join(dir, 'missing.json')]],
    [['backtest', 'default', '--from', 'monday']],
    [['fit', 'default']],
    [['activate', 'default@1']],
    [['activate', 'default@1', '--note', ' ']],
    [['activate', 'default@9', '--note', 'x']],
    [['activate', 'default@1', '--note', 'x', '--from', 'soon']],
    [['activate', path.join(dir, 'missing.json'), '--note', 'x']],
  ])('refuses %j in one line', async (args) => {
    expect(await policy(...args)).toMatchObject({ status: 2, out: '', err: expect.stringMatching(/^[^\n]+\n$/) });
  });
});
