import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { anApi } from '../kit/api.ts';
import { aDatabase, allMoved } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { anInstallation } from '../kit/installation.ts';
import { exporting } from '../disclosure/export-kit.ts';
import { orders, take } from '../grades/fixtures.ts';
import { aPartner, grant, withdraw, type APartner } from './kit.ts';

const db = aDatabase();
let now = NOW;
const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'credence-inquiries-'));
afterAll(() => fs.rmSync(dataDir, { recursive: true, force: true }));
const installation = anInstallation(dataDir);
const api = anApi(db, { clock: () => now, installation });
const { write } = exporting(db, api, installation, () => now);

let bank: APartner;
beforeAll(async () => {
  await take(db, orders('shop', 9));
  await take(db, orders('other', 1));
  bank = await aPartner(api, 'Bank');
});
beforeEach(async () => {
  now += 60_000;
  await db.pool.query('truncate grade_inquiry, partner_meter, consent');
  await allMoved(db);
  await bank.setTerms({});
});

let key = 0;
const start = async (subjectKind: string) => {
  const query = `mutation ($input: StartBulkExportInput!) { startBulkExport(input: $input) { export { id } userErrors { code } } }`;
  const { data, code } = await bank.ask(query, { input: { subjectKind, idempotencyKey: `e-${key++}` } });
  return { id: data?.startBulkExport.export?.id as string, code: code ?? data.startBulkExport.userErrors[0]?.code };
};
const found = async (id: string) =>
  (
    await bank.ask('query ($id: ID!) { bulkExport(id: $id) { status errorCode subjects written link { url } } }', {
      id,
    })
  ).data.bulkExport;
const namesIn = async (id: string): Promise<string[]> => {
  const { pathname, search } = new URL((await found(id)).link.url);
  const text = await (await api.send(pathname + search)).text();
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => (JSON.parse(line) as { externalId: string }).externalId)
    .toSorted();
};
const entered = async (): Promise<{ name: string; taken: string[]; policy: string }[]> => {
  const { rows } = await db.pool.query(
    `select coalesce(b.external_id, m.external_id) as name, taken, policy from grade_inquiry i
       left join buyer b on b.id = i.subject_id left join merchant m on m.id = i.subject_id order by name`,
  );
  return rows;
};

describe('a bulk export for a partner', () => {
  it('holds those who consent when it is written, and each of them is written down', async () => {
    for (const name of ['shop-b0', 'shop-b1', 'shop-b2', 'shop-b3']) await grant(api, name, bank.id);
    await grant(api, 'shop-b4', bank.id, { purpose: 'DISPLAY' });
    const { consent } = await grant(api, 'shop-b5', bank.id);
    const { id } = await start('BUYER');
    await withdraw(api, 'shop-b5', consent.id);
    now += 1000;
    await write(3);

    const names = ['shop-b0', 'shop-b1', 'shop-b2', 'shop-b3'];
    expect(await namesIn(id)).toEqual(names);
    expect(await found(id)).toMatchObject({ status: 'DONE', subjects: 4, written: 4 });
    expect(await entered()).toEqual(names.map((name) => ({ name, taken: ['EXPORT'], policy: 'default@1' })));
  });

  it('of merchants is written down too, and takes its share of the quota', async () => {
    const { id } = await start('MERCHANT');
    await write();

    expect(await namesIn(id)).toEqual(['other', 'shop']);
    expect((await entered()).map(({ name }) => name)).toEqual(['other', 'shop']);
    const { data } = await bank.ask('{ viewer { partner { pullsLeft { today atOnce } } } }');
    expect(data.viewer.partner.pullsLeft).toEqual({ today: 9_998, atOnce: 5_000 });
  });

  it('is counted once, though its writer is killed and another one writes the page anew', async () => {
    for (let i = 0; i < 4; i++) await grant(api, `shop-b${i}`, bank.id);
    const { id } = await start('BUYER');
    await db.pool.query(
      'create or replace function stop() returns trigger language plpgsql as $$ begin raise exception $q$killed$q$; end $$',
    );
    await db.pool.query(
      `create trigger stop before update of after_id on bulk_export for each row when (new.after_id is not null) execute function stop()`,
    );
    await expect(write(2)).rejects.toThrow('killed');
    await db.pool.query('drop trigger stop on bulk_export');
    now += 600_000;
    await write(2);

    expect((await entered()).length).toBe(4);
    expect((await found(id)).status).toBe('DONE');
    expect((await bank.ask('{ viewer { partner { pullsLeft { today } } } }')).data.viewer.partner.pullsLeft.today).toBe(
      9_996,
    );
  });

  it('fails where the quota does not hold it, and is not begun where nothing is left', async () => {
    await bank.setTerms({ pullsPerDay: 1, burst: 1 });
    const { id } = await start('MERCHANT');
    await write(1);

    expect(await found(id)).toMatchObject({ status: 'FAILED', errorCode: 'QUOTA_EXCEEDED', link: null });
    expect((await start('MERCHANT')).code).toBe('QUOTA_EXCEEDED');
  });

  it('fails where the terms do not allow it any more', async () => {
    const { id } = await start('BUYER');
    await bank.setTerms({ subjectKinds: ['MERCHANT'] });
    await write();

    expect(await found(id)).toMatchObject({ status: 'FAILED', errorCode: 'SUBJECT_KIND_FORBIDDEN' });
    expect((await start('BUYER')).code).toBe('SUBJECT_KIND_FORBIDDEN');
  });
});
