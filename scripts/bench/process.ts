import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What a command did: its last line, and what it took. */
export interface Ran {
  readonly lastLine: string;
  readonly seconds: number;
  readonly peakMb: number; // resident memory of the process itself, its children left out
}

/** As `npm run credence` has them. */
const FLAGS = ['--max-semi-space-size=32', '--no-parallel-scavenge'];

/** Runs our own command line in a process of its own, on a data directory of its own. */
export const credence = (args: readonly string[], dataDir: string): Promise<Ran> =>
  ranScript('src/cli.ts', args, { CREDENCE_DATA_DIR: dataDir, DATABASE_URL: '' });

/** The same for any script of ours. */
export function ranScript(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [...FLAGS, file, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let peakKb = 0;
  const watch = setInterval(() => (peakKb = Math.max(peakKb, peakOf(child.pid!))), 100);
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => {
      clearInterval(watch);
      if (status !== 0) return reject(new Error(`${file} ${args.join(' ')} ended with ${status}`));
      const seconds = (performance.now() - startedAt) / 1000;
      resolve({ lastLine: out.trimEnd().split('\n').at(-1) ?? '', seconds, peakMb: peakKb / 1024 });
    });
  });
}

/** VmHWM: the kernel's own high-water mark. */
function peakOf(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0; // it has ended
  }
}
