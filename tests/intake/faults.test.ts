import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueToken } from '../../src/access/tokens.ts';
import { serverAccount } from '../../src/db/embedded/account.ts';
import { preparePlaces } from '../../src/db/embedded/places.ts';
import { postmasterState } from '../../src/db/embedded/postmaster.ts';
import { startEmbedded } from '../../src/db/embedded.ts';
import { credence } from '../kit/command.ts';
import { eventually } from '../kit/eventually.ts';
import { eventsOf, type RawEvent } from '../kit/events.ts';
import { INSTALLATION, killPrograms, startProgram, type Program } from '../kit/program.ts';
import { INGEST, type Ingested } from './ingest-kit.ts';

const WRITERS = 3;
const ORDERS_IN_A_BATCH = 3;
const EVENTS_OF_AN_ORDER = 6;
const POSTINGS_OF_AN_ORDER = 5; // delivered: merchant, product; kept: buyer; reviewed: merchant, product

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'credence-faults-'));
fs.chmodSync(directory, 0o755); // the server's account must pass through it
const environment = { ...INSTALLATION, CREDENCE_DATA_DIR: directory };
const postmaster = () =>
  Number(fs.readFileSync(path.join(directory, 'postgres/cluster/postmaster.pid'), 'utf8').split('\n')[0]);

let program: Program;
let address: string;
let token: string;
const start = async (): Promise<void> => {
  program = startProgram({ CREDENCE_DATA_DIR: directory, LOG_LEVEL: 'warn' });
  address = await program.listening();
};
beforeAll(async () => {
  const secret = Buffer.from(INSTALLATION.CREDENCE_TOKEN_SECRET, 'base64url');
  token = await issueToken(secret, { role: 'PLATFORM', subject: null, ttlSeconds: 3600 }, Date.now());
  await start();
}, 60_000);
afterAll(async () => {
  program.child.kill('SIGTERM');
  await program.ended; // and with it the database, which lets go of its files
  killPrograms();
  fs.rmSync(directory, { recursive: true, force: true });
}, 60_000);

interface Batch {
  readonly events: readonly RawEvent[];
  isAcknowledged: boolean;
}
const sent: Batch[] = [];
let orders = 0;

function nextBatch(): Batch {
  const stories = Array.from({ length: ORDERS_IN_A_BATCH }, () => {
    const n = orders++;
    return eventsOf({
      order: `o-${n}`,
      merchant: `m-${n % 3}`,
      product: `p-${n % 3}`,
      buyer: `b-${n % 40}`,
      placed: 1000 - (n % 300),
      stars: 1 + (n % 5),
    });
  });
  const batch = { events: stories.flat(), isAcknowledged: false };
  sent.push(batch);
  return batch;
}

