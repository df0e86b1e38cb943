import fs from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { serverAccount } from './embedded/account.ts';
import { findBinaries } from './embedded/binaries.ts';
import { ensureCluster } from './embedded/initialise.ts';
import { lastComplaint, startKeeper, type Keeper } from './embedded/keeper.ts';
import { makeLeaseFile, takeLease, withReader } from './embedded/lease.ts';
import { preparePlaces, type Places } from './embedded/places.ts';
import { hasEnded, postmasterState, urlOf } from './embedded/postmaster.ts';
import { serverArguments } from './embedded/settings.ts';

export interface EmbeddedOptions {
  readonly dataDir: string;
  /** The database that `url()` names; made when it is missing. */
  readonly database?: string;
  /** For throw-away clusters: what is acknowledged may be lost when the machine goes down. */
  readonly unsafeFast?: boolean;
}

export interface EmbeddedCluster {
  /** Whether another process had started it. */
  readonly attached: boolean;
  url(database?: string): string;
  /** Lets go of the cluster. It shuts down, and is waited for, unless another process still uses it. */
  stop(): Promise<void>;
}

interface Joined {
  readonly lease: number | null; // null: nobody keeps the cluster, so it will not stop by itself
  readonly keeper: Keeper | null; // null: another process's
}

const PATIENCE_MS = 300_000; // after a crash up to `max_wal_size` of log is gone through first, on whatever disk
const POLL_MS = 10;
const LOOK_MS = 500;
const MAX_FAILED_STARTS = 3; // after a kill -9 the old backends hold the memory for a moment

/**
 * A real Postgres from npm's binaries, for a machine that has none. It listens on a Unix socket that only its owner can
 * reach. Several processes may use one cluster: the first starts it, the last to leave ends it, however it leaves.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedCluster> {
  const account = serverAccount();
  const places = preparePlaces(options.dataDir, account);
  const { postgres, ...binaries } = await findBinaries(account, places.dataDir);
  ensureCluster({ postgres, ...binaries }, places, account, options.unsafeFast ?? false);
  makeLeaseFile(places.lease, account);
  const args = serverArguments(places, options.unsafeFast ?? false);
  const start = () => startKeeper(postgres, args, places, account);
  const joined = await join(places, start);
  const url = (database = options.database ?? 'credence') => urlOf(places.socketDir, database);
  await ensureDatabase(url('postgres'), options.database ?? 'credence');
  const use = keepUp(places, joined, start);
  return { attached: joined.keeper === null, url, stop: async () => leave(places, await use.end()) };
}

/**
 * Starts the server again should it end while it is used: killed by hand, or for want of memory. Until it has recovered,
 * callers are told that the database cannot be reached.
 */
function keepUp(places: Places, first: Joined, start: () => Keeper): { end(): Promise<Joined> } {
  let joined = first;
  let looking: Promise<void> | null = null;
  const look = async (): Promise<void> => {
    if (!hasEnded(places)) return;
    const again = await join(places, start);
    if (joined.lease !== null) fs.closeSync(joined.lease);
    joined = again;
  };
  const timer = setInterval(() => {
    looking ??= look()
      .catch(() => {}) // it is tried again at the next look; why it does not start, Postgres writes into its log
      .finally(() => (looking = null));
  }, LOOK_MS).unref();
  return {
    end: async () => {
      clearInterval(timer);
      await looking;
      return joined;
    },
  };
}

async function join(places: Places, start: () => Keeper): Promise<Joined> {
  const deadline = performance.now() + PATIENCE_MS;
  let failedStarts = 0;
  while (performance.now() < deadline) {
    const state = await postmasterState(places);
    if (state === 'READY') {
      const joined = await attach(places);
      if (joined) return joined;
    } else if (state === 'DOWN') {
      const started = await launch(places, start, deadline);
      if (started) return started;
      if (++failedStarts === MAX_FAILED_STARTS) break;
    }
    await pause(failedStarts > 0 ? POLL_MS * 30 : POLL_MS);
  }
  throw new Error(`The embedded Postgres did not start: ${lastComplaint(places)} (see ${places.log})`);
}

/** Null when it was just going down. */
async function attach(places: Places): Promise<Joined | null> {
  const lease = takeLease(places.lease);
  await pause(POLL_MS); // a keeper that had read the end before we came has closed its end by now
  if (lease === null) return (await postmasterState(places)) === 'READY' ? { lease, keeper: null } : null;
  const again = takeLease(places.lease);
  if (again !== null) fs.closeSync(again);
  if (again !== null && (await postmasterState(places)) === 'READY') return { lease, keeper: null };
  fs.closeSync(lease);
  return null;
}

/** Null when the server ended at once: another process was faster, or something is wrong, as its log tells. */
function launch(places: Places, start: () => Keeper, deadline: number): Promise<Joined | null> {
  return withReader(places.lease, async () => {
    const lease = takeLease(places.lease);
    const keeper = start();
    while (!keeper.hasEnded() && performance.now() < deadline) {
      if ((await postmasterState(places)) === 'READY') return { lease, keeper };
      await pause(POLL_MS);
    }
    if (lease !== null) fs.closeSync(lease);
    return null;
  });
}

const STILL_USED_AFTER_POLLS = 50;

async function leave(places: Places, { lease, keeper }: Joined): Promise<void> {
  if (lease !== null) fs.closeSync(lease);
  if (!keeper) return;
  for (let polls = 0; polls < STILL_USED_AFTER_POLLS && !keeper.hasEnded(); polls++) {
    const stillKept = takeLease(places.lease);
    if (stillKept === null) return ended(keeper);
    fs.closeSync(stillKept);
    await pause(POLL_MS);
  }
}

/** The keeper does not hold the process open; while it is waited for, this does. */
async function ended(keeper: Keeper): Promise<void> {
  const open = setInterval(() => {}, PATIENCE_MS);
  await keeper.ended.finally(() => clearInterval(open));
}

async function ensureDatabase(adminUrl: string, name: string): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl });
  admin.on('error', () => {}); // the query in flight fails with it
  await admin.connect();
  try {
    const { rowCount } = await admin.query('select from pg_database where datname = $1', [name]);
    if (rowCount === 0) await admin.query(`create database ${admin.escapeIdentifier(name)}`);
  } catch (error) {
    const isThere = ['42P04', '23505'].includes((error as { code?: string }).code ?? ''); // another process was faster
    if (!isThere) throw error;
  } finally {
    await admin.end();
  }
}
