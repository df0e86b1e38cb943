import { request, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import os from 'node:os';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { issueToken } from '../../src/access/tokens.ts';
import { openDatabase, type Database } from '../../src/db/database.ts';
import { feedOf } from '../../src/disclosure/change-feed.ts';
import { MOST_WAITING } from '../../src/disclosure/following.ts';
import { entities } from '../../src/entities.ts';
import { startServer, type Server } from '../../src/server.ts';
import { someMerchants, type AMerchant } from '../disclosure/kit.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { eventually } from '../kit/eventually.ts';
import { HASH_SECRET, NOW } from '../kit/events.ts';
import { quiet } from '../kit/log.ts';
import { aPolicy, byEvents, bySocket, change, followers, over, scoresOf, socketUrl, told } from './kit.ts';
import type { Heard } from './kit.ts';

const db = aDatabase();
const policy = aPolicy(db);
const tokenSecret = Buffer.alloc(32, 3);
const metricsToken = 'of sixteen or more'.replaceAll(' ', '-');
const api = anApi(db, { clock: () => NOW, tokenSecret, metricsToken });
let merchants: readonly AMerchant[];
let otherDb: Database;
let other: Server;
beforeAll(async () => {
  merchants = await someMerchants(db, 1);
  otherDb = await openDatabase({ url: db.url, dataDir: os.tmpdir(), entities, migrate: false });
  other = await startOther();
});
afterAll(async () => {
  await other.stop();
  await otherDb.close();
});
const bearer = async () => {
  const holder = { role: 'PLATFORM', subject: null, name: 'back end', ttlSeconds: 3_600 } as const;
  return { authorization: `Bearer ${await issueToken(tokenSecret, holder, NOW)}` };
};
const startOther = () =>
  startServer(
    { isProduction: false, host: '127.0.0.1', port: 0, tokenSecret, hashSecret: HASH_SECRET, clock: () => NOW },
    otherDb,
    quiet,
  );

const all: Heard[] = [];
afterEach(async () => {
  for (const heard of all.splice(0)) heard.stop();
  await followers(db, 0);
  await followers(otherDb, 0);
});
async function followAt(address: string, at: Database, follow = bySocket): Promise<Heard> {
  const before = feedOf(at.pool).followers;
  const heard = follow(address, { headers: await bearer() });
  all.push(heard);
  await eventually(() => feedOf(at.pool).followers > before, 5_000);
  return heard;
}

const listening = async (): Promise<number[]> => {
  const { rows } = await db.pool.query<{ pid: number }>(
    `select pid from pg_stat_activity where application_name = 'credence listening' and datname = current_database()`,
  );
  return rows.map(({ pid }) => pid);
};

describe('two processes over one database', () => {
  it('tell those who follow at either of what is changed by the other, and do not wait for their next look', async () => {
    const [here, there] = [await followAt(api.server.address, db), await followAt(other.address, otherDb)];
    const scores: number[] = [];
    const begunAt = performance.now();
    for (const by of [db, otherDb, db, otherDb, db, otherDb, db, otherDb]) {
      scores.push(...(await change(by, policy, merchants)));
      await Promise.all([here, there].map((heard) => told(heard, scores.length)));
    }

    expect([scoresOf(here), scoresOf(there)]).toEqual([scores, scores]);
    expect(performance.now() - begunAt).toBeLessThan(2_000); // a look a second would take some 4 s
  });

  it('listen on one connection each, however many follow, and on none when nobody does', async () => {
    await followAt(api.server.address, db);
    await followAt(api.server.address, db, byEvents);
    await followAt(other.address, otherDb);
    await eventually(async () => (await listening()).length === 2);
    for (const heard of all.splice(0)) heard.stop();

    await expect.poll(listening).toEqual([]);
  });
});

describe('a listening connection that is lost', () => {
  it('loses nothing of what is changed meanwhile', async () => {
    const heard = await followAt(api.server.address, db);
    const scores: number[] = [];
    for (let i = 0; i < 12; i++) {
      if (i % 3 === 0)
        await db.pool.query('select pg_terminate_backend(pid) from unnest($1::int[]) as pid', [await listening()]);
      scores.push(...(await change(otherDb, policy, merchants)));
    }
    await told(heard, scores.length);
    await eventually(async () => (await listening()).length === 1);

    expect(scoresOf(heard)).toEqual(scores);
  });
});

describe('a reader that reads no more', () => {
  const LARGE = `subscription { gradeChanged { ${Array.from({ length: 20 }, (_, i) => `a${i}: subject { name }`).join(' ')} } }`;
  beforeAll(async () => {
    await db.pool.query('update merchant set name = $1', ['x'.repeat(20_000)]);
  });

  const readers = {
    WebSocket: async (authorization: string) => {
      const socket = new WebSocket(socketUrl(api.server.address), 'graphql-transport-ws', {
        headers: { authorization },
      });
      await once(socket, 'open');
      socket.send('{"type":"connection_init"}');
      await once(socket, 'message');
      socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: LARGE } }));
      socket.pause();
      return () => socket.terminate();
    },
    'server-sent events': async (authorization: string) => {
      const headers = { authorization, 'content-type': 'application/json' };
      const asked = request(`${api.server.address}/graphql/stream`, { method: 'POST', headers });
      asked.on('error', () => {}).end(JSON.stringify({ query: LARGE }));
      const [answer] = (await once(asked, 'response')) as [IncomingMessage];
      answer.on('error', () => {}).pause();
      return () => answer.destroy();
    },
  };

  it.each(Object.entries(readers))('by %s is sent away, and holds up nobody else', async (transport, read) => {
    const heard = await followAt(api.server.address, db);
    const end = await read((await bearer()).authorization);
    await followers(db, 2);
    const scores: number[] = [];
    for (let i = 0; i < 5; i++)
      scores.push(
        ...(await change(
          db,
          policy,
          Array.from({ length: MOST_WAITING / 4 }, () => merchants[0]!),
        )),
      );
    await told(heard, scores.length);
    await followers(db, 1);
    end();

    expect(scoresOf(heard)).toEqual(scores);
    expect(api.logged).toContainEqual(
      expect.objectContaining({
        msg: 'subscription',
        transport: transport === 'WebSocket' ? 'WEBSOCKET' : 'SSE',
        codes: ['TOO_SLOW'],
      }),
    );
  });
});

it('What is open, what was told and who was sent away is counted', async () => {
  const heard = await followAt(api.server.address, db, byEvents);
  await change(db, policy, merchants);
  await told(heard, 1);
  const headers = { authorization: `Bearer ${metricsToken}` };
  const { payload } = await api.server.app.inject({ url: '/metrics', headers });
  const counted = payload.match(/^credence_subscription.*$/gm);

  expect(counted).toContain('credence_subscriptions{transport="SSE"} 1');
  expect(counted).toContain('credence_subscriptions{transport="WEBSOCKET"} 0');
  expect(counted).toContain('credence_subscriptions_dropped_total{transport="WEBSOCKET"} 1');
  expect(counted).toContainEqual(expect.stringMatching(/^credence_subscription_events_total\{transport="SSE"\} [1-9]/));
});

describe('a server that stops', () => {
  it('closes sockets as one that goes away, ends streams, and listens no more', async () => {
    const [socket, stream] = [await followAt(other.address, otherDb), await followAt(other.address, otherDb, byEvents)];
    await other.stop();
    await Promise.all([over(socket), over(stream)]);

    expect(socket.closed).toEqual([1001, 'Going away']);
    expect(stream.codes).toEqual([]);
    expect(await listening()).toEqual([]);
    other = await startOther();
  });
});
