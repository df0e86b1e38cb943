import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idsOf } from '../../src/kernel/global-id.ts';
import { credenceHere } from '../kit/command.ts';
import { aDatabase } from '../kit/database.ts';
import { eventsOf, takeEvents } from '../kit/events.ts';
import { INSTALLATION } from '../kit/program.ts';
import { enterMany } from './kit.ts';

const db = aDatabase();
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'credence-audit-'));
const kept = path.join(scratch, 'checkpoint');
afterAll(() => fs.rmSync(scratch, { recursive: true, force: true }));
const run = (...args: string[]) =>
  credenceHere({ ...INSTALLATION, DATABASE_URL: db.url, CREDENCE_DATA_DIR: scratch }, ...args);

beforeAll(async () => {
  await takeEvents(db, eventsOf({ order: 'o-1', placed: 30, stars: 5 }));
  await enterMany(db, 4);
  const { out } = await run('audit', 'checkpoint');
  fs.writeFileSync(kept, out);
});

describe('credence audit', () => {
  it('signs the end of the log, and prints it all, a line a row', async () => {
    expect(fs.readFileSync(kept, 'utf8')).toMatch(/^credence-audit\n4\n[\w+/]{43}=\n\n— credence-audit [\w+/]{91}=\n$/);
    const { out } = await run('audit', 'export');

    const rows = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { index: number; actor: string; link: string });
    expect(rows.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    expect(rows[0]).toMatchObject({ actor: 'ADMIN:alice', link: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it('finds the log whole, and refuses a checkpoint that it did not sign', async () => {
    expect(await run('audit', 'verify', '--checkpoint', kept)).toMatchObject({
      status: 0,
      out: '4 rows, and 0 that wait for their place: each is what was entered, and in its place. Compared with the checkpoint at 4.\n',
    });

    const forged = path.join(scratch, 'forged');
    fs.writeFileSync(forged, fs.readFileSync(kept, 'utf8').replace('\n4\n', '\n3\n'));
    const { status, err } = await run('audit', 'verify', '--checkpoint', forged);
    expect(status).toBe(2);
    expect(err).toContain('no checkpoint that was signed by this installation');
  });

  it('names what commands did: voiding a review, with its receipt', async () => {
    const { out } = await run('void', '--ground', 'SPAM', '--statement', 'Advertising.', 'r-o-1');
    const { id } = JSON.parse(out) as { id: string };
    const [, madeId] = idsOf('ReversalReceipt', id);
    const { rows } = await db.pool.query<object>('select actor, details, note from audit_event where made_id = $1', [
      madeId,
    ]);

    expect(rows).toMatchObject([
      { actor: expect.stringMatching(/^COMMAND:./), details: { ground: 'SPAM' }, note: 'Advertising.' },
    ]);
  });

  it('names a row that was altered, and says no', async () => {
    await db.pool.query('alter table audit_event disable trigger audit_event_keep');
    await db.pool.query(
      `update audit_event set actor = 'ADMIN:mallory' where id = (select event_id from audit_leaf where leaf_index = 2)`,
    );
    const { status, out } = await run('audit', 'verify');

    expect(status).toBe(1);
    expect(out).toMatch(/^Row 2 \([0-9a-f-]{36}\) was altered\.\n4 rows, and 1 that wait/);
  });
});
