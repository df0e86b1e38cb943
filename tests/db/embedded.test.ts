import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { startEmbedded, type EmbeddedCluster } from '../../src/db/embedded.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'credence-embedded-'));
fs.chmodSync(scratch, 0o755); // the server's account must pass through it
let dataDir: string;
let running: EmbeddedCluster[] = [];

beforeEach(() => {
  dataDir = path.join(scratch, 'made'); // making one takes most of a second
});
const somewhereNew = (name: string) => {
  dataDir = path.join(scratch, name);
};
afterEach(async () => {
  for (const cluster of running.splice(0)) await cluster.stop();
});
afterAll(() => fs.rmSync(scratch, { recursive: true, force: true }));

async function start({ unsafeFast = true } = {}): Promise<EmbeddedCluster> {
  const cluster = await startEmbedded({ dataDir, unsafeFast });
  running.push(cluster);
  return cluster;
}

async function stop(cluster: EmbeddedCluster): Promise<void> {
  running = running.filter((each) => each !== cluster);
  await cluster.stop();
}

async function ask(cluster: Pick<EmbeddedCluster, 'url'>, statement: string): Promise<unknown[][]> {
  const client = new pg.Client({ connectionString: cluster.url() });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query({ text: statement, rowMode: 'array' })).rows as unknown[][];
  } finally {
    await client.end();
  }
}

const pidFile = () => path.join(dataDir, 'cluster/postmaster.pid');
const postmaster = () => Number(fs.readFileSync(pidFile(), 'utf8').split('\n')[0]);
const isRunning = () => fs.existsSync(pidFile());

async function eventually(isSo: () => boolean): Promise<void> {
  for (let waited = 0; !isSo() && waited < 10_000; waited += 20) await pause(20);
  expect(isSo()).toBe(true);
}

async function eventuallyAnswers(cluster: EmbeddedCluster, statement: string, answer: unknown[][]): Promise<void> {
  let found: unknown[][] | null = null;
  for (let waited = 0; !found && waited < 10_000; waited += 50) {
    found = await ask(cluster, statement).catch(() => null);
    await pause(50);
  }
  expect(found).toEqual(answer);
}

describe('an embedded cluster', () => {
  it('keeps its data from one start to the next', async () => {
    const first = await start();
    await ask(first, 'create table kept as select 7 as n');
    await stop(first);
    expect(isRunning()).toBe(false);

    expect(await ask(await start(), 'select n from kept')).toEqual([[7]]);
  });

  it('is shared by two, and ends with the last of them', async () => {
    const first = await start();
    const second = await start();
    expect([first.attached, second.attached]).toEqual([false, true]);

    await stop(first);
    expect(await ask(second, 'select 1')).toEqual([[1]]);

    await stop(second);
    await eventually(() => !isRunning());
  });

  it('is one when two start it at the same moment', async () => {
    somewhereNew('raced');
    const both = await Promise.all([start(), start()]);

    expect(await Promise.all(both.map((cluster) => ask(cluster, 'select 1')))).toEqual([[[1]], [[1]]]);
    await stop(both[0]);
    expect(await ask(both[1], 'select 1')).toEqual([[1]]);
  });

  it('starts anew when it was just going down', async () => {
    const first = await start();
    const [second] = await Promise.all([start(), stop(first)]);

    expect(await ask(second, 'select 1')).toEqual([[1]]);
  });

  it('ends when its only user is killed', async () => {
    const module = path.resolve(import.meta.dirname, '../../src/db/embedded.ts');
    const script = `const { startEmbedded } = await import(${JSON.stringify(module)});
      await startEmbedded({ dataDir: ${JSON.stringify(dataDir)}, unsafeFast: true });
      console.log('up');
      setInterval(() => {}, 1000);`;
    const user = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => user.stdout.once('data', resolve));
    expect(isRunning()).toBe(true);

    user.kill('SIGKILL');

    await eventually(() => !isRunning());
  });

  it('recovers what was committed when its server was killed', async () => {
    const first = await start({ unsafeFast: false });
    await ask(first, 'create table survivor as select 7 as n');
    process.kill(postmaster(), 'SIGKILL');

    const second = await start({ unsafeFast: false });

    expect(await ask(second, 'select n from survivor')).toEqual([[7]]);
  });

  it('comes up again by itself when its server was killed, for whoever uses it', async () => {
    const [first, second] = [await start(), await start()];
    await ask(first, 'create table again as select 7 as n');
    await ask(first, 'checkpoint'); // what is unsafe and fast outlives a crash of the server's processes, not of the machine
    const killed = postmaster();
    process.kill(killed, 'SIGKILL');

    await eventually(() => isRunning() && postmaster() !== killed);
    await eventuallyAnswers(second, 'select n from again', [[7]]);
    await stop(first);
    expect(await ask(second, 'select n from again')).toEqual([[7]]);
    await stop(second);
    await eventually(() => !isRunning());
  });

  it('never uses what a cut initdb left, and clears it', async () => {
    somewhereNew('cut');
    const left = path.join(dataDir, 'cluster.new-999999999');
    fs.mkdirSync(left, { recursive: true });
    fs.writeFileSync(path.join(left, 'PG_VERSION'), '18\n');

    expect(await ask(await start(), 'select 1')).toEqual([[1]]);
    expect(fs.existsSync(left)).toBe(false);
  });

  it('starts although the number of its old process is some other process by now', async () => {
    await stop(await start());
    fs.writeFileSync(pidFile(), `${process.pid}\n${path.dirname(pidFile())}\n1\n5432\n\n\n\nready\n`);

    expect((await start()).attached).toBe(false);
  });

  it('refuses the data of another major version, and says what to do', async () => {
    somewhereNew('older');
    fs.mkdirSync(path.join(dataDir, 'cluster'), { recursive: true });
    fs.writeFileSync(path.join(dataDir, 'cluster/PG_VERSION'), '17\n');

    await expect(start()).rejects.toThrow(/made by Postgres 17.*DATABASE_URL/s);
  });

  it('works where the path is too long for a socket', async () => {
    somewhereNew('long'.repeat(30));

    const cluster = await start();
    const socketDir = new URL(cluster.url()).searchParams.get('host')!;
    onTestFinished(() => fs.rmSync(socketDir, { recursive: true }));

    expect(Buffer.byteLength(socketDir)).toBeLessThan(80);
    expect(await ask(cluster, 'select 1')).toEqual([[1]]);
  });

  it('says in its own words why it does not start', async () => {
    await stop(await start());
    const settings = path.join(dataDir, 'cluster/postgresql.conf');
    const good = fs.readFileSync(settings);
    onTestFinished(() => fs.writeFileSync(settings, good));
    fs.writeFileSync(settings, 'no_such_setting = on\n');

    await expect(start()).rejects.toThrow(/no_such_setting|configuration file/);
  });

  it('can be reached by its owner only', async () => {
    await start();

    expect(fs.statSync(path.join(dataDir, 'socket')).mode & 0o777).toBe(0o700);
  });
});
