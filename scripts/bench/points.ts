import path from 'node:path';
import type { Call } from '../../src/access/call.ts';
import { issueToken } from '../../src/access/tokens.ts';
import { openDatabase, type Database } from '../../src/db/database.ts';
import { inTransaction } from '../../src/db/tx.ts';
import { entities } from '../../src/entities.ts';
import { newId } from '../../src/kernel/ids.ts';
import { openLog } from '../../src/log.ts';
import { bookTransfer, bookTransfers } from '../../src/points/book.commands.ts';
import { checkPoints } from '../../src/points/check.ts';
import type { Holder, NewTransfer } from '../../src/points/transfer.ts';
import { startServer } from '../../src/server.ts';
import { chance } from './history.ts';
import { atLeast, atMost, type Result, type Scenario } from './scenario.ts';

const ACCOUNTS = 10_000;
const WRITERS = 64; // calls that are under way at once
const SECONDS = 10;
const WARM_UP_SECONDS = 2;
const MANY_ENTRIES = 1_000_000;
const FEW_ENTRIES = 10;
const READS = 2_000;

const holder = (): Holder => ({ subjectKind: 'BUYER', subjectId: newId(Date.now()) });

/** Points come and go, by halves; what comes expires at one of 90 ends of days. */
function transferOf(of: Holder, next: () => number): NewTransfer {
  const now = Date.now();
  const points = 1 + Math.floor(next() * 20);
  const plain = { points, reason: 'a benchmark', factId: null, bookedAt: now, mayOwe: false };
  if (next() < 0.5) {
    const day = Math.floor(now / 86_400_000) + 300 + Math.floor(next() * 90);
    return { ...plain, from: { house: 'ISSUED' }, to: of, kind: 'EARNED', expiresAt: day * 86_400_000 };
  }
  return { ...plain, from: of, to: { house: 'REDEEMED' }, kind: 'REDEEMED', expiresAt: null };
}

let keys = 0;

/** Transfers a second, each a call with an idempotency key of its own that is answered once it is on the disk; and how long one takes. */
async function load(
  database: Database,
  pick: () => Holder,
  seed: number,
): Promise<{ rate: number; p50: number; p99: number }> {
  const next = chance(seed);
  const times: number[] = [];
  const startedAt = performance.now();
  const [from, until] = [startedAt + WARM_UP_SECONDS * 1000, startedAt + (WARM_UP_SECONDS + SECONDS) * 1000];
  const write = async (): Promise<void> => {
    for (let at = performance.now(); at < until; at = performance.now()) {
      const call = { actor: { role: 'PLATFORM', name: 'PLATFORM', subject: null }, now: Date.now(), db: database };
      const key = { idempotencyKey: `bench-${keys++}` };
      await bookTransfer(call as unknown as Call, 'bench', key, transferOf(pick(), next));
      const doneAt = performance.now();
      if (at >= from && doneAt <= until) times.push(doneAt - at);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)]!;
  return { rate: sorted.length / SECONDS, p50: at(0.5), p99: at(0.99) };
}

const AT_ONCE = 5_000;

/** So that nothing is refused for want of points. */
async function endow({ pool }: Database, holders: readonly Holder[], points: number, times = 1): Promise<void> {
  const plain = {
    kind: 'EARNED',
    reason: 'a start',
    factId: null,
    bookedAt: Date.now(),
    expiresAt: null,
    mayOwe: false,
  };
  const transfer = (to: Holder): NewTransfer => ({ ...plain, from: { house: 'ISSUED' }, to, points });
  const all = holders.flatMap((each) => Array.from({ length: times }, () => each));
  for (let i = 0; i < all.length; i += AT_ONCE) {
    const some = all.slice(i, i + AT_ONCE).map(transfer);
    await inTransaction(pool, (tx) => bookTransfers(tx, plain.bookedAt, some));
  }
}

/** The time of a balance by the API, of an account with many entries against one with few, in turn. */
async function reads(database: Database): Promise<{ many: number; few: number }> {
  const secret = Buffer.alloc(32, 1);
  const settings = { isProduction: true, host: '127.0.0.1', port: 0, tokenSecret: secret, hashSecret: secret };
  const [many, few] = [holder(), holder()];
  await endow(database, [many], 1, MANY_ENTRIES);
  await endow(database, [few], 1, FEW_ENTRIES);
  for (const { subjectId } of [many, few])
    await database.pool.query('insert into buyer (id, external_id, recorded_at) values ($1, $2, now())', [
      subjectId,
      `bench-${subjectId}`,
    ]);
  await database.pool.query('analyze');
  const server = await startServer(settings, database, openLog('silent'));
  const token = await issueToken(secret, { role: 'PLATFORM', subject: null, ttlSeconds: 3600 }, Date.now());
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const ask = async ({ subjectId }: Holder): Promise<number> => {
    const query = `{ buyer(externalId: "bench-${subjectId}") { points { balance pending } } }`;
    const startedAt = performance.now();
    const response = await fetch(`${server.address}/graphql`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query }),
    });
    const answer = (await response.json()) as { errors?: unknown };
    if (answer.errors) throw new Error(JSON.stringify(answer.errors));
    return performance.now() - startedAt;
  };
  const times: [number[], number[]] = [[], []];
  for (let i = 0; i < READS; i++)
    for (const [k, each] of [many, few].entries()) {
      const ms = await ask(each);
      if (i >= READS / 4) times[k]!.push(ms);
    }
  await server.stop();
  const [manyMs, fewMs] = times.map((each) => each.toSorted((a, b) => a - b)[Math.floor(each.length / 2)]!);
  return { many: manyMs!, few: fewMs! };
}

/** The ledger of points: transfers over many accounts and on one, and a balance whatever its history. */
export const points: Scenario = async ({ dir }) => {
  const database = await openDatabase({ url: null, dataDir: path.join(dir, 'points'), entities });
  try {
    const holders = Array.from({ length: ACCOUNTS }, holder);
    const hot = holder();
    await endow(database, [...holders, hot], 1_000_000);
    const next = chance(4);
    const many = await load(database, () => holders[Math.floor(next() * ACCOUNTS)]!, 5);
    const one = await load(database, () => hot, 6);
    const results: Result[] = [
      atLeast(`transfers over ${ACCOUNTS} accounts, ${WRITERS} at once`, many.rate, '/s', 3_000),
      atMost('… one of them, p50', many.p50, 'ms', 25),
      atMost('… one of them, p99', many.p99, 'ms', 50),
      atLeast(`transfers on one account, ${WRITERS} at once`, one.rate, '/s', 1_000),
      atMost('… one of them, p50', one.p50, 'ms', 25),
      atMost('… one of them, p99', one.p99, 'ms', 50),
    ];
    const { many: manyMs, few: fewMs } = await reads(database);
    results.push(
      atMost(`a balance after ${MANY_ENTRIES} entries, against ${FEW_ENTRIES}, p50`, manyMs / fewMs, '×', 1.25),
    );
    results.push(atMost('points that the ledger says are off', (await checkPoints(database.pool)).differing, '', 0));
    return results;
  } finally {
    await database.close();
  }
};
