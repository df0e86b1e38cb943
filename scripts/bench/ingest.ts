import { execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { issueToken } from '../../src/access/tokens.ts';
import pg from 'pg';
import { openDatabase, type Database } from '../../src/db/database.ts';
import { startEmbedded } from '../../src/db/embedded.ts';
import { reader } from '../../src/db/tx.ts';
import { entities } from '../../src/entities.ts';
import { ensureDefaultPolicies } from '../../src/grades/policies.commands.ts';
import { requestsOf, type Events, type Traffic } from './events.ts';
import { writeOrders } from './history.ts';
import { writeDownRows } from './ingest-rows.ts';
import { credence } from './process.ts';
import { DatabaseTime } from './database-time.ts';
import { ownMicros, parentOf } from './processor.ts';
import { ourFlags, run, type Rival, type Running } from './rivals.ts';
import { atLeast, type Scenario } from './scenario.ts';

const SENDERS = 4;
const ROUNDS = 5;
const REQUESTS = 15; // of a sender in a round; the first three are shorter
const MERCHANTS = 5_000;
const BUYERS = 20_000;
const ORDERS_BEFORE = 30_000;
const MUTATION = `mutation ($input: IngestEventsInput!) {
  ingestEvents(input: $input) { accepted rejected { index code message } userErrors { code message } } }`;
const SECRET = Buffer.alloc(32, 1);

const LIMIT: Rival = {
  name: 'limit',
  start: [path.join(import.meta.dirname, 'ingest-limit.mjs')],
  path: '/',
  bodyOf: () => ({}),
};
export const OURS: Rival = {
  name: 'credence',
  start: [...ourFlags, path.join(import.meta.dirname, 'ingest-server.mjs')],
  path: '/graphql',
  bodyOf: () => ({ query: '{ __typename }' }),
};

/** What one round showed of a rival. */
export interface Round {
  readonly server: number; // processor µs an event
  readonly database: number; // the same of Postgres: what it did since its last round for the database of this one, and meanwhile for none
  readonly perSecond: number; // events
  readonly p50: number; // ms a request
  readonly p99: number;
}

/** 500 events a request, four senders, mixed types, on disk when they are answered; beside writing the same rows and nothing else. */
export const ingest: Scenario = async ({ dir }) => {
  const bench = await openBench(dir, ['ingested', 'limit', 'written_down'], ORDERS_BEFORE);
  try {
    const [server, limit] = [await bench.start(OURS, 'ingested'), await bench.start(LIMIT, 'limit')];
    const rounds: Round[] = [];
    const limits: Round[] = [];
    for (let i = -1; i < ROUNDS; i++) {
      const traffic = { ...SPREAD, tag: `r${i + 1}`, until: Date.now() };
      const senders = sendersOf(traffic);
      const file = path.join(dir, 'rows.json');
      await writeDownRows(bench.databases.get('written_down')!.pool, taken(senders), file);
      await tell(limit, { load: file });
      const turns = [() => bench.measured(server, senders), () => bench.measured(limit, senders)];
      const [first, second] = i % 2 === 0 ? turns : turns.toReversed();
      const shown = [await first!(), await second!()];
      if (i >= 0)
        (i % 2 === 0 ? shown : shown.toReversed()).forEach((round, which) => [rounds, limits][which]!.push(round));
    }
    report('credence', rounds);
    report('limit', limits);
    const ratios = rounds.map((round, i) => round.perSecond / limits[i]!.perSecond);
    const cpu = rounds.map((round, i) => costOf(round) / costOf(limits[i]!));
    return [
      { ...atLeast('ingest at 4: throughputVsLimit', median(ratios), '×', 0.5), spread: spreadOf(ratios) },
      {
        ...atLeast('ingest at 4: limit’s processor time against ours', 1 / median(cpu), '×', 0.5),
        spread: spreadOf(cpu.map((each) => 1 / each)),
      },
    ];
  } finally {
    await bench.close();
  }
};

/** All events about one merchant, beside those of many. */
export const hot: Scenario = async ({ dir }) => {
  const bench = await openBench(dir, ['hot'], ORDERS_BEFORE);
  try {
    const server = await bench.start(OURS, 'hot');
    const [hots, spreads]: [Round[], Round[]] = [[], []];
    for (let i = -1; i < ROUNDS; i++) {
      const kinds = [
        { into: spreads, traffic: { ...SPREAD, tag: `s${i + 1}`, until: Date.now() } },
        { into: hots, traffic: { ...SPREAD, merchants: 1, tag: `h${i + 1}`, until: Date.now() } },
      ];
      for (const { into, traffic } of i % 2 === 0 ? kinds : kinds.toReversed()) {
        const round = await bench.measured(server, sendersOf(traffic));
        if (i >= 0) into.push(round);
      }
    }
    report('spread', spreads);
    report('hot', hots);
    const ratios = hots.map((round, i) => round.perSecond / spreads[i]!.perSecond);
    return [
      {
        ...atLeast('ingest of one merchant at 4: throughputVsSpread', median(ratios), '×', 0.5),
        spread: spreadOf(ratios),
      },
    ];
  } finally {
    await bench.close();
  }
};

export const SPREAD: Omit<Traffic, 'tag' | 'until'> = { merchants: MERCHANTS, buyers: BUYERS };

/** What each sender sends, in its order. */
type Senders = readonly (readonly Events[])[];
export const sendersOf = (traffic: Traffic, requests = REQUESTS): Senders =>
  Array.from({ length: SENDERS }, (_, sender) => requestsOf(traffic, sender, requests));

/** All requests, as they come in when the senders are equally fast. */
const taken = (senders: Senders): Events[] => senders[0]!.flatMap((_, i) => senders.map((requests) => requests[i]!));

export interface IngestBench {
  readonly databases: ReadonlyMap<string, Database>;
  start(rival: Rival, database: string): Promise<Running>;
  measured(running: Running, senders: Senders): Promise<Round>;
  close(): Promise<void>;
}

/** Databases that are all alike, each with a history, on one Postgres. */
export async function openBench(dir: string, names: readonly string[], orders: number): Promise<IngestBench> {
  execFileSync('npm', ['run', '-s', 'build'], { stdio: 'inherit' });
  const dataDir = path.join(dir, `ingest-${names[0]}`);
  if (orders > 0) {
    const file = path.join(dir, 'before.csv');
    await writeOrders(file, { orders, merchants: MERCHANTS, buyers: BUYERS });
    await credence(['import', '--mapping', 'orders', file, '--json'], dataDir);
  }
  const cluster = await startEmbedded({ dataDir: path.join(dataDir, 'postgres') });
  const base = await openDatabase({ url: cluster.url(), dataDir, entities });
  await ensureDefaultPolicies(reader(base.pool), Date.now());
  await base.pool.query('vacuum analyze');
  await base.close(); // nobody may be connected to what is copied
  const databases = new Map<string, Database>();
  for (const name of names) {
    await copyBase(cluster.url('postgres'), name);
    databases.set(name, await openDatabase({ url: cluster.url(name), dataDir, entities, migrate: false }));
  }
  const [any] = databases.values();
  const { rows } = await any!.pool.query<{ pid: number }>('select pg_backend_pid() as pid');
  const time = new DatabaseTime(parentOf(rows[0]!.pid));
  const servers = new Map<Running, Served>();
  const token = await issueToken(SECRET, { role: 'PLATFORM', subject: null, ttlSeconds: 86_400 }, Date.now());
  const running: Running[] = [];
  return {
    databases,
    start: async (rival, database) => {
      const started = await run(rival, running, environment(databases.get(database)!.url));
      running.push(started);
      servers.set(started, { database, micros: time.of(database) });
      return started;
    },
    measured: (rival, senders) => measured(rival, senders, { dir, token, time, served: servers.get(rival)! }),
    close: async () => {
      time.stop();
      for (const rival of running) await rival.stop();
      for (const database of databases.values()) await database.close();
      await cluster.stop();
    },
  };
}

async function copyBase(adminUrl: string, name: string): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query(`create database ${admin.escapeIdentifier(name)} template credence`);
  await admin.end();
}

