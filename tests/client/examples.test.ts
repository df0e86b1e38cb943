import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { writeExports } from '../../src/disclosure/exports.job.ts';
import { orders, take } from '../grades/fixtures.ts';
import { anApi, type Asker } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { eventsOf, NOW, takeEvents } from '../kit/events.ts';
import { anInstallation } from '../kit/installation.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'credence-examples-'));
const installation = { ...anInstallation(dir), url: '' };
const db = aDatabase();
const api = anApi(db, { installation, clock: () => Date.now() });

const textOf = (name: string): string => fs.readFileSync(path.join(ROOT, `scripts/examples/${name}.ts`), 'utf8');
const inReadme = [...fs.readFileSync(path.join(ROOT, 'README.md'), 'utf8').matchAll(/^```ts\n(.*?)^```$/gms)].map(
  ([, code]) => code,
);

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
  Object.assign(installation, { url: api.server.address });
  await take(db, orders('m-0001', 20));
  await takeEvents(db, eventsOf({ order: 'told', merchant: 'm-0001', placed: 9, stars: 4, text: 'Came in time.' }));
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => {
  vi.useRealTimers();
  fs.rmSync(dir, { recursive: true });
});

/** What an example of the README prints, run as it stands there. */
async function run(name: string, asker: Asker): Promise<{ said: string[]; exported: unknown }> {
  expect(inReadme).toContain(textOf(name));
  vi.stubEnv('CREDENCE_URL', api.server.address);
  if (asker !== null) vi.stubEnv('CREDENCE_API_KEY', await api.tokenFor(asker));
  const said: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((text: string) => void said.push(text));
  try {
    return { exported: await import(`../../scripts/examples/${name}.ts`), said };
  } finally {
    log.mockRestore();
  }
}

describe('the example for', () => {
  it('a storefront shows a merchant and its reviews', async () => {
    const { said } = await run('storefront', null);

    expect(said[0]).toMatch(/^m-0001 is [A-D]+, with 4\.\d+ stars by 11 reviews$/);
    expect(said).toContain('4 ★ Came in time.');
    expect(said).toHaveLength(12);
  });

  it('a partner reads a portfolio, checks a signed grade, and fetches all grades', async () => {
    const isOver = new AbortController();
    const worker = (async () => {
      for (; !isOver.signal.aborted; await pause(50))
        await writeExports(db.pool, installation, Date.now).run(Date.now(), isOver.signal);
    })();
    const { said } = await run('partner', 'PARTNER');
    isOver.abort();
    await worker;

    const level = /^m-0001: ([A-D]+)$/.exec(said[0]!)![1]!;
    expect(said).toEqual([
      `m-0001: ${level}`,
      'm-unknown: unknown',
      `signed by ${api.server.address}, and not revoked`,
      `m-0001: ${level}`,
    ]);
  });

  it('a back end tells of an order, asks for points, and takes webhooks', async () => {
    const { said, exported } = await run('back-end', 'PLATFORM');
    const { onWebhook } = exported as { onWebhook: (request: Request) => Promise<Response> };
    expect(said).toEqual(['1 taken in, 0 rejected', 'no discount: POINTS_INSUFFICIENT']);

    const secret = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;
    vi.stubEnv('CREDENCE_WEBHOOK_SECRET', secret);
    const body = JSON.stringify({ type: 'grade.changed', timestamp: new Date().toISOString(), data: {} });
    const at = new Date();
    const sent = (signature: string) =>
      onWebhook(
        new Request('http://shop.test/hooks', {
          method: 'POST',
          headers: {
            'webhook-id': 'msg_1',
            'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
            'webhook-signature': signature,
          },
          body,
        }),
      );
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    expect((await sent(new Webhook(secret).sign('msg_1', at, body))).status).toBe(204);
    expect(log).toHaveBeenCalledWith('msg_1: grade.changed');
    log.mockRestore();
    const forged = await sent('v1,AAAA');
    expect([forged.status, await forged.text()]).toEqual([400, 'SIGNATURE_WRONG']);
  });
});
