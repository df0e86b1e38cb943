import type { FastifyInstance } from 'fastify';
import type { Pool } from 'pg';
import { feedOf } from '../../disclosure/change-feed.ts';
import { promptChanges } from '../../disclosure/prompt-changes.ts';
import type { Log } from '../../log.ts';
import { serveEvents } from './server-sent.ts';
import { serveSockets } from './sockets.ts';
import { Subscriptions, type SubscriptionDoor } from './subscriptions.ts';

/** What is left out is as it is unless set. */
export interface SubscriptionSettings {
  readonly maxSubscriptions?: number;
  readonly maxSubscriptionsOfACaller?: number;
  /** So often it is looked whether those who follow still may, though nothing happens. */
  readonly recheckMs?: number;
  readonly corsOrigins?: readonly string[];
  readonly trustedProxies?: readonly string[];
}

const IN_ALL = 10_000;
const OF_A_CALLER = 100;
const RECHECK_MS = 30_000;

/** Subscriptions by WebSocket at the endpoint, and as server-sent events below it. What it returns ends them all, before `app` closes. */
export function serveSubscriptions(
  app: FastifyInstance,
  endpoint: string,
  settings: SubscriptionSettings,
  door: Omit<SubscriptionDoor, 'room' | 'recheckMs'>,
  pool: Pool,
  log: Log,
): { close(): Promise<void> } {
  const { maxSubscriptions: inAll = IN_ALL, maxSubscriptionsOfACaller: ofACaller = OF_A_CALLER } = settings;
  const { corsOrigins: origins = [], trustedProxies = [], recheckMs = RECHECK_MS } = settings;
  const subscriptions = new Subscriptions({ ...door, recheckMs, room: { inAll, ofACaller } }, log);
  const sockets = serveSockets(app, endpoint, subscriptions, { origins, trustedProxies, mostSockets: inAll }, log);
  const events = serveEvents(app, `${endpoint}/stream`, subscriptions, log);
  const feed = feedOf(pool);
  const warn = seldom((err) => log.warn({ err }, 'changes of grades are told later than they should be'));
  feed.onTrouble = warn;
  const prompting = promptChanges(pool, warn);
  return {
    close: async () => {
      await Promise.all([sockets.close(), events.close(), prompting.stop()]);
    },
  };
}

const SELDOM_MS = 10_000;

/** While the database is away, it is tried again and again: that is told once in a while. */
function seldom(tell: (error: unknown) => void): (error: unknown) => void {
  let toldAt = -Infinity; // performance.now()
  return (error) => {
    if (performance.now() - toldAt < SELDOM_MS) return;
    toldAt = performance.now();
    tell(error);
  };
}
