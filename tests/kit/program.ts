import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { newSigningKeys } from '../../src/signing-keys.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** What an installation of the tests has in its environment, beside where its data are. */
export const INSTALLATION = {
  CREDENCE_TOKEN_SECRET: Buffer.alloc(32, 1).toString('base64url'),
  CREDENCE_HASH_SECRET: Buffer.alloc(32, 2).toString('base64url'),
  CREDENCE_SIGNING_KEYS: newSigningKeys(),
  CREDENCE_URL: 'https://credit.example',
  CREDENCE_DEMO: '0',
  HOST: '127.0.0.1',
  PORT: '0',
};

export interface Program {
  readonly child: ChildProcess;
  readonly said: { readonly out: string; readonly err: string };
  /** Its exit status; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  /** Its address, as soon as it listens. */
  readonly listening: () => Promise<string>;
}

const running = new Set<ChildProcess>();

/** The program as `npm start` runs it, but from its source. */
export function startProgram(env: Readonly<Record<string, string>>): Program {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], ...INSTALLATION, ...env },
  });
  running.add(child);
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (said.out += String(chunk)));
  child.stderr.on('data', (chunk) => (said.err += String(chunk)));
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const failed = () => Promise.reject(new Error(`it did not start: ${said.err}`));
  const listening = async () => {
    while (!/http:\/\/\S+/.test(said.out)) await Promise.race([once(child.stdout, 'data'), ended.then(failed)]);
    return /http:\/\/\S+(?=\/graphql)/.exec(said.out)![0];
  };
  return { child, said, ended, listening };
}

/** None may outlive its test. */
export function killPrograms(): void {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
}