const environment = (url: string): Record<string, string> => ({
  DATABASE_URL: url,
});

/** The database of a rival, and what Postgres had done for it when the rival was last measured: it tidies up later. */
interface Served {
  readonly database: string;
  micros: number;
}

interface Sent {
  readonly seconds: number;
  readonly failure: string | null;
  readonly p50: number;
  readonly p99: number;
}

async function measured(
  rival: Running,
  senders: Senders,
  { dir, token, time, served }: { dir: string; token: string; time: DatabaseTime; served: Served },
): Promise<Round> {
  const file = path.join(dir, 'senders.json');
  const bodyOf = (events: Events) => JSON.stringify({ query: MUTATION, variables: { input: { events } } });
  writeFileSync(file, JSON.stringify(senders.map((requests) => requests.map(bodyOf))));
  const events = senders.flat().reduce((sum, each) => sum + each.length, 0);
  const before = [ownMicros(rival.pid), served.micros + time.of(null)] as const;
  const sent = await send({ port: rival.port, path: rival.path, token, file });
  if (sent.failure !== null) throw new Error(`${rival.name} failed: ${sent.failure}`);
  served.micros = time.of(served.database);
  return {
    server: (ownMicros(rival.pid) - before[0]) / events,
    database: (served.micros + time.of(null) - before[1]) / events,
    perSecond: events / sent.seconds,
    p50: sent.p50,
    p99: sent.p99,
  };
}

function send(setting: object): Promise<Sent> {
  const client = spawn(
    process.execPath,
    [path.join(import.meta.dirname, 'ingest-client.mjs'), JSON.stringify(setting)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let out = '';
  client.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  return new Promise((resolve, reject) => {
    client.once('error', reject);
    client.once('close', (status) =>
      status === 0 ? resolve(JSON.parse(out) as Sent) : reject(new Error(`sending ended with ${status}`)),
    );
  });
}

async function tell({ port }: Running, message: object): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: JSON.stringify(message) });
  if (!response.ok) throw new Error(await response.text());
}

export const costOf = ({ server, database }: Round): number => server + database;
export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const spreadOf = (values: readonly number[]): [number, number] => [Math.min(...values), Math.max(...values)];

export function report(name: string, rounds: readonly Round[]): void {
  const of = (key: keyof Round) => median(rounds.map((round) => round[key]));
  process.stderr.write(
    `${name.padEnd(10)} server ${of('server').toFixed(1)} µs, Postgres ${of('database').toFixed(1)} µs an event, ` +
      `${of('perSecond').toFixed(0)} events/s, p50 ${of('p50').toFixed(0)} ms, p99 ${of('p99').toFixed(0)} ms\n`,
  );
}
