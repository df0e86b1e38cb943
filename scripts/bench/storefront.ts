import { execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openDatabase } from '../../src/db/database.ts';
import { reader } from '../../src/db/tx.ts';
import { entities } from '../../src/entities.ts';
import { ensureDefaultPolicies } from '../../src/grades/policies.commands.ts';
import { newSigningKeys } from '../../src/signing-keys.ts';
import { chance } from './history.ts';
import { fillMarket } from './market.ts';
import { ownMicros, parentOf, residentMb, treeMicros } from './processor.ts';
import { installPeers, ours, peer, run, type Rival, type Running } from './rivals.ts';
import { atLeast, atMost, type Result, type Scenario } from './scenario.ts';

const MERCHANTS = 100_000;
const ASKED = 20; // merchants a request
const QUESTIONS = 2_000; // different ones
const ROUNDS = 5;
const SECONDS = 3;
const WARM_UP_SECONDS = 3;
const CONNECTIONS = [32, 1] as const;

export const QUERY = `query ($ids: [String!]) { merchants(externalIds: $ids) { name grade { level score } rating { average count } } }`;
const AS_TABLE = `query ($ids: [String]) { merchantsByIds(ids: $ids) { nodes { name level score average count } } }`;
const graphql = (query: string) => (ids: readonly string[]) => ({ query, variables: { ids } });

const RIVALS: readonly Rival[] = [
  { name: 'limit', start: peer('limit.mjs'), path: '/', bodyOf: graphql('') },
  { name: 'credence', start: ours, path: '/graphql', bodyOf: graphql(QUERY) },
  { name: 'mercurius', start: peer('mercurius.mjs'), path: '/graphql', bodyOf: graphql(QUERY) },
  { name: 'postgraphile', start: peer('postgraphile.mjs'), path: '/graphql', bodyOf: graphql(AS_TABLE) },
  {
    name: 'naive',
    start: peer('naive.mjs'),
    path: '/graphql',
    bodyOf: graphql(QUERY.replace('[String!])', '[String!]!)')),
  },
];

/** What one round showed of a rival. */
interface Round {
  readonly server: number; // processor µs a request
  readonly database: number; // the same of Postgres
  readonly perSecond: number;
  readonly p50: number; // ms
  readonly p99: number;
}

interface Answers {
  readonly answered: number;
  readonly failed: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly sample: string;
}

/** The storefront's read beside its limit and what one would take instead: one Postgres, the same merchants, turn by turn. */
export const storefrontAgainstPeers: Scenario = async ({ dir }) => {
  installPeers();
  execFileSync('npm', ['run', '-s', 'build'], { stdio: 'inherit' });
  const database = await openDatabase({ url: null, dataDir: path.join(dir, 'storefront'), entities });
  const running: Running[] = [];
  try {
    await ensureDefaultPolicies(reader(database.pool), Date.now());
    await fillMarket(database, MERCHANTS, Date.now());
    const [{ pid }] = (await database.pool.query<{ pid: number }>('select pg_backend_pid() as pid')).rows as [
      { pid: number },
    ];
    const postmaster = parentOf(pid);
    for (const rival of RIVALS) running.push(await run(rival, environment(database.url)));
    await untilStill([postmaster, ...running.map(({ pid: each }) => each)]);
    const results: Result[] = [];
    for (const connections of CONNECTIONS) results.push(...(await compare(running, connections, dir, postmaster)));
    const memory = residentMb(running.find(({ name }) => name === 'credence')!.pid);
    return [...results, atMost('resident memory of the server under load', memory, 'MB', 250)];
  } finally {
    for (const rival of running) await rival.stop();
    await database.close();
  }
};

/** A server that has just started has work of its own: levels are brought up to date, history is looked through. */
async function untilStill(pids: readonly number[]): Promise<void> {
  const used = () => pids.reduce((sum, pid) => sum + treeMicros(pid), 0);
  for (let before = used(), i = 0; i < 300; i++) {
    await pause(2000);
    const now = used();
    if (now - before < 2000 * 1000 * 0.05) return; // a twentieth of one core
    before = now;
  }
  throw new Error('the servers do not come to rest');
}

