/**
 * Does what the Dockerfile says, in folders instead of an image, for machines without Docker: copies what it copies, runs what it runs, and
 * starts what it starts. Fails unless that becomes ready and ends well.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startEmbedded } from '../src/db/embedded.ts';
import { copyOf, readDockerfile, type Stage } from '../tests/operation/dockerfile.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
const PATIENCE_MS = 60_000;
const PORT = '4791';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'credence-image-'));
fs.chmodSync(scratch, 0o755); // the server's account must pass through it
const PATH = `${path.dirname(process.execPath)}${path.delimiter}${process.env['PATH']}`; // this Node, as the image has one
const folderOf = (stage: Stage): string => path.join(scratch, stage.name ?? 'image');

function build(stage: Stage, made: readonly Stage[]): void {
  const folder = folderOf(stage);
  fs.mkdirSync(folder);
  for (const instruction of stage.instructions) {
    if (instruction.name === 'COPY') {
      const { from, sources, to } = copyOf(instruction);
      const origin = from === null ? ROOT : folderOf(made.find(({ name }) => name === from)!);
      for (const source of sources) {
        const target = to.endsWith('/') ? path.join(folder, to, path.basename(source)) : path.join(folder, to);
        fs.cpSync(path.join(origin, source.replace(/^\/app\//, '')), target, {
          recursive: true,
          verbatimSymlinks: true,
        });
      }
    } else if (instruction.name === 'RUN' && !instruction.text.startsWith('mkdir /data')) {
      console.log(`${stage.name}: ${instruction.text}`);
      execFileSync('sh', ['-c', instruction.text], { cwd: folder, env: { ...process.env, PATH }, stdio: 'inherit' });
    }
  }
}

/** The settings of the image, and those that production needs beside them. */
function environment(stage: Stage, databaseUrl: string): Record<string, string> {
  const own = stage.instructions.filter(({ name }) => name === 'ENV').flatMap(({ words }) => words);
  const secretOf = (byte: number) => Buffer.alloc(32, byte).toString('base64url');
  return {
    PATH,
    ...Object.fromEntries(own.map((word) => word.split('=') as [string, string])),
    HOST: '127.0.0.1',
    PORT,
    CREDENCE_DATA_DIR: path.join(scratch, 'data'),
    DATABASE_URL: databaseUrl,
    CREDENCE_TOKEN_SECRET: secretOf(1),
    CREDENCE_HASH_SECRET: secretOf(2),
    NODE_ENV: 'development',
    CREDENCE_DEMO: '0',
  };
}

async function becomesReady(): Promise<boolean> {
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await pause(200)) {
    const answer = await fetch(`http://127.0.0.1:${PORT}/health/ready`).catch(() => null);
    if (answer?.ok) return true;
  }
  return false;
}

const cluster = await startEmbedded({ dataDir: path.join(scratch, 'postgres'), unsafeFast: true });
try {
  const stages = readDockerfile(ROOT);
  for (const [i, stage] of stages.entries()) build(stage, stages.slice(0, i));
  const image = stages.at(-1)!;
  const command = JSON.parse(image.instructions.find(({ name }) => name === 'CMD')!.text) as string[];
  const child = spawn(command[0]!, command.slice(1), {
    cwd: folderOf(image),
    env: environment(image, cluster.url()),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(child, 'exit');
  const isReady = await Promise.race([becomesReady(), ended.then(() => false)]);
  const help = execFileSync('node', ['src/cli.ts', 'help'], {
    cwd: folderOf(image),
    env: { ...process.env, PATH },
  });
  child.kill('SIGTERM');
  const [code] = (await ended) as [number | null];
  console.log(`ready: ${isReady}; commands: ${help.includes('Usage')}; ended with ${code}`);
  process.exitCode = isReady && code === 0 ? 0 : 1;
} finally {
  await cluster.stop();
  fs.rmSync(scratch, { recursive: true, force: true });
}
