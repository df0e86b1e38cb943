import type { AddressInfo } from 'node:net';
import fastifyApollo from '@as-integrations/fastify';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Config } from './config.ts';
import type { Database } from './db/database.ts';
import { openApollo } from './graphql/apollo.ts';
import { callsOf } from './graphql/context.ts';
import { serveGraphiql } from './graphql/graphiql.ts';
import { serveHealth } from './graphql/health.ts';
import { answerErrorsAsGraphql } from './graphql/http-errors.ts';
import type { Log } from './log.ts';

export const ENDPOINT = '/graphql';
const MAX_BODY_BYTES = 1024 * 1024; // 1,000 events of 1 kB

export interface Server {
  /** Where it listens, such as http://localhost:4000. */
  readonly address: string;
  /** For asking without a socket. */
  readonly app: FastifyInstance;
  /** Takes nothing more, finishes what runs for at most 10 s, and ends. The database stays open. */
  stop(): Promise<void>;
}

export interface ServerSettings extends Pick<Config, 'isProduction' | 'host' | 'port' | 'tokenSecret' | 'hashSecret'> {
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
  const app = openHttp(() => isStopping);
  const apollo = await openApollo(app, settings.isProduction, log);
  answerErrorsAsGraphql(app, ENDPOINT, log);
  serveHealth(app, db.pool, () => isStopping);
  serveGraphiql(app, ENDPOINT);
  const context = callsOf(
    { orm: db.orm, pool: db.pool, hashSecret: settings.hashSecret },
    settings.tokenSecret,
    settings.clock ?? Date.now,
  );
  await app.register(fastifyApollo(apollo), { path: ENDPOINT, context });
  await app.listen({ host: settings.host, port: settings.port });
  return {
    address: addressOf(app, settings.host),
    app,
    stop: () => {
      isStopping = true;
      return apollo.stop(); // closes `app` first
    },
  };
}

/** As one would type it; from this machine where it listens on all of its addresses. */
function addressOf(app: FastifyInstance, host: string): string {
  const { port } = app.server.address() as AddressInfo;
  const name = ['0.0.0.0', '::'].includes(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

/** Slow and oversized requests are cut off before they cost anything. */
function openHttp(isStopping: () => boolean): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: 10_000,
    http: { headersTimeout: 5_000, maxHeaderSize: 8 * 1024 },
  });
  app.addHook('onSend', async (_request, reply) => {
    reply.headers({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
    if (isStopping()) reply.header('connection', 'close'); // else an idle connection would keep us up
  });
  return app;
}
