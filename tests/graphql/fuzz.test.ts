import v8 from 'node:v8';
import vm from 'node:vm';
import { beforeAll, describe, expect, it } from 'vitest';
import { openSchema } from '../../src/graphql/schema.ts';
import { anApi, type Asker } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { anEvent, daysAgo, eventsOf, NOW, takeEvents } from '../kit/events.ts';
import { chance, RandomDocuments } from './random-documents.ts';

/** FUZZ_REQUESTS=10000 for the long run; FUZZ_SEED for another one. */
const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? 300);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_122);
const AT_ONCE = 4;
const MAX_GROWTH_MB = 20;

const db = aDatabase();
// What runs at the same moment may change between two runs of one query: here they are not compared.
const api = anApi(db, { clock: () => NOW, isProduction: true, compareCompiled: () => {} });
const ASKERS: readonly Asker[] = [
  null,
  ['BUYER', 'buyer:b-1'],
  ['MERCHANT', 'merchant:m-1'],
  'PARTNER',
  'PLATFORM',
  'MODERATOR',
  'ADMIN',
  'AUDITOR',
];

beforeAll(async () => {
  await takeEvents(db, [
    anEvent('product.listed', daysAgo(80), { externalId: 'p-1', merchant: 'm-1', name: 'Cup' }),
    ...[1, 2, 3, 4, 5].flatMap((n) =>
      eventsOf({ order: `o-${n}`, placed: 40 + n, merchant: 'm-1', buyer: 'b-1', product: 'p-1', stars: n }),
    ),
  ]);
});

interface Fuzz {
  readonly path: string;
  readonly request: RequestInit;
}

function bytes(next: () => number): string {
  return Array.from({ length: Math.floor(next() * 200) }, () => String.fromCharCode(Math.floor(next() * 256))).join('');
}

async function randomRequest(documents: RandomDocuments, next: () => number): Promise<Fuzz> {
  const asker = documents.pick(ASKERS);
  const headers: Record<string, string> = {
    'content-type':
      next() < 0.95 ? 'application/json' : documents.pick(['text/plain', 'x/y', 'application/json; charset=x']),
    ...(asker !== null && { authorization: `Bearer ${await api.tokenFor(asker)}` }),
    ...(next() < 0.08 && { accept: documents.pick(['application/graphql-response+json', 'image/png', '*/*', 'x']) }),
  };
  const kind = next();
  const query = kind < 0.55 ? documents.valid() : kind < 0.85 ? documents.broken() : documents.json();
  if (kind < 0.93) {
    const asked = {
      query,
      ...(next() < 0.1 && { variables: documents.json() }),
      ...(next() < 0.04 && { operationName: documents.json() }),
      ...(next() < 0.04 && { extensions: documents.json() }),
      ...(next() < 0.02 && { documentId: documents.json() }),
    };
    return { path: '/graphql', request: { method: 'POST', headers, body: JSON.stringify(asked) } };
  }
  if (kind < 0.97) return { path: '/graphql', request: { method: 'POST', headers, body: bytes(next) } };
  const search = new URLSearchParams({ query: String(query), variables: bytes(next) });
  return {
    path: `/graphql?${search.toString()}`,
    request: { headers: { ...headers, 'apollo-require-preflight': '1' } },
  };
}

const LEAKS = /node_modules|\bat \S+ \(|\.ts:\d|"INTERNAL"|select .* from |Maximum call stack/;

describe(`of ${REQUESTS} requests made at random`, { timeout: 60_000 + REQUESTS * 60 }, () => {
  it('none breaks anything, and none learns anything of the inside', async () => {
    const next = chance(SEED);
    const documents = new RandomDocuments(await openSchema(), next);
    const odd: unknown[] = [];
    const statuses = new Map<number, number>();
    const heap: number[] = [];
    for (let done = 0; done < REQUESTS; done += AT_ONCE) {
      const batch = await Promise.all(Array.from({ length: AT_ONCE }, () => randomRequest(documents, next)));
      await Promise.all(
        batch.map(async ({ path, request }) => {
          const response = await api.send(path, request);
          const text = await response.text();
          statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
          if (response.status >= 500 || LEAKS.test(text))
            odd.push({ path, body: request.body, status: response.status, text, logged: api.logged.at(-1) });
        }),
      );
      (api.logged as unknown[]).length = 0; // a server would not keep them
      if (done % 1000 < AT_ONCE) heap.push(memoryMb());
    }

    if (REQUESTS > 300) process.stdout.write(`${JSON.stringify({ statuses: [...statuses], heap })}\n`);
    expect(odd.slice(0, 5)).toEqual([]);
    expect(statuses.get(200)).toBeGreaterThan(REQUESTS / 10);
    expect(statuses.get(400)).toBeGreaterThan(REQUESTS / 10);
    expect((await api.send('/health/ready')).status).toBe(200);
    const afterWarmUp = heap[Math.ceil(heap.length / 4)] ?? heap[0]!;
    expect(memoryMb() - afterWarmUp).toBeLessThan(MAX_GROWTH_MB);
  });
});

v8.setFlagsFromString('--expose-gc');
const collectGarbage = vm.runInNewContext('gc') as () => void;

/** Of what is in use: the server's, its database client's and this test's own. */
function memoryMb(): number {
  collectGarbage();
  return Math.round(process.memoryUsage().heapUsed / 2 ** 20);
}
