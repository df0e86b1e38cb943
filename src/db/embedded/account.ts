import { spawnSync } from 'node:child_process';
import fs from 'node:fs';

/** Whom the server runs as; empty means as ourselves. */
export interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

/** Postgres refuses to run as root, so root steps down to an account that exists: initdb looks its own name up. */
export function serverAccount(): Account {
  if (process.getuid?.() !== 0) return {};
  const rows = fs
    .readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .filter((row) => Number(row[2]) > 0);
  const found =
    ['postgres', 'nobody', 'daemon'].map((name) => rows.find((row) => row[0] === name)).find(Boolean) ?? rows[0];
  if (!found) throw new Error('Running as root, and /etc/passwd has no other account. Set DATABASE_URL instead.');
  return { uid: Number(found[2]), gid: Number(found[3]) };
}

/** Asks the kernel rather than reading modes: parents, ACLs and mounts count too. */
export const canRun = (program: string, account: Account): boolean =>
  spawnSync(program, ['--version'], { ...account, stdio: 'ignore', cwd: '/' }).status === 0;

export const canEnter = (dir: string, account: Account): boolean =>
  spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', dir], { ...account, stdio: 'ignore', cwd: '/' }).status === 0;

export function giveTo(account: Account, ...paths: string[]): void {
  if (account.uid === undefined || account.gid === undefined) return;
  for (const path of paths) fs.chownSync(path, account.uid, account.gid);
}
