import { execFile } from 'node:child_process';
import path from 'node:path';
import { vi } from 'vitest';
import { runCommand } from '../../src/commands.ts';

const CLI = path.resolve(import.meta.dirname, '../../src/cli.ts');

export interface Said {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** `credence` with these arguments, as a process of its own with nothing of this one's environment but the PATH. */
export function credence(env: Readonly<Record<string, string>>, ...args: string[]): Promise<Said> {
  return new Promise((resolve) => {
    const options = { env: { PATH: process.env['PATH'], ...env }, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(process.execPath, [CLI, ...args], options, (_, out, err) =>
      resolve({ status: child.exitCode ?? -1, out, err }),
    );
  });
}

/** The same in this process, half a second sooner; one at a time, since it borrows this one's environment. */
export async function credenceHere(env: Readonly<Record<string, string>>, ...args: string[]): Promise<Said> {
  let [out, err] = ['', ''];
  const io = { out: (text: string) => void (out += text), err: (text: string) => void (err += text) };
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  try {
    return { status: await runCommand(args, io), out, err };
  } finally {
    vi.unstubAllEnvs();
  }
}
