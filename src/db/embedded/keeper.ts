import { spawn } from 'node:child_process';
import fs from 'node:fs';
import type { Account } from './account.ts';
import { serverEnvironment } from './initialise.ts';
import type { Places } from './places.ts';

/**
 * Runs the server and, beside it, waits for the end of all leases. The FIFO is first opened for both ways, because opening
 * for reading alone would wait for a writer. A signal to a terminal's whole process group reaches neither.
 */
const SCRIPT = `
trap '' INT TERM HUP
lease=$1; shift
exec 3<>"$lease" 4<"$lease" 3>&-
"$@" </dev/null 4<&- &
server=$!
( read -r end <&4; exec 4<&-; kill -INT $server ) &
watcher=$!
exec 4<&-
wait $server; status=$?
kill -KILL $watcher 2>/dev/null
exit $status`;

const MAX_LOG_BYTES = 10 * 1024 * 1024;

/** The shell between us and Postgres. */
export interface Keeper {
  /** Whether the server has ended, and the shell with it. */
  hasEnded(): boolean;
  readonly ended: Promise<void>;
}

export function startKeeper(postgres: string, args: string[], places: Places, account: Account): Keeper {
  const log = fs.openSync(places.log, isTooLong(places.log) ? 'w' : 'a', 0o600);
  const child = spawn('/bin/sh', ['-c', SCRIPT, 'credence-postgres', places.lease, postgres, ...args], {
    ...account,
    env: serverEnvironment(),
    cwd: '/',
    detached: true,
    stdio: ['ignore', log, log],
  });
  fs.closeSync(log);
  child.unref(); // a process that has nothing else to do may end; its lease ends with it
  let hasEnded = false;
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => {
      hasEnded = true;
      resolve();
    });
  });
  return { hasEnded: () => hasEnded, ended };
}

const isTooLong = (file: string) => (fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0) > MAX_LOG_BYTES;

/** Why the server did not start, in its own words. */
export function lastComplaint(places: Places): string {
  const lines = fs.readFileSync(places.log, 'utf8').trimEnd().split('\n');
  return lines.findLast((line) => /FATAL|PANIC|ERROR/.test(line)) ?? lines.at(-1) ?? '';
}
