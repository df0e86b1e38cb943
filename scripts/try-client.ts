/**
 * Packs the client, installs it in an empty project, and does there what those do who use it: compiles against its types, with Node's and
 * with a browser's, and runs the examples of README.md against a server. Fails unless each says what it should.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { startEmbedded } from '../src/db/embedded.ts';
import { packClient } from './pack-client.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'credence-client-'));
const project = path.join(scratch, 'project');

/** What it writes. What it says when it fails, whichever way it says it, is the error. */
function run(program: string, args: readonly string[], cwd = project, env: NodeJS.ProcessEnv = {}): string {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  if (status !== 0) throw new Error(`${path.basename(program)} ${args.join(' ')}:\n${stdout}${stderr}`);
  return stdout;
}

function makeProject(): void {
  const tarball = packClient(scratch);
  fs.mkdirSync(project);
  fs.writeFileSync(path.join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  run('npm', ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', tarball]);
  for (const folder of ['examples', 'try-client'])
    fs.cpSync(path.join(ROOT, 'scripts', folder), project, { recursive: true });
}

/** Types that are wrong, or that need more than is there, end here with what the compiler says. */
function compile(files: readonly string[], more: readonly string[]): void {
  const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc');
  const strict = [
    '--noEmit',
    '--strict',
    '--exactOptionalPropertyTypes',
    '--noUncheckedIndexedAccess',
    '--noPropertyAccessFromIndexSignature',
  ];
  run(process.execPath, [tsc, ...strict, '--module', 'nodenext', '--target', 'es2024', ...more, ...files]);
}

interface Running {
  readonly address: string;
  readonly keyFor: (role: string, scopes: string, ...more: readonly string[]) => string;
  readonly stop: () => Promise<unknown>;
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function startApi(databaseUrl: string): Promise<Running> {
  const env = {
    ...process.env,
    DATABASE_URL: databaseUrl,
    CREDENCE_DATA_DIR: path.join(scratch, 'data'),
    CREDENCE_DEMO: '0',
    LOG_LEVEL: 'warn',
    HOST: '127.0.0.1',
    PORT: String(await freePort()), // what it signs and links to says where it is
  };
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  let said = '';
  child.stdout.on('data', (chunk) => (said += String(chunk)));
  const failed = () => Promise.reject(new Error('the server did not start'));
  while (!said.includes('/graphql')) await Promise.race([once(child.stdout, 'data'), ended.then(failed)]);
  return {
    address: /(http:\/\/\S+)\/graphql/.exec(said)![1]!,
    keyFor: (role, scopes, ...more) => {
      const about = ['--role', role, '--scopes', scopes, '--name', 'a try', '--note', 'a try', ...more];
      return run(process.execPath, ['src/cli.ts', 'key', 'create', ...about], ROOT, env).trim();
    },
    stop: () => (child.kill('SIGTERM'), ended),
  };
}

let failures = 0;
function expectOf(name: string, said: string, expected: RegExp): void {
  if (!expected.test(said)) failures++;
  console.log(
    `${expected.test(said) ? 'ok' : `NOT ${String(expected)}`}: ${name}\n${said.trim().replaceAll(/^/gm, '    ')}`,
  );
}

function tryIn({ address, keyFor }: Running): void {
  const node = (file: string, key?: string): string =>
    run(process.execPath, [file], project, { CREDENCE_URL: address, CREDENCE_API_KEY: key });
  const ofShop = keyFor('PLATFORM', 'events:write,grades:read,points:read,points:write');
  const ofPartner = keyFor('PARTNER', 'grades:read,grades:history', '--partner', 'acme', '--new-partner');
  expectOf('back end', node('back-end.ts', ofShop), /^1 taken in, 0 rejected\nno discount: POINTS_INSUFFICIENT\n$/);
  expectOf('storefront', node('storefront.ts'), /^m-0001 is NOT_RATED, with no stars by 0 reviews\n$/);
  const told = /^m-0001: NOT_RATED\nm-unknown: unknown\nsigned by http:\S+, and not revoked\nm-0001: NOT_RATED\n$/;
  expectOf('partner', node('partner.ts', ofPartner), told);
  expectOf('webhook', node('webhook.ts'), /^grade\.changed\nSIGNATURE_WRONG\n$/);
}

const cluster = await startEmbedded({ dataDir: path.join(scratch, 'postgres'), unsafeFast: true });
try {
  const starting = startApi(cluster.url());
  makeProject();
  const installed = fs.readdirSync(path.join(project, 'node_modules')).filter((name) => !name.startsWith('.'));
  expectOf('packages', installed.join(' '), /^credence jose$/);
  const nodeTypes = ['--typeRoots', path.join(ROOT, 'node_modules/@types'), '--types', 'node'];
  compile(['storefront.ts', 'partner.ts', 'back-end.ts', 'webhook.ts', 'types.ts'], nodeTypes);
  compile(['types.ts'], ['--lib', 'es2024,dom,dom.asynciterable', '--types', '']);
  const api = await starting;
  try {
    tryIn(api);
  } finally {
    await api.stop();
  }
  process.exitCode = failures === 0 ? 0 : 1;
} finally {
  await cluster.stop();
  fs.rmSync(scratch, { recursive: true, force: true });
}
