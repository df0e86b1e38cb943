import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { canEnter, giveTo, type Account } from './account.ts';

/** For what the server's account cannot reach where the project is. */
export const SHARED_DIR = '/var/lib/credence';

/** A Unix socket's whole path has at most 104 bytes on macOS and 108 on Linux; the file's own name takes 15. */
const MAX_SOCKET_DIR_BYTES = 80;

/** Where a cluster keeps its things. */
export interface Places {
  readonly dataDir: string;
  readonly cluster: string; // PGDATA
  readonly socketDir: string; // 0700: whoever can open the socket is trusted
  readonly socket: string;
  readonly lease: string; // a FIFO: see lease.ts
  readonly pidFile: string;
  readonly log: string;
}

export function preparePlaces(wanted: string, account: Account): Places {
  const dataDir = reachableDir(path.resolve(wanted), account);
  const socketDir = socketDirFor(dataDir);
  ownDir(socketDir);
  refuseForeign(socketDir, account);
  giveTo(account, dataDir, socketDir);
  const cluster = path.join(dataDir, 'cluster');
  return {
    dataDir,
    cluster,
    socketDir,
    socket: path.join(socketDir, '.s.PGSQL.5432'),
    lease: path.join(socketDir, 'lease'),
    pidFile: path.join(cluster, 'postmaster.pid'),
    log: path.join(dataDir, 'postgres.log'),
  };
}

/** The wanted directory, or one in SHARED_DIR when the account cannot pass through its parents. */
function reachableDir(wanted: string, account: Account): string {
  ownDir(wanted);
  if (canEnter(path.dirname(wanted), account)) return wanted;
  const elsewhere = path.join(SHARED_DIR, `${path.basename(wanted)}-${shortHash(wanted)}`);
  ownDir(elsewhere);
  return elsewhere;
}

function socketDirFor(dataDir: string): string {
  const beside = path.join(dataDir, 'socket');
  return Buffer.byteLength(beside) <= MAX_SOCKET_DIR_BYTES
    ? beside
    : path.join(os.tmpdir(), `credence-${shortHash(dataDir)}`);
}

/** Parents can be passed through by all, because the server's account must; the directory itself is its owner's only. */
function ownDir(dir: string): void {
  fs.mkdirSync(path.dirname(dir), { recursive: true, mode: 0o755 });
  try {
    fs.mkdirSync(dir, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** In the temporary directory anyone could have made it first, to listen in. */
function refuseForeign(dir: string, account: Account): void {
  const found = fs.lstatSync(dir);
  const isOurs = found.uid === process.getuid?.() || found.uid === account.uid;
  if (found.isDirectory() && isOurs) return;
  throw new Error(`${dir} belongs to someone else. Run as its owner, or set CREDENCE_DATA_DIR or DATABASE_URL.`);
}

const shortHash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12);
