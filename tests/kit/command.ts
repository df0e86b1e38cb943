import { execFile } from 'node:child_process';
import path from 'node:path';

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
