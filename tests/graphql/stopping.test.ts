import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startServer } from '../../src/server.ts';
import { aDatabase } from '../kit/database.ts';
import { quiet } from '../kit/log.ts';

const db = aDatabase();
const settings = {
  isProduction: false,
  host: '127.0.0.1',
  port: 0,
  tokenSecret: Buffer.alloc(32),
  hashSecret: Buffer.alloc(32),
};

describe('a server that stops', () => {
  it('finishes what it has begun, and takes nothing more', async () => {
    const server = await startServer(settings, db, quiet);
    const holder = await db.pool.connect();
    await holder.query('begin; lock table merchant in access exclusive mode');
    const asked = fetch(`${server.address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ merchant(externalId: "m-1") { id } }' }),
    });
    await pause(200); // it waits for the table now

    const stopped = server.stop();
    await expect(fetch(`${server.address}/health/ready`).then(({ status }) => status)).rejects.toThrow('fetch failed');
    await holder.query('commit');
    holder.release();

    expect(await (await asked).json()).toMatchObject({ data: { merchant: null } });
    await stopped;
  });

  it('does not wait for connections on which nothing was ever asked', async () => {
    const server = await startServer(settings, db, quiet);
    const silent = net.connect(Number(new URL(server.address).port), '127.0.0.1');
    await once(silent, 'connect');
    expect((await fetch(`${server.address}/health/ready`)).status).toBe(200); // ours is taken in by now

    const gone = once(silent, 'close');
    const began = performance.now();
    await server.stop();
    await gone;
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('says that it is not ready as soon as it begins to stop', async () => {
    const server = await startServer(settings, db, quiet);
    expect((await server.app.inject('/health/ready')).statusCode).toBe(200);

    const stopped = server.stop();

    expect((await server.app.inject('/health/ready')).statusCode).toBe(503);
    await stopped;
  });
});
