import { once } from 'node:events';
import net from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import { startWorker } from '../../src/worker.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { anEvent, daysAgo, NOW } from '../kit/events.ts';
import { quiet } from '../kit/log.ts';

const TOKEN = 'sixteen-characters-or-more';
const db = aDatabase();
const { ask, send } = anApi(db, { clock: () => NOW, metricsToken: TOKEN });
const closed = anApi(db, { clock: () => NOW });

const scrape = (headers: Record<string, string> = { authorization: `Bearer ${TOKEN}` }) =>
  send('/metrics', { headers });
const text = async (): Promise<string> => (await scrape()).text();
/** The value of a series, named as the text names it; 0 while there is none. */
const valueOf = async (series: string): Promise<number> => {
  const line = (await text()).split('\n').find((each) => each.startsWith(`${series} `));
  return line === undefined ? 0 : Number(line.slice(series.length + 1));
};

describe('the metrics', () => {
  it('are for those with the token', async () => {
    expect((await scrape()).status).toBe(200);
    for (const authorization of ['', 'Bearer', `Bearer ${TOKEN}x`, `Basic ${TOKEN}`, TOKEN])
      expect((await scrape({ authorization })).status).toBe(401);
  });

  it('are for nobody unless that was set', async () => {
    expect((await closed.send('/metrics', { headers: { authorization: `Bearer ${TOKEN}` } })).status).toBe(404);
  });

  it('count requests by kind and outcome, and how long they took', async () => {
    const series = (kind: string, outcome: string) => `credence_requests_total{kind="${kind}",outcome="${outcome}"}`;
    const [ok, refused, none] = [series('QUERY', 'OK'), series('QUERY', 'REFUSED'), series('NONE', 'REFUSED')];
    const before = await Promise.all([ok, refused, none].map(valueOf));
    await ask(null, '{ viewer { role } }');
    await ask(null, '{ auditTrail { nodes { id } } }');
    await send('/nowhere');

    await expect.poll(() => Promise.all([ok, refused, none].map(valueOf))).toEqual(before.map((count) => count + 1));
    expect(await valueOf('credence_request_seconds_count{kind="QUERY"}')).toBeGreaterThanOrEqual(2);
  });

  it('count events by outcome', async () => {
    const series = ['ACCEPTED', 'DUPLICATE', 'REJECTED'].map(
      (outcome) => `credence_intake_events_total{outcome="${outcome}"}`,
    );
    const before = await Promise.all(series.map(valueOf));
    const registered = anEvent('merchant.registered', daysAgo(9), { externalId: 'm-1' });
    await ask(
      'PLATFORM',
      'mutation ($events: [CloudEventInput!]!) { ingestEvents(input: { events: $events }) { accepted } }',
      {
        events: [registered, registered, { ...registered, id: 'e-2', type: 'nothing.known' }],
      },
    );

    const after = await Promise.all(series.map(valueOf));
    expect(after.map((count, i) => count - before[i]!)).toEqual([1, 1, 1]);
  });

  it('tell of the pool, of what waits, of jobs and of the process', async () => {
    const worker = startWorker([{ name: 'tidy', everyMs: 1000, run: async () => {} }], quiet, () => NOW);
    await expect.poll(() => valueOf('credence_job_last_success_timestamp_seconds{job="tidy"}')).toBe(NOW / 1000);
    await worker.stop();
    const exposed = await text();

    for (const name of [
      'credence_database_connections{state="idle"}',
      'credence_database_waiting',
      'credence_backlog_rows{of="outbox"}',
      'credence_backlog_rows{of="webhooks"}',
      'credence_backlog_oldest_seconds{of="audit"}',
      'nodejs_eventloop_lag_p99_seconds',
      'process_resident_memory_bytes',
    ])
      expect(exposed).toContain(`\n${name} `);
  });

  it('have no label that a caller could make up', async () => {
    const series = (exposed: string): number => exposed.match(/^credence_/gm)!.length;
    const before = series(await text());
    for (let i = 0; i < 20; i++) {
      await ask(null, `query Name${i} { viewer { role } }`);
      await send(`/path-${i}`);
    }
    const exposed = await text();

    expect(exposed).not.toMatch(/Name1|path-1/);
    expect(series(exposed)).toBe(before);
  });
});

describe('metrics on a port of their own', () => {
  let port: number;
  beforeAll(async () => {
    const holder = net.createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    ({ port } = holder.address() as net.AddressInfo);
    holder.close();
    await once(holder, 'close');
  });
  const own = anApi(db, {
    clock: () => NOW,
    metricsHost: '127.0.0.1',
    get metricsPort() {
      return port;
    },
  });

  it('are there, and not at the port of the API', async () => {
    expect(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).toContain('\ncredence_database_waiting ');
    expect((await own.send('/metrics')).status).toBe(404);
  });
});
