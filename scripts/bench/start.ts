import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openDatabase } from '../../src/db/database.ts';
import { reader } from '../../src/db/tx.ts';
import { entities } from '../../src/entities.ts';
import { ensureDefaultPolicies } from '../../src/grades/policies.commands.ts';
import { newSigningKeys } from '../../src/signing-keys.ts';
import { fillMarket } from './market.ts';
import { ownMicros } from './processor.ts';
import { freePort, ours } from './rivals.ts';
import { atMost, type Result, type Scenario } from './scenario.ts';

const MERCHANTS = 100_000;
const ROUNDS = 7;
const LOOK_MS = 5;
const PATIENCE_MS = 60_000;
const QUERY = `{ merchants(externalIds: ["m-1", "m-2", "m-3"]) { name grade { level score } rating { average count } } }`;

/** What one start took until the first answer. */
interface Start {
  readonly ms: number;
  readonly ownMs: number; // of the processor, all its threads
}

/** From nothing to the first answer, over a database that is there and filled: a process as `npm start` has it, again and again. */
export const start: Scenario = async ({ dir }) => {
  execFileSync('npm', ['run', '-s', 'build'], { stdio: 'inherit' });
  const dataDir = path.join(dir, 'start');
  const database = await openDatabase({ url: null, dataDir, entities });
  try {
    await ensureDefaultPolicies(reader(database.pool), Date.now());
    await fillMarket(database, MERCHANTS, Date.now());
    const env = environment(database.url, dataDir);
    const first = await startOnce(env); // of an installation that was just unpacked: nothing is compiled yet
    const starts: Start[] = [];
    for (let i = 0; i < ROUNDS; i++) starts.push(await startOnce(env));
    process.stderr.write(
      `the very first start took ${first.ms.toFixed(0)} ms, ${first.ownMs.toFixed(0)} of processor\n`,
    );
    return [
      figure('start to first answer, warm database', starts, ({ ms }) => ms, 1.5),
      figure('start to first answer: of the processor', starts, ({ ownMs }) => ownMs, 2),
    ];
  } finally {
    await database.close();
  }
};

function figure(name: string, starts: readonly Start[], of: (start: Start) => number, bar: number): Result {
  const seconds = starts.map((each) => of(each) / 1000).toSorted((a, b) => a - b);
  const median = seconds[Math.floor(seconds.length / 2)]!;
  return { ...atMost(name, median, 's', bar), spread: [seconds[0]!, seconds.at(-1)!] };
}

function environment(url: string, dataDir: string): Record<string, string> {
  const secret = Buffer.alloc(32, 1).toString('base64url');
  return {
    NODE_ENV: 'production',
    DATABASE_URL: url,
    CREDENCE_DATA_DIR: dataDir,
    CREDENCE_TOKEN_SECRET: secret,
    CREDENCE_HASH_SECRET: secret,
    CREDENCE_URL: 'https://shop.example',
    CREDENCE_SIGNING_KEYS: newSigningKeys(),
    LOG_LEVEL: 'silent',
    HOST: '127.0.0.1',
  };
}

async function startOnce(env: Readonly<Record<string, string>>): Promise<Start> {
  const port = await freePort();
  const startedAt = performance.now();
  const child = spawn(process.execPath, [...ours], {
    env: { ...process.env, ...env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    while (!(await answers(port))) {
      if (child.exitCode !== null) throw new Error('the server ended before it answered');
      if (performance.now() - startedAt > PATIENCE_MS) throw new Error('the server does not answer');
      await pause(LOOK_MS);
    }
    return { ms: performance.now() - startedAt, ownMs: ownMicros(child.pid!) / 1000 };
  } finally {
    await end(child);
  }
}

/** Over a connection of its own; false while nobody listens. */
function answers(port: number): Promise<boolean> {
  const body = JSON.stringify({ query: QUERY });
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        port,
        host: '127.0.0.1',
        path: '/graphql',
        method: 'POST',
        agent: false,
        headers: { 'content-type': 'application/json' },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.once('end', () => (isWhole(response.statusCode, text) ? resolve(true) : reject(new Error(text))));
      },
    );
    request.once('error', () => resolve(false));
    request.setTimeout(PATIENCE_MS, () => request.destroy());
    request.end(body);
  });
}

const isWhole = (status: number | undefined, text: string): boolean =>
  status === 200 && text.includes('"level"') && !text.includes('"errors"');

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
