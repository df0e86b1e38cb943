import path from 'node:path';
import { reader } from '../../src/db/tx.ts';
import { openDatabase, type Database } from '../../src/db/database.ts';
import { entities } from '../../src/entities.ts';
import { ensureDefaultPolicies } from '../../src/grades/policies.commands.ts';
import { openLog } from '../../src/log.ts';
import { startServer } from '../../src/server.ts';
import { chance, sizeFor, writeOrders } from './history.ts';
import { credence } from './process.ts';
import { atMost, type Scenario } from './scenario.ts';

const ROUNDS = 2_000;
const WARM_UP = 500;

const STOREFRONT = `query($ids: [String!]) {
  merchants(externalIds: $ids) { name grade { level score } rating { average count } }
}`;

type Ask = (query: string, variables: Record<string, unknown>) => Promise<unknown>;

/** The real server over a database, asked over HTTP by one client with keep-alive. */
async function withServer<T>(dataDir: string, work: (ask: Ask, database: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase({ url: null, dataDir, entities });
  await ensureDefaultPolicies(reader(database.pool), Date.now());
  const secret = Buffer.alloc(32, 1);
  const settings = { isProduction: true, host: '127.0.0.1', port: 0, tokenSecret: secret, hashSecret: secret };
  const server = await startServer(settings, database, openLog('silent'));
  try {
    return await work(async (query, variables) => {
      const response = await fetch(`${server.address}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
      });
      const answer = (await response.json()) as { data?: unknown; errors?: unknown };
      if (answer.errors) throw new Error(JSON.stringify(answer.errors));
      return answer.data;
    }, database);
  } finally {
    await server.stop();
    await database.close();
  }
}

/** The median of so many questions, in milliseconds, after a warm-up. */
async function median(ask: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < WARM_UP + ROUNDS; i++) {
    const startedAt = performance.now();
    await ask();
    if (i >= WARM_UP) times.push(performance.now() - startedAt);
  }
  return times.toSorted((a, b) => a - b)[ROUNDS / 2]!;
}

/** Twenty merchants with grade and rating, one client. */
export const storefront: Scenario = async ({ dir }) => {
  const dataDir = path.join(dir, 'storefront');
  const file = path.join(dir, 'storefront.csv');
  const size = sizeFor(50_000);
  await writeOrders(file, size);
  await credence(['import', '--mapping', 'orders', file, '--json'], dataDir);
  const next = chance(2);
  return withServer(dataDir, async (ask) => {
    const p50 = await median(() =>
      ask(STOREFRONT, { ids: Array.from({ length: 20 }, () => `m-${Math.floor(next() * size.merchants)}`) }),
    );
    return [atMost('merchants(externalIds: 20), p50 at 1 client', p50, 'ms', 5)];
  });
};

const GRADE = 'query($id: String!) { merchant(externalId: $id) { grade { level score } rating { average count } } }';
const GIANT_ORDERS = 200_000;

/** One merchant with hundreds of thousands of orders beside one with ten: the same question must cost the same. */
export const giantGrade: Scenario = async ({ dir }) => {
  const dataDir = path.join(dir, 'giant');
  const [many, few] = [path.join(dir, 'giant.csv'), path.join(dir, 'dwarf.csv')];
  await writeOrders(many, { orders: GIANT_ORDERS, merchants: 1, buyers: 50_000 });
  await credence(['import', '--mapping', 'orders', many, '--json'], dataDir);
  await writeOrders(few, { orders: 10, merchants: 1, buyers: 10 }, 3, 'dwarf-');
  await credence(['import', '--mapping', 'orders', few, '--json'], dataDir);
  return withServer(dataDir, async (ask) => {
    const giant = await median(() => ask(GRADE, { id: 'm-0' }));
    const dwarf = await median(() => ask(GRADE, { id: 'dwarf-m-0' }));
    return [atMost(`grade of a merchant of ${GIANT_ORDERS} orders, against one of 10`, giant / dwarf, '×', 1.25)];
  });
};
