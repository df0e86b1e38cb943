import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { giveTo, type Account } from './account.ts';

/**
 * A cluster runs as long as anyone holds a lease on it: the write end of a FIFO that the cluster's keeper reads. The kernel
 * closes it however its holder ends, even by kill -9; when the last is closed the keeper reads the end and shuts Postgres
 * down. So neither process need know of the other, and none can leave an orphan behind.
 */
export function makeLeaseFile(file: string, account: Account): void {
  if (fs.existsSync(file)) return;
  const { status, stderr, error } = spawnSync('mkfifo', ['-m', '600', file], { encoding: 'utf8' });
  if (status !== 0 && !fs.existsSync(file)) {
    throw new Error(`${file} cannot be made (${error?.message ?? stderr.trim()}). Set DATABASE_URL instead.`);
  }
  giveTo(account, file);
}

/** A lease that the caller closes, or null when no keeper is reading: the cluster is down, or going down. */
export function takeLease(file: string): number | null {
  try {
    return fs.openSync(file, fs.constants.O_WRONLY | fs.constants.O_NONBLOCK);
  } catch (error) {
    if (['ENXIO', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}

/** Opens the reading end for a moment, so that a first lease can be taken before there is a keeper. */
export function withReader<T>(file: string, work: () => Promise<T>): Promise<T> {
  const reading = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
  return work().finally(() => fs.closeSync(reading));
}
