import { setTimeout as pause } from 'node:timers/promises';
import pg, { type Pool } from 'pg';

export interface Listened {
  readonly channel: string; // an identifier
  /** The number of an advisory lock that is held, shared, while we listen: so that others can ask whether anybody does. */
  readonly lock: number;
  /** Somebody notified, or we listen from now on and may have missed something before. */
  readonly onNews: () => void;
  /** The connection was lost, or could not be made. It is tried again. */
  readonly onTrouble: (error: unknown) => void;
}

const FIRST_PAUSE_MS = 50; // doubles with each failure
const LONGEST_PAUSE_MS = 5_000;

/** Listens on a connection of its own, and on a new one should that be lost, until it is stopped. */
export function listen(pool: Pool, listened: Listened): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const running = keepListening(pool, listened, stopping.signal);
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

async function keepListening(pool: Pool, listened: Listened, signal: AbortSignal): Promise<void> {
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      await listenOnce(pool, listened, signal, () => (failures = 0));
    } catch (error) {
      if (!signal.aborted) listened.onTrouble(error);
    }
    const longest = Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS);
    await pause(longest * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => {});
  }
}

/** Until the connection is lost, which it throws, or we stop. */
async function listenOnce(pool: Pool, listened: Listened, signal: AbortSignal, onReady: () => void): Promise<void> {
  const client = new pg.Client({ ...optionsOf(pool), application_name: 'credence listening', keepAlive: true });
  const lost = new Promise<never>((_, reject) => {
    client.on('error', reject);
    client.on('end', () => reject(new Error('the listening connection ended')));
  });
  lost.catch(() => {}); // it may be lost before anybody waits for it
  const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  client.on('notification', listened.onNews);
  try {
    await Promise.race([begin(client, listened), lost, stopped]);
    if (signal.aborted) return;
    onReady();
    listened.onNews();
    await Promise.race([lost, stopped]);
  } finally {
    await client.end().catch(() => {});
  }
}

async function begin(client: pg.Client, { channel, lock }: Listened): Promise<void> {
  await client.connect();
  await client.query('select pg_advisory_lock_shared($1)', [lock]);
  await client.query(`listen ${client.escapeIdentifier(channel)}`);
}

/** As the pool's own connections; `pg` hides the password from whoever would copy or print it. */
const optionsOf = ({ options }: Pool): pg.ClientConfig => ({
  ...options,
  ...(options.password !== undefined && { password: options.password }),
});
