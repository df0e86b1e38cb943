import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { issueToken } from '../../src/access/tokens.ts';
import { openDatabase, type Database } from '../../src/db/database.ts';
import { leaveNotes } from '../../src/db/notes.ts';
import { inTransaction, reader } from '../../src/db/tx.ts';
import { promptChanges } from '../../src/disclosure/prompt-changes.ts';
import { entities } from '../../src/entities.ts';
import { ensureDefaultPolicies } from '../../src/grades/policies.commands.ts';
import { activePolicies } from '../../src/grades/policies.loaders.ts';
import { globalId } from '../../src/kernel/global-id.ts';
import { fillMarket } from './market.ts';
import { ourFlags } from './rivals.ts';
import { atMost, type Result, type Scenario } from './scenario.ts';

const SUBSCRIBERS = 1_000;
const CHANGES = 60;
const WARM_UP = 10;
const EVERY_MS = 250;
const QUERY = `subscription ($ids: [ID!]) { gradeChanged(subjectIds: $ids) {
  subject { externalId name } before { level } after { level exactScore } } }`;

interface Process {
  readonly address: string;
  readonly stop: () => Promise<void>;
}

async function apiProcess({ url }: Database): Promise<Process> {
  const script = path.join(import.meta.dirname, 'subscribers-server.ts');
  const child = spawn(process.execPath, [...ourFlags, '--import', 'tsx', script, url, String(SUBSCRIBERS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return {
    address: line.toString().trim(),
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}

/** A client that does no more than it must: it is on the machine that is measured. `onEvent` hears its score. */
async function subscriber(
  address: string,
  token: string,
  id: string,
  onEvent: (score: number) => void,
): Promise<WebSocket> {
  const socket = new WebSocket(`${address.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
    headers: { authorization: `Bearer ${token}` },
  });
  await once(socket, 'open');
  socket.send('{"type":"connection_init"}');
  await once(socket, 'message');
  socket.on('message', (data: Buffer) => {
    const score = /"exactScore":(\d+)/.exec(data.toString())?.[1];
    if (score !== undefined) onEvent(Number(score));
  });
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: QUERY, variables: { ids: [id] } } }));
  return socket;
}

/** As a room leaves it that has changed a grade; ms at which it was committed. */
async function change({ pool }: Database, subjectId: string, policyId: string, score: number): Promise<number> {
  const now = Date.now();
  const rating = { ratingAverage: null, ratingCount: 0 };
  const payload = {
    subjectKind: 'MERCHANT',
    subjectId,
    policyId,
    before: { level: 'A', score },
    after: { level: 'AA', score },
    cause: 'FACTS',
    shown: { before: { exactScore: score, ...rating }, after: { exactScore: score, ...rating } },
  };
  await inTransaction(pool, (tx) => leaveNotes(tx, now, [{ subjectId, kind: 'grade.changed', payload }]));
  return performance.now();
}

const quantile = (sorted: readonly number[], share: number): number => sorted[Math.ceil(sorted.length * share) - 1]!;

/**
 * 1,000 subscribers, each under a token of its own, on the sockets of one API process; another process, this one, changes a grade four
 * times a second. From commit to receipt, over all subscribers; whoever subscribes is a process on the same machine.
 */
export const subscribers: Scenario = async ({ dir }): Promise<Result[]> => {
  const database = await openDatabase({ url: null, dataDir: path.join(dir, 'subscribers'), entities });
  const prompting = promptChanges(database.pool, (error) => process.stderr.write(`${String(error)}\n`));
  const api = await apiProcess(database);
  try {
    const now = Date.now();
    const sql = reader(database.pool);
    await ensureDefaultPolicies(sql, now);
    await fillMarket(database, 1, now);
    const policyId = (await activePolicies(sql, now)).find(({ subjectKind }) => subjectKind === 'MERCHANT')!.id;
    const [{ id }] = (await sql.query<{ id: string }>('', 'select id from merchant')) as [{ id: string }];
    const committed = new Map<number, number>();
    const latencies: number[] = [];
    let received = 0;
    const hear = (score: number): void => {
      received++;
      if (score >= WARM_UP) latencies.push(performance.now() - committed.get(score)!);
    };
    const sockets = await Promise.all(
      Array.from({ length: SUBSCRIBERS }, async (_, i) => {
        const holder = { role: 'PLATFORM', subject: null, name: `back end ${i}`, ttlSeconds: 3600 } as const;
        const token = await issueToken(Buffer.alloc(32, 1), holder, now);
        return subscriber(api.address, token, globalId('Merchant', id), hear);
      }),
    );
    await pause(2_000); // until all have subscribed
    for (let score = 0; score < CHANGES; score++) {
      // It is told apart by its score. Who receives it before we know that it is committed counts from just before.
      committed.set(score, performance.now());
      committed.set(score, await change(database, id, policyId, score));
      await pause(EVERY_MS);
    }
    await pause(1_000);
    for (const socket of sockets) socket.terminate();
    if (received !== CHANGES * SUBSCRIBERS) throw new Error(`${received} of ${CHANGES * SUBSCRIBERS} were received`);
    const sorted = latencies.toSorted((a, b) => a - b);
    const name = `a change to ${SUBSCRIBERS} subscribers of one process`;
    return [
      atMost(`${name}: p50`, quantile(sorted, 0.5), 'ms', 200),
      atMost(`${name}: p95`, quantile(sorted, 0.95), 'ms', 200),
    ];
  } finally {
    await api.stop();
    await prompting.stop();
    await database.close();
  }
};
