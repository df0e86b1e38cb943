import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { Account } from './account.ts';
import { moveInto, type Binaries } from './binaries.ts';
import type { Places } from './places.ts';

export const SUPERUSER = 'credence';

/** `trust` is for the socket, which only its owner can reach. The C.UTF-8 collation sorts the same on every machine. */
const INITDB_OPTIONS = ['--auth=trust', '--encoding=UTF8', '--no-locale', '--no-instructions'].concat(
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
);

/** Makes the cluster unless it is there. It is made aside and renamed when whole, so a cut initdb is never used. */
export function ensureCluster(binaries: Binaries, places: Places, account: Account, unsafeFast: boolean): void {
  const versionFile = path.join(places.cluster, 'PG_VERSION');
  if (!fs.existsSync(versionFile)) initialise(binaries, places, account, unsafeFast);
  const version = fs.readFileSync(versionFile, 'utf8').trim();
  if (version === binaries.majorVersion) return;
  throw new Error(
    `${places.cluster} was made by Postgres ${version}, and this is Postgres ${binaries.majorVersion}. ` +
      'Move its data over (pg_dumpall), delete it, or set DATABASE_URL.',
  );
}

function initialise({ initdb }: Binaries, places: Places, account: Account, unsafeFast: boolean): void {
  clearUnfinished(places.cluster);
  const unfinished = `${places.cluster}.new-${process.pid}`;
  const { status, error, stderr } = spawnSync(
    initdb,
    ['-D', unfinished, '-U', SUPERUSER, ...INITDB_OPTIONS, ...(unsafeFast ? ['--no-sync'] : [])],
    { ...account, env: serverEnvironment(), cwd: '/', encoding: 'utf8' },
  );
  if (status !== 0) {
    fs.rmSync(unfinished, { recursive: true, force: true });
    throw new Error(`initdb failed: ${error?.message ?? stderr.trim()}. Set DATABASE_URL to use another Postgres.`);
  }
  moveInto(unfinished, places.cluster);
}

/** What an initdb left that was cut short, by a process that is no more. */
function clearUnfinished(cluster: string): void {
  const dir = path.dirname(cluster);
  for (const name of fs.readdirSync(dir)) {
    const pid = /^cluster\.new-(\d+)$/.exec(name)?.[1];
    if (pid && !isAlive(Number(pid))) fs.rmSync(path.join(dir, name), { recursive: true, force: true });
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Not the caller's locale nor its PG* variables. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG)/.test(name));
  return { ...Object.fromEntries(inherited), LC_ALL: 'C', TZ: 'UTC' };
}