const post = (query: string, variables: object): Promise<Response> =>
  fetch(`${address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });

/** The payload; null for an answer that acknowledges nothing. It throws when there is no answer. */
async function send({ events }: Batch): Promise<Ingested | null> {
  const response = await post(INGEST, { input: { events } });
  const { data } = (await response.json()) as { data?: { ingestEvents: Ingested | null } | null };
  return data?.ingestEvents ?? null;
}

/** Writers that send batch after batch until they get no acknowledgement any more; resolves with the answers that were none. */
function load(): { failed: Promise<string[]>; acknowledged: () => number } {
  let acknowledged = 0;
  const write = async (): Promise<string> => {
    for (;;) {
      const batch = nextBatch();
      const answer = await send(batch).catch((error: unknown) => String(error));
      if (answer === null || typeof answer === 'string') return answer ?? 'refused';
      expect(answer).toMatchObject({ accepted: batch.events.length, rejected: [], userErrors: [] });
      batch.isAcknowledged = true;
      acknowledged++;
    }
  };
  return { failed: Promise.all(Array.from({ length: WRITERS }, write)), acknowledged: () => acknowledged };
}

/** Whatever was not acknowledged can be sent again; what was is known. */
async function sendAllAgain(): Promise<void> {
  for (const batch of sent) {
    const answer = await send(batch);
    const count = batch.events.length;
    const known = batch.isAcknowledged ? count : answer!.duplicates;
    expect(answer).toEqual({ accepted: count - known, duplicates: known, rejected: [], userErrors: [] });
    batch.isAcknowledged = true;
  }
}

const COUNTS = `
  select (select count(*)::int from inbox) as events, (select count(*)::int from inbox where id = any($1)) as acknowledged,
         (select count(*)::int from "order") as orders, (select count(*)::int from review) as reviews,
         (select count(*)::int from posting) as postings, (select count(*)::int from pending_event) as waiting`;

/** Whatever was acknowledged is there, once, with all that it means; and so is, whole, what else is there. */
async function expectNothingLost(): Promise<void> {
  const acknowledged = sent.flatMap(({ isAcknowledged, events }) => (isAcknowledged ? events.map(({ id }) => id) : []));
  const cluster = await startEmbedded({ dataDir: path.join(directory, 'postgres') });
  const client = new pg.Client({ connectionString: cluster.url() });
  await client.connect();
  const { rows } = await client.query(COUNTS, [acknowledged]);
  await client.end();
  const found = rows[0].orders;
  expect(rows).toEqual([
    {
      events: EVENTS_OF_AN_ORDER * found,
      acknowledged: acknowledged.length,
      orders: found,
      reviews: found,
      postings: POSTINGS_OF_AN_ORDER * found,
      waiting: 0,
    },
  ]);
  expect(await credence(environment, 'standing', 'check')).toMatchObject({ status: 0, err: '' });
  await cluster.stop();
}

describe('under load, and killed with no warning', { timeout: 60_000 }, () => {
  it('the program loses nothing that it acknowledged', async () => {
    const { failed, acknowledged } = load();
    await eventually(() => acknowledged() >= 15);
    program.child.kill('SIGKILL');
    expect((await failed).every((answer) => answer !== 'refused')).toBe(true);

    await start();
    await sendAllAgain();
    await expectNothingLost();
  });

  it('the embedded database loses nothing that was acknowledged, and comes up again by itself', async () => {
    const { failed, acknowledged } = load();
    await eventually(() => acknowledged() >= 15);
    const killed = postmaster();
    process.kill(killed, 'SIGKILL');
    expect(await failed).toEqual(Array(WRITERS).fill('refused'));

    await eventually(async () => (await fetch(`${address}/health/ready`)).status === 200);
    expect(postmaster()).not.toBe(killed);
    await sendAllAgain();
    await expectNothingLost();
  });
});

/** What came of a request, when: null where it was answered, else the code of its error. */
interface Outcome {
  readonly at: number;
  readonly code: string | null;
}

async function outcomeOf(ask: () => Promise<Response>): Promise<Outcome> {
  const response = await ask().catch((error: unknown) => String(error));
  if (typeof response === 'string') return { at: performance.now(), code: response };
  const { errors } = (await response.json()) as { errors?: { extensions: { code: string } }[] };
  return { at: performance.now(), code: errors?.[0]?.extensions.code ?? null };
}

/** Readers and writers that do not give up; a writer sends its batch again until it is acknowledged. */
function stubbornLoad(): { stop: () => Promise<Outcome[]>; answered: () => number } {
  const outcomes: Outcome[] = [];
  const load = { isOver: false };
  const note = (outcome: Outcome): boolean => outcomes.push(outcome) > 0 && outcome.code === null;
  const read = async (): Promise<void> => {
    while (!load.isOver) note(await outcomeOf(() => post('{ merchant(externalId: "m-0") { grade { level } } }', {})));
  };
  const write = async (): Promise<void> => {
    let batch = nextBatch();
    while (!load.isOver) {
      const { events } = batch;
      if (!note(await outcomeOf(() => post(INGEST, { input: { events } })))) continue;
      batch.isAcknowledged = true;
      batch = nextBatch();
    }
  };
  const all = Promise.all([read(), read(), write(), write()]);
  return {
    stop: async () => {
      load.isOver = true;
      await all;
      return outcomes;
    },
    answered: () => outcomes.filter(({ code }) => code === null).length,
  };
}

describe('under load, while its database is started anew', { timeout: 60_000 }, () => {
  const CLEAR_AFTER_MS = 2000;

  it('the program refuses only as long as it is down, and loses nothing', async () => {
    const places = preparePlaces(path.join(directory, 'postgres'), serverAccount());
    const isUp = async () => (await postmasterState(places)) === 'READY';
    const { stop, answered } = stubbornLoad();
    await eventually(() => answered() >= 50);
    const downAt = performance.now();
    process.kill(postmaster(), 'SIGINT'); // a fast shutdown: sessions are ended, what is committed is kept
    await eventually(async () => !(await isUp()));
    await eventually(isUp);
    const upAt = performance.now();
    await pause(CLEAR_AFTER_MS);
    const answeredUntilThen = answered();
    await eventually(() => answered() >= answeredUntilThen + 20);
    const outcomes = await stop();

    const failed = outcomes.filter(({ code }) => code !== null);
    expect(
      new Set(failed.map(({ code }) => code)).difference(new Set(['DATABASE_UNAVAILABLE', 'OUTCOME_UNKNOWN'])),
    ).toEqual(new Set());
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.filter(({ at }) => at < downAt)).toEqual([]);
    expect(failed.filter(({ at }) => at > upAt + CLEAR_AFTER_MS)).toEqual([]);
    await sendAllAgain();
    await expectNothingLost();
  });
});

describe('under load, and told to stop', { timeout: 60_000 }, () => {
  it('the program finishes what it has begun, ends well, and loses nothing', async () => {
    const saidBefore = program.said.err.length; // it may have complained of its database before
    const { failed, acknowledged } = load();
    await eventually(() => acknowledged() >= 15);
    program.child.kill('SIGTERM');
    await failed; // each by a closed connection, or a 503 to what came once it was stopping
    expect(await program.ended).toBe(0);
    expect(program.said.err.slice(saidBefore)).toBe('');
    await expectNothingLost();
  });
});
