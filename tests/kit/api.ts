import { randomBytes } from 'node:crypto';
import { createClient, type Client, type ClientSettings } from 'credence/client';
import { afterAll, beforeAll } from 'vitest';
import type { Role } from '../../src/access/actor.ts';
import { issueToken, parseSubject } from '../../src/access/tokens.ts';
import type { Database } from '../../src/db/database.ts';
import { HASH_SECRET } from './events.ts';
import { comparedWithGraphqlJs } from './compiled.ts';
import { anInstallation } from './installation.ts';
import { letPartnerIn, PARTNER } from './partner.ts';
import { startServer, type Server, type ServerSettings } from '../../src/server.ts';
import { logInto } from './log.ts';

/** Who asks: nobody, a role, or a role that stands for a subject: ["BUYER", "buyer:b-1"]. */
export type Asker = null | Role | readonly [role: Role, subject: string];

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- each test knows what it asked for
  readonly data: any;
  readonly extensions: Record<string, unknown> | undefined;
  readonly errors: readonly { message: string; path?: unknown; extensions: Record<string, unknown> }[] | undefined;
}

export interface Api {
  readonly server: Server;
  /** What was logged, a line an object. */
  readonly logged: readonly Record<string, unknown>[];
  /** As a client of `credence/client` that never tries again, whatever is answered. */
  readonly ask: (asker: Asker, query: string, variables?: Record<string, unknown>) => Promise<Answer>;
  /** As a client that makes its own mistakes. */
  readonly send: (path: string, request?: RequestInit) => Promise<Response>;
  readonly clientFor: (asker: Asker, more?: Partial<ClientSettings>) => Client;
  readonly tokenFor: (asker: Exclude<Asker, null>, ttlSeconds?: number) => Promise<string>;
}

/** The real server over the database, on a port of its own, from before the file's first test until after its last. */
export function anApi(db: Database, settings: Partial<ServerSettings> = {}): Api {
  const tokenSecret = randomBytes(32);
  const clock = settings.clock ?? Date.now;
  const logged: Record<string, unknown>[] = [];
  const installation = anInstallation();
  let server: Server | undefined;
  beforeAll(async () => {
    server = await startServer(
      {
        isProduction: false,
        host: '127.0.0.1',
        port: 0,
        tokenSecret,
        hashSecret: HASH_SECRET,
        clock,
        installation,
        ...(process.env['COMPARE_COMPILED'] && comparedWithGraphqlJs),
        ...settings,
      },
      db,
      logInto(logged),
    );
  });
  afterAll(() => server?.stop());

  const running = (): Server => {
    if (!server) throw new Error('the server runs inside tests and hooks only');
    return server;
  };
  const send = (path: string, request?: RequestInit) => fetch(running().address + path, request);
  const tokenFor = async (asker: Exclude<Asker, null>, ttlSeconds = 3600) => {
    const [role, subject] = typeof asker === 'string' ? [asker, null] : asker;
    if (role === 'PARTNER') await letPartnerIn(db, clock());
    const name = role === 'PARTNER' ? { name: PARTNER } : {};
    return issueToken(
      tokenSecret,
      { role, subject: subject === null ? null : parseSubject(subject), ...name, ttlSeconds },
      clock(),
    );
  };
  const clientFor = (asker: Asker, more: Partial<ClientSettings> = {}): Client =>
    createClient({
      url: running().address,
      ...(asker !== null && { token: () => tokenFor(asker) }),
      ...(asker === 'PARTNER' && { purpose: 'DISPLAY' as const }),
      ...more,
    });
  const ask = (asker: Asker, query: string, variables?: Record<string, unknown>): Promise<Answer> =>
    clientFor(asker, { retries: 0, timeoutMs: 60_000 }).answer(query, variables) as Promise<Answer>;
  return {
    get server() {
      return running();
    },
    logged,
    ask,
    send,
    clientFor,
    tokenFor,
  };
}
