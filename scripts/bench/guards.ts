import { once } from 'node:events';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { ApolloServer } from '@apollo/server';
import fastifyApollo from '@as-integrations/fastify';
import Fastify from 'fastify';
import { ANYONE } from '../../src/access/actor.ts';
import { openCall, type Call } from '../../src/access/call.ts';
import { openDatabase, type Database } from '../../src/db/database.ts';
import { reader } from '../../src/db/tx.ts';
import { entities } from '../../src/entities.ts';
import { ensureDefaultPolicies } from '../../src/grades/policies.commands.ts';
import { compiledQueries } from '../../src/graphql/compiled.ts';
import { KnownQueries } from '../../src/graphql/known-queries.ts';
import { openSchema } from '../../src/graphql/schema.ts';
import { DEFAULT_ALLOWANCES } from '../../src/kernel/allowance.ts';
import { openLog } from '../../src/log.ts';
import { startServer } from '../../src/server.ts';
import { chance } from './history.ts';
import { fillMarket } from './market.ts';
import { atMost, type Scenario } from './scenario.ts';
import { QUERY } from './storefront.ts';

const MERCHANTS = 20_000;
const ASKED = 20; // merchants a request
const TURN = 100; // requests
const TURNS = 60; // of each
const WARM_UP_TURNS = 20;
const SECRET = Buffer.alloc(32, 1);

interface Asked {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/**
 * The storefront's read with all guards and with none, in turns of 100 requests: what they take of the server's thread. Both run on this
 * thread, whoever asks on another: so that a busy machine slows both alike.
 */
export const guards: Scenario = async ({ dir }) => {
  const database = await openDatabase({ url: null, dataDir: path.join(dir, 'guards'), entities });
  await ensureDefaultPolicies(reader(database.pool), Date.now());
  await fillMarket(database, MERCHANTS, Date.now());
  const [guarded, bare] = [await guardedServer(database), await bareServer(database)];
  const client = new Worker(new URL('guards-client.mjs', import.meta.url));
  try {
    const next = chance(11);
    const ratios: number[] = [];
    const all = new Map<Asked, number[]>([
      [guarded, []],
      [bare, []],
    ]);
    for (let i = 0; i < WARM_UP_TURNS + TURNS; i++) {
      const bodies = Array.from({ length: TURN }, () => bodyOf(next));
      const order = i % 2 === 0 ? [guarded, bare] : [bare, guarded];
      const micros = new Map<Asked, number>();
      for (const each of order) micros.set(each, await microsOf(client, each, bodies));
      if (i < WARM_UP_TURNS) continue;
      ratios.push(micros.get(guarded)! / micros.get(bare)!);
      for (const [each, spent] of micros) all.get(each)!.push(spent);
    }
    const [ratio, own, least] = [ratios, all.get(guarded)!, all.get(bare)!].map(median) as [number, number, number];
    process.stderr.write(
      `guarded ${own.toFixed(0)} µs, bare ${least.toFixed(0)} µs of the server's thread a request\n`,
    );
    return [atMost('processor of the storefront with all guards', ratio, '× of none', 1.2)];
  } finally {
    await client.terminate();
    await Promise.all([guarded.stop(), bare.stop()]);
    await database.close();
  }
};

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

function bodyOf(next: () => number): string {
  const ids = Array.from({ length: ASKED }, () => `m-${Math.floor(next() * MERCHANTS)}`);
  return JSON.stringify({ query: QUERY, variables: { ids } });
}

async function microsOf(client: Worker, { port }: Asked, bodies: readonly string[]): Promise<number> {
  const before = process.threadCpuUsage();
  client.postMessage({ port, bodies }); // oxlint-disable-line unicorn/require-post-message-target-origin -- a thread has none
  await once(client, 'message');
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / bodies.length;
}

async function guardedServer(database: Database): Promise<Asked> {
  const budgets = { ...DEFAULT_ALLOWANCES, PUBLIC: { maximum: 1e9, restoreRate: 1e9 } }; // all is counted, and nobody is sent away
  const settings = { isProduction: true, host: '127.0.0.1', port: 0, tokenSecret: SECRET, hashSecret: SECRET, budgets };
  const server = await startServer(settings, database, openLog('silent'));
  return { port: Number(new URL(server.address).port), stop: () => server.stop() };
}

/** The same schema and the same resolvers with nothing before them: no shield, no limits, no prices, no headers. */
async function bareServer({ orm, pool }: Database): Promise<Asked> {
  const schema = await openSchema();
  const apollo = new ApolloServer<Call>({
    schema,
    csrfPrevention: false,
    plugins: [compiledQueries(schema, new KnownQueries(schema, { fields: {}, permissions: {} }, 2), undefined)],
  });
  await apollo.start();
  const app = Fastify({ logger: false });
  const db = { orm, pool, hashSecret: SECRET };
  await app.register(fastifyApollo(apollo), {
    path: '/graphql',
    context: async () => openCall(db, ANYONE, Date.now()),
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as { port: number };
  return { port, stop: () => app.close() };
}
