import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { eventually } from '../kit/eventually.ts';
import { anInstallation } from '../kit/installation.ts';
import { quiet } from '../kit/log.ts';
import { openWebhooks } from '../../src/webhooks/webhooks.jobs.ts';
import { startWorker } from '../../src/worker.ts';
import {
  aMerchant,
  aReceiver,
  createEndpoint,
  endpointOf,
  failing,
  gradeNote,
  noted,
  OK,
  scoresOf,
  HANGING,
} from './kit.ts';

/** WEBHOOK_KILLS=20 kills it so often; see src/webhooks/README.md. */
const KILLS = Number(process.env['WEBHOOK_KILLS'] ?? 2);
const SUBJECTS = 5;
const DELIVERER = path.resolve(import.meta.dirname, 'deliverer.ts');

const db = aDatabase({ poolSize: 20 });
const api = anApi(db, { installation: anInstallation() }); // its secrets are those of the deliverer: they are made of the same text
const aHook = aReceiver();

interface Deliverer {
  readonly child: ChildProcess;
  readonly isUp: Promise<unknown>;
}
const running = new Set<ChildProcess>();
function start(): Deliverer {
  const child = spawn(process.execPath, [DELIVERER, db.url], { stdio: ['ignore', 'pipe', 'inherit'] });
  running.add(child);
  return { child, isUp: once(child.stdout, 'data') };
}
async function kill({ child }: Deliverer): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  running.delete(child);
}
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

it(`every event arrives, and in order for each subject, though the process is killed ${KILLS} times`, async () => {
  const hook = aHook();
  const { endpoint } = await createEndpoint(api, { url: hook.url });
  const merchants = await Promise.all(Array.from({ length: SUBJECTS }, () => aMerchant(db)));
  let answers = 0;
  hook.answers = (...asked) => void pause(5).then(() => (++answers % 11 === 0 ? failing(500)(...asked) : OK(...asked)));
  let score = 0;
  const writers = new AbortController();
  const write = async (): Promise<void> => {
    while (!writers.signal.aborted) {
      score++;
      await noted(db, ...merchants.map((id) => gradeNote(id, score)));
      await pause(50);
    }
  };
  const writing = write();
  let deliverer = start();
  for (let kills = 0; kills < KILLS; kills++) {
    await deliverer.isUp;
    const next = start(); // takes a moment, and has what the other one had locked
    const before = hook.received.length;
    await eventually(() => hook.received.length > before + SUBJECTS); // it is at it
    await pause(Math.random() * 60);
    await kill(deliverer);
    deliverer = next;
  }
  writers.abort();
  await writing;
  const arrived = () => new Set(hook.received.map(({ headers }) => headers['webhook-id'])).size;
  await eventually(() => arrived() === score * SUBJECTS, 60_000);
  await eventually(async () => (await endpointOf(api, endpoint.id, 'PENDING')).deliveries.length === 0);
  await kill(deliverer);

  const every = Array.from({ length: score }, (_, i) => i + 1);
  const subjects = new Set(hook.received.map(({ json }) => json.data.subject.externalId as string));
  expect(subjects.size).toBe(SUBJECTS);
  for (const subject of subjects) expect([...new Set(scoresOf(hook, subject))]).toEqual(every);
  const repeats = hook.received.length - score * SUBJECTS;
  expect(repeats).toBeLessThan(score * SUBJECTS); // what failed, and what was under way at a kill
}, 120_000);

it('what hangs is broken off when we stop, and sent by whoever is next', async () => {
  const hook = aHook();
  hook.answers = HANGING;
  const { endpoint } = await createEndpoint(api, { url: hook.url });
  const merchant = await aMerchant(db);
  const installation = anInstallation();
  const open = async () => {
    const settings = { pool: db.pool, url: db.url, installation, clock: Date.now, log: quiet, everyMs: 20 };
    const webhooks = openWebhooks({ ...settings, pace: { pollMs: 25, leaseMs: 1_000, stoppingMs: 100 } });
    const worker = startWorker(webhooks.jobs, quiet);
    return async () => {
      await worker.stop();
      await webhooks.stop();
    };
  };
  const stop = await open();
  await noted(db, gradeNote(merchant, 1));
  await eventually(() => hook.received.length === 1);
  const began = performance.now();
  await stop();

  expect(performance.now() - began).toBeLessThan(5_000); // the receiver had fifteen seconds
  expect((await endpointOf(api, endpoint.id)).deliveries).toMatchObject([{ status: 'PENDING', attempts: 0 }]);
  hook.answers = OK;
  const stopNext = await open();
  await eventually(async () => (await endpointOf(api, endpoint.id, 'DELIVERED')).deliveries.length === 1);
  await stopNext();
});
