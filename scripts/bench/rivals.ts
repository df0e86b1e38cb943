import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import manifest from '../../package.json' with { type: 'json' };

const ROOT = path.resolve(import.meta.dirname, '../..');
const PEERS = path.join(import.meta.dirname, 'peers');

/** A server to be measured: how it is started, where it is asked, and what. */
export interface Rival {
  readonly name: string;
  /** Arguments of node; or the name of another, whose server it asks in another way. */
  readonly start: readonly string[] | string;
  readonly env?: Readonly<Record<string, string>>;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly bodyOf: (question: unknown) => unknown;
  /** What it is asked to see whether it answers; a list of one merchant, unless given. */
  readonly first?: unknown;
}

/** A rival that listens. */
export interface Running extends Rival {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Installs the peers' packages where they are missing: they are no part of the product. */
export function installPeers(): void {
  if (existsSync(path.join(PEERS, 'node_modules'))) return;
  process.stderr.write('Installing the peers …\n');
  execFileSync('npm', ['ci', '--silent'], { cwd: PEERS, stdio: ['ignore', 'ignore', 'inherit'] });
}

export const peer = (file: string): readonly string[] => [path.join(PEERS, file)];
/** As `npm start` has them: our own flags of node, and then what it runs. */
export const ours: readonly string[] = manifest.scripts.start.replace('exec node ', '').split(' ');
export const ourFlags = ours.slice(0, -1);

export async function run(
  rival: Rival,
  running: readonly Running[],
  env: Readonly<Record<string, string>>,
): Promise<Running> {
  if (typeof rival.start === 'string') {
    const { port, pid } = running.find(({ name }) => name === rival.start)!;
    return { ...rival, port, pid, stop: async () => {} };
  }
  const port = await freePort();
  const child = spawn(process.execPath, [...rival.start], {
    cwd: ROOT,
    env: { ...process.env, NODE_ENV: 'production', PORT: String(port), ...env, ...rival.env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await untilItAnswers(child, port, rival).catch(async (error: unknown) => {
    await end(child);
    throw error;
  });
  return { ...rival, port, pid: child.pid!, stop: () => end(child) };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

async function untilItAnswers(child: ChildProcess, port: number, rival: Rival): Promise<void> {
  let answer: Response | null = null;
  for (let i = 0; i < 200; i++) {
    if (child.exitCode !== null) throw new Error(`${rival.name} ended before it answered`);
    answer = await fetch(`http://127.0.0.1:${port}${rival.path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...rival.headers },
      body: JSON.stringify(rival.bodyOf(rival.first ?? ['m-1'])),
    }).catch(() => null);
    if (answer?.ok) return;
    await pause(100);
  }
  throw new Error(`${rival.name} does not answer${answer ? ` well: ${await answer.text()}` : ''}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await Promise.race([once(child, 'exit'), pause(10_000).then(() => child.kill('SIGKILL'))]);
}
