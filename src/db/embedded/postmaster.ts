import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import pg from 'pg';
import { SUPERUSER } from './initialise.ts';
import type { Places } from './places.ts';

/** READY answers; BUSY is starting or stopping; DOWN is not there. */
export type PostmasterState = 'READY' | 'BUSY' | 'DOWN';

/** Reads what Postgres writes of itself, and asks it when that says it is ready. */
export async function postmasterState(places: Places): Promise<PostmasterState> {
  const { pid, status, text } = readPidFile(places.pidFile);
  if (pid === null) return text === null ? 'DOWN' : 'BUSY'; // an empty file is about to be filled
  if (!isLivePostgres(pid)) {
    removeStale(places.pidFile, text);
    return 'DOWN';
  }
  return status === 'ready' && (await answers(places.socketDir)) ? 'READY' : 'BUSY';
}

export const urlOf = (socketDir: string, database: string): string =>
  `postgresql://${SUPERUSER}@localhost/${encodeURIComponent(database)}?host=${encodeURIComponent(socketDir)}`;

/** https://www.postgresql.org/docs/18/storage-file-layout.html: the pid is the first line, the status the eighth. */
function readPidFile(file: string): { pid: number | null; status: string; text: string | null } {
  try {
    const text = fs.readFileSync(file, 'utf8');
    const lines = text.split('\n');
    const pid = Number(lines[0]);
    return { pid: Number.isSafeInteger(pid) && pid > 0 ? pid : null, status: lines[7]?.trim() ?? '', text };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return { pid: null, status: '', text: null };
  }
}

/**
 * Postgres clears a file whose process is gone, but refuses to start when the number is some other process's by now, as
 * after a container's restart. A file that has changed since it was read is another starter's.
 */
function removeStale(file: string, text: string | null): void {
  if (readPidFile(file).text === text) fs.rmSync(file, { force: true });
}

/** Whether it is gone, as far as that can be seen without asking it: cheap enough for every second. */
export function hasEnded({ pidFile }: Places): boolean {
  const { pid, text } = readPidFile(pidFile);
  if (pid === null) return text === null;
  return process.platform === 'linux' ? !isLivePostgres(pid) : !isProcess(pid);
}

function isProcess(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'; // EPERM: another account's
  }
}

function isLivePostgres(pid: number): boolean {
  if (process.platform === 'linux') {
    try {
      const [, name, state] = /\((.*)\) (\S)/s.exec(fs.readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
      return name === 'postgres' && state !== 'Z'; // Z: dead, and not yet waited for
    } catch {
      return false;
    }
  }
  const { status, stdout } = spawnSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' });
  return status === 0 && stdout.includes('postgres');
}

async function answers(socketDir: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: urlOf(socketDir, 'postgres') });
  client.on('error', () => {}); // it may be on its way down
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}
