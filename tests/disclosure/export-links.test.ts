import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { linkTo } from '../../src/disclosure/export-link.ts';
import { removeExports } from '../../src/disclosure/exports.job.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { anInstallation } from '../kit/installation.ts';
import { orders, take } from '../grades/fixtures.ts';
import { exporting } from './export-kit.ts';

const HOUR = 3_600_000;
const db = aDatabase();
let now = NOW;
const clock = () => now;
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'credence-links-'));
afterAll(() => fs.rmSync(dir, { recursive: true }));
const installation = anInstallation(dir);
const api = anApi(db, { clock, installation });
const { start, found, write, fetched } = exporting(db, api, installation, clock);

beforeAll(() => take(db, [...orders('good', 5), ...orders('better', 5)]));
beforeEach(async () => {
  now += HOUR;
  await db.pool.query('delete from bulk_export');
});

describe('the link of an export', () => {
  let url: string;
  let whole: string;
  beforeEach(async () => {
    const { id } = await start();
    await write();
    url = (await found(id)).link.url;
    whole = await (await fetched(url)).text();
  });
  const refusedAs = async (link: string) => {
    const response = await fetched(link);
    const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
    return [response.status, errors[0]!.extensions.code];
  };

  it('gives the file, whole or from where a download broke off', async () => {
    const [all, head, rest, middle, tail, beyond, other, several] = await Promise.all([
      fetched(url),
      fetched(url, { method: 'HEAD' }),
      fetched(url, { headers: { range: 'bytes=40-' } }),
      fetched(url, { headers: { range: 'bytes=10-19' } }),
      fetched(url, { headers: { range: 'bytes=-7' } }),
      fetched(url, { headers: { range: `bytes=${whole.length}-` } }),
      fetched(url, { headers: { range: 'bytes=10-19', 'if-range': '"another"' } }),
      fetched(url, { headers: { range: 'bytes=0-1,4-5' } }),
    ]);

    expect(all.headers.get('content-type')).toBe('application/jsonl');
    expect(all.headers.get('content-disposition')).toBe('attachment; filename="grades-merchant.jsonl"');
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([
      200,
      String(whole.length),
      '',
    ]);
    expect([rest.status, await rest.text(), rest.headers.get('content-range')]).toEqual([
      206,
      whole.slice(40),
      `bytes 40-${whole.length - 1}/${whole.length}`,
    ]);
    expect([middle.status, await middle.text()]).toEqual([206, whole.slice(10, 20)]);
    expect([tail.status, await tail.text()]).toEqual([206, whole.slice(-7)]);
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${whole.length}`]);
    expect([other.status, await other.text()]).toEqual([200, whole]);
    expect([several.status, await several.text()]).toEqual([200, whole]);
  });

  it('is good for a quarter of an hour', async () => {
    now += HOUR / 4 - 1;
    expect((await fetched(url)).status).toBe(200);
    now += 1;
    expect(await refusedAs(url)).toEqual([403, 'LINK_EXPIRED']);
  });

  it('is good as it stands, and for no other export', async () => {
    const later = url.replace(/expires=\d+/, (text) => `${text}0`);
    const other = url.replace(/exports\/[^?]+/, 'exports/00000000-0000-7000-8000-000000000000');

    for (const wrong of [
      later,
      other,
      url.slice(0, -1),
      url.replace(/&signature.*/, ''),
      url.replace(/expires=\d+&/, ''),
      `${url}&signature=x`,
    ])
      expect(await refusedAs(wrong)).toEqual([403, 'LINK_INVALID']);
  });

  it('ends with the time of its export, and the file goes', async () => {
    now += 24 * HOUR;
    const { rows } = await db.pool.query<{ id: string }>('select id from bulk_export');
    await removeExports(db.pool, installation).run(now);

    expect(await refusedAs(linkTo('https://x', installation.linkSecret, rows[0]!.id, now).url)).toEqual([
      404,
      'EXPORT_GONE',
    ]);
    expect(fs.readdirSync(installation.exportDir)).not.toContain(`${rows[0]!.id}.jsonl`);
    expect((await db.pool.query('select status from bulk_export')).rows).toEqual([{ status: 'EXPIRED' }]);
  });
});