function environment(url: string): Record<string, string> {
  const secret = Buffer.alloc(32, 1).toString('base64url');
  const { searchParams, pathname, username } = new URL(url);
  const connection = { host: searchParams.get('host'), port: 5432, user: username, database: pathname.slice(1) };
  return {
    DATABASE_URL: url,
    CONNECTION: JSON.stringify(connection),
    CREDENCE_TOKEN_SECRET: secret,
    CREDENCE_HASH_SECRET: secret,
    CREDENCE_URL: 'https://shop.example',
    CREDENCE_SIGNING_KEYS: newSigningKeys(),
    LOG_LEVEL: 'silent',
    HOST: '127.0.0.1',
    CREDENCE_BUDGETS: 'PUBLIC=999999999:999999999', // all is counted, and nobody is sent away
  };
}

async function compare(
  running: readonly Running[],
  connections: number,
  dir: string,
  postgres: number,
): Promise<Result[]> {
  const rounds = new Map(running.map(({ name }) => [name, [] as Round[]]));
  for (const rival of running) await ask(rival, connections, dir, WARM_UP_SECONDS);
  for (let i = 0; i < ROUNDS; i++)
    for (const rival of i % 2 === 0 ? running : running.toReversed())
      rounds.get(rival.name)!.push(await measured(rival, connections, dir, postgres));
  for (const [name, own] of rounds) process.stderr.write(`${lineOf(name, connections, own)}\n`);
  return resultsOf(rounds, connections);
}

async function measured(rival: Running, connections: number, dir: string, postgres: number): Promise<Round> {
  const before = [ownMicros(rival.pid), treeMicros(postgres)] as const;
  const { answered, failed, perSecond, p50, p99, sample } = await ask(rival, connections, dir, SECONDS);
  if (failed > 0) throw new Error(`${rival.name} failed ${failed} times: ${sample}`);
  return {
    server: (ownMicros(rival.pid) - before[0]) / answered,
    database: (treeMicros(postgres) - before[1]) / answered,
    perSecond,
    p50,
    p99,
  };
}

/** Every rival is asked the same. */
function ask(rival: Running, connections: number, dir: string, seconds: number): Promise<Answers> {
  const file = path.join(dir, `questions-${rival.name}.json`);
  const next = chance(7);
  const bodies = Array.from({ length: QUESTIONS }, () =>
    JSON.stringify(rival.bodyOf(Array.from({ length: ASKED }, () => `m-${Math.floor(next() * MERCHANTS)}`))),
  );
  writeFileSync(file, JSON.stringify(bodies));
  const setting = JSON.stringify({ port: rival.port, path: rival.path, connections, seconds, file });
  const client = spawn(process.execPath, [path.join(import.meta.dirname, 'client.mjs'), setting], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  client.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  return new Promise((resolve, reject) => {
    client.once('error', reject);
    client.once('close', (status) =>
      status === 0
        ? resolve(JSON.parse(out) as Answers)
        : reject(new Error(`asking ${rival.name} ended with ${status}`)),
    );
  });
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const of = (rounds: readonly Round[], key: keyof Round): number => median(rounds.map((round) => round[key]));

const lineOf = (name: string, connections: number, rounds: readonly Round[]): string =>
  `${name.padEnd(14)} ${String(connections).padStart(2)} clients: server ${of(rounds, 'server').toFixed(0)} µs, Postgres ${of(rounds, 'database').toFixed(0)} µs, ` +
  `${of(rounds, 'perSecond').toFixed(0)}/s, p50 ${of(rounds, 'p50').toFixed(2)} ms, p99 ${of(rounds, 'p99').toFixed(2)} ms`;

function resultsOf(rounds: ReadonlyMap<string, readonly Round[]>, connections: number): Result[] {
  const own = rounds.get('credence')!;
  const against = (name: string, key: 'server' | 'perSecond'): number =>
    median(own.map((round, i) => round[key] / rounds.get(name)![i]![key]));
  const at = `at ${connections}`;
  return [
    atMost(`storefront ${at}: cpuVsLimit`, against('limit', 'server'), '×', 1.6),
    ...[
      ['postgraphile', 2],
      ['mercurius', 1.3],
      ['naive', 8],
    ].map(([name, bar]) =>
      atLeast(`storefront ${at}: throughputVs.${name}`, against(String(name), 'perSecond'), '×', Number(bar)),
    ),
  ];
}
