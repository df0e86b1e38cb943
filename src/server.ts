import type { AddressInfo, Socket } from 'node:net';
import fastifyApollo from '@as-integrations/fastify';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Config } from './config.ts';
import type { Database } from './db/database.ts';
import { gathering } from './db/gathering.ts';
import { reader } from './db/tx.ts';
import { feedOf } from './disclosure/change-feed.ts';
import { serveDisclosure } from './disclosure/disclosure.routes.ts';
import { openApollo } from './graphql/apollo.ts';
import { answerNotModified, cachePlugin } from './graphql/caches.ts';
import type { CompileSettings } from './graphql/compiled.ts';
import { callsOf, onceEach } from './graphql/context.ts';
import { doorOf, type DoorSettings } from './graphql/door.ts';
import { serveGraphiql } from './graphql/graphiql.ts';
import { guard } from './graphql/guards.ts';
import { serveHealth } from './graphql/health.ts';
import { answerErrorsAsGraphql } from './graphql/http-errors.ts';
import { KnownQueries } from './graphql/known-queries.ts';
import { openLane, type LaneSettings } from './graphql/lane.ts';
import type { LimitSettings } from './graphql/limits.ts';
import { lockedSchema, steadiness } from './graphql/schema.ts';
import { serveSubscriptions, type SubscriptionSettings } from './graphql/subscriptions/serve.ts';

import { watching, type WatchSettings } from './graphql/watch/watching.ts';
import type { Installation } from './installation.ts';
import type { Log } from './log.ts';

export const ENDPOINT = '/graphql';
/** At which coming a query is compiled: most that come once never come again. */
const COMPILED_FROM = 2;
const MAX_BODY_BYTES = 1_250_000; // 1,000 events of 1 kB; the ids of 10,000 reviews, so that they are told that they are too many

const SILENT_MS = 100; // how long one that stops waits for a first word

export interface Server {
  /** Where it listens, such as http://localhost:4000. */
  readonly address: string;
  /** For asking without a socket. */
  readonly app: FastifyInstance;
  /** Takes nothing more, finishes what runs for at most 10 s, and ends. The database stays open. */
  stop(): Promise<void>;
}

export interface ServerSettings
  extends
    CompileSettings,
    DoorSettings,
    LaneSettings,
    LimitSettings,
    SubscriptionSettings,
    WatchSettings,
    Pick<Config, 'isProduction' | 'host' | 'port' | 'hashSecret'> {
  readonly trustedProxies?: readonly string[];
  /** By which grades are signed and files handed out; without it, none are. */
  readonly installation?: Installation;
  /** Milliseconds since 1970; read once for each request. */
  readonly clock?: () => number;
}

/** The front door over a database that is open and up to date. */
export async function startServer(
  settings: ServerSettings,
  db: Pick<Database, 'orm' | 'pool'>,
  log: Log,
): Promise<Server> {
  let isStopping = false;
  const app = openHttp(() => isStopping, settings.trustedProxies ?? []);
  const watch = await watching(app, db.pool, settings, log);
  const guards = await guard(app, ENDPOINT, settings, db.pool, log);
  const schema = await lockedSchema();
  const queries = new KnownQueries(schema, steadiness, settings.compileFrom ?? COMPILED_FROM);
  const apollo = await openApollo(app, schema, queries, settings, log, [
    ...guards.plugins,
    ...watch.plugins,
    cachePlugin(settings), // last: the others look at what it takes away
  ]);
  answerErrorsAsGraphql(app, ENDPOINT, log);
  answerNotModified(app, ENDPOINT);
  serveHealth(app, db.pool, () => isStopping);
  serveGraphiql(app, ENDPOINT);
  const { hashSecret, installation, clock = Date.now } = settings;
  if (installation) serveDisclosure(app, db.pool, installation, clock, watch.refusals);
  const own = { orm: db.orm, pool: db.pool, hashSecret, ...(installation && { installation }) };
  const door = doorOf(settings, log);
  const recallOf = guards.admit(callsOf(own, door, clock, gathering(reader(db.pool))));
  const callOf = onceEach(recallOf);
  openLane(app, ENDPOINT, { ...settings, ...guards, ...watch, queries, callOf });
  const following = { schema, ...guards, ...watch, callOf, recallOf, timeoutMs: guards.timeouts.outside };
  const subscriptions = serveSubscriptions(app, ENDPOINT, settings, following, db.pool, log);
  await app.register(fastifyApollo(apollo), { path: ENDPOINT, context: callOf });
  await app.listen({ host: settings.host, port: settings.port });
  return {
    address: addressOf(app, settings.host),
    app,
    stop: async () => {
      isStopping = true;
      await subscriptions.close(); // else open ones would keep `app` up
      await apollo.stop(); // closes `app` first
      await feedOf(db.pool).rest();
      await guards.close();
      await watch.close();
    },
  };
}

/** As one would type it; from this machine where it listens on all of its addresses. */
function addressOf(app: FastifyInstance, host: string): string {
  const { port } = app.server.address() as AddressInfo;
  const name = ['0.0.0.0', '::'].includes(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

/**
 * Connections that were opened ahead, and on which nothing was ever asked, would keep us up: Node does not take them for idle. What is
 * just being asked when we stop has a moment to arrive.
 */
function letGoOfSilent(app: FastifyInstance): void {
  const open = new Set<Socket>();
  app.server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  app.addHook('preClose', (done) => {
    const letGo = () => open.forEach((socket) => void (socket.bytesRead === 0 && socket.destroy()));
    setTimeout(letGo, SILENT_MS).unref();
    done();
  });
}

/** Slow and oversized requests are cut off before they cost anything. */
function openHttp(isStopping: () => boolean, trustedProxies: readonly string[]): FastifyInstance {
  const app = Fastify({
    logger: false,
    trustProxy: trustedProxies.length > 0 && [...trustedProxies], // else `ip` is that of the socket
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: 10_000,
    http: { headersTimeout: 5_000, maxHeaderSize: 8 * 1024 },
  });
  app.addHook('onSend', (_request, reply, _payload, next) => {
    if (isStopping()) reply.header('connection', 'close'); // else an idle connection would keep us up
    next();
  });
  letGoOfSilent(app);
  return app;
}
