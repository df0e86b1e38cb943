import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '../../src/access/actor.ts';
import { issueToken } from '../../src/access/tokens.ts';
import { credence } from '../kit/command.ts';
import { INSTALLATION, killPrograms, startProgram, type Program } from '../kit/program.ts';
import { INGEST } from '../intake/ingest-kit.ts';
import { anEvent, daysAgo } from '../kit/events.ts';

/** POINTS_KILLS=20 kills it so often; see src/points/README.md. */
const KILLS = Number(process.env['POINTS_KILLS'] ?? 1);
const BUYERS = 8;
const WRITERS = 6;
const START = 1000; // points of each buyer
const ENOUGH = 15; // captures that are acknowledged before each kill

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'credence-points-'));
fs.chmodSync(directory, 0o755); // the server's account must pass through it
let program: Program;
let address: string;
const tokens: Partial<Record<Role, string>> = {};
const start = async (): Promise<void> => {
  program = startProgram({ CREDENCE_DATA_DIR: directory });
  address = await program.listening();
};

interface Payload {
  readonly id: string;
  readonly holdId: string;
  readonly userErrors: readonly unknown[];
}

/** The payload; null when there is no answer, or none that acknowledges anything. */
async function send(role: Role, query: string, input: object): Promise<Payload | null> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${tokens[role]}` };
  const body = JSON.stringify({ query, variables: { input } });
  try {
    const response = await fetch(`${address}/graphql`, { method: 'POST', headers, body });
    return ((await response.json()) as { data?: { done?: Payload | null } | null }).data?.done ?? null;
  } catch {
    return null;
  }
}
const REDEEM = `mutation ($input: RedeemPointsInput!) { done: redeemPoints(input: $input) { holdId userErrors { code } } }`;
const CAPTURE = `mutation ($input: CapturePointsInput!) { done: capturePoints(input: $input) {
  hold { id captured } userErrors { code } } }`;
const ADJUST = `mutation ($input: AdjustPointsInput!) { done: adjustPoints(input: $input) { userErrors { code } } }`;

const buyers: string[] = [];
beforeAll(async () => {
  const secret = Buffer.from(INSTALLATION.CREDENCE_TOKEN_SECRET, 'base64url');
  for (const role of ['PLATFORM', 'ADMIN'] as const)
    tokens[role] = await issueToken(secret, { role, subject: null, ttlSeconds: 3600 }, Date.now());
  await start();
  const events = Array.from({ length: BUYERS }, (_, i) =>
    anEvent('buyer.registered', daysAgo(9), { externalId: `b-${i}` }),
  );
  await send('PLATFORM', INGEST.replace('ingestEvents', 'done: ingestEvents'), { events });
  for (let i = 0; i < BUYERS; i++) {
    const query = `{ done: buyer(externalId: "b-${i}") { id } }`;
    buyers.push((await send('PLATFORM', query, {}))!.id);
    const given = {
      subjectId: buyers[i],
      amount: START,
      reason: 'a start',
      note: 'a test',
      idempotencyKey: `start-${i}`,
    };
    expect(await send('ADMIN', ADJUST, given)).toEqual({ userErrors: [] });
  }
}, 60_000);
afterAll(async () => {
  program.child.kill('SIGTERM');
  await program.ended; // and with it the database, which lets go of its files
  killPrograms();
  fs.rmSync(directory, { recursive: true, force: true });
}, 60_000);

/** A purchase that is paid with points: a hold, which is captured. What was answered is kept; null until then. */
interface Purchase {
  readonly n: number;
  readonly buyer: number;
  readonly points: number;
  holdId: string | null;
  captured: number | null;
}
const purchases: Purchase[] = [];

/** Sends what is not acknowledged yet, or all of it again; the answers must be the ones that were given. */
async function buy(purchase: Purchase): Promise<boolean> {
  const { n, buyer, points } = purchase;
  const hold = {
    holderId: buyers[buyer],
    points,
    purpose: 'a discount',
    reference: `o-${n}`,
    idempotencyKey: `hold-${n}`,
  };
  const held = await send('PLATFORM', REDEEM, hold);
  if (held === null) return false;
  expect(held.userErrors).toEqual([]);
  expect(held.holdId).toBe(purchase.holdId ?? held.holdId);
  purchase.holdId = held.holdId;
  const done = await send('PLATFORM', CAPTURE, {
    holdId: purchase.holdId,
    points: points - 1,
    idempotencyKey: `capture-${n}`,
  });
  if (done === null) return false;
  expect(done).toEqual({ hold: { id: purchase.holdId, captured: points - 1 }, userErrors: [] });
  purchase.captured = points - 1;
  return true;
}

/** Writers that buy until they get no answer any more. */
function load(): { readonly failed: Promise<unknown>; readonly bought: () => number } {
  let bought = 0;
  const write = async (): Promise<void> => {
    for (;;) {
      const n = purchases.length;
      const purchase = { n, buyer: n % 3 === 0 ? 0 : n % BUYERS, points: 2 + (n % 2), holdId: null, captured: null };
      purchases.push(purchase);
      if (!(await buy(purchase))) return;
      bought++;
    }
  };
  return { failed: Promise.all(Array.from({ length: WRITERS }, write)), bought: () => bought };
}

async function expectNothingLost(): Promise<void> {
  for (const [i, id] of buyers.entries()) {
    const spent = purchases.reduce((sum, { buyer, captured }) => sum + (buyer === i ? captured! : 0), 0);
    const query = `{ done: buyer(id: "${id}") { points { balance held } } }`;
    expect(await send('PLATFORM', query, {})).toEqual({ points: { balance: START - spent, held: 0 } });
  }
  const { status, out, err } = await credence(
    { ...INSTALLATION, CREDENCE_DATA_DIR: directory },
    'points',
    'check',
    '--json',
  );
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(JSON.parse(out)).toMatchObject({ sum: 0, transfers: BUYERS + purchases.length, differing: 0 });
}

describe('under load, and killed with no warning', () => {
  it(
    `${KILLS} times, the ledger loses nothing that was acknowledged, and books nothing twice`,
    { timeout: 30_000 * (1 + KILLS) },
    async () => {
      for (let kill = 0; kill < KILLS; kill++) {
        const { failed, bought } = load();
        const deadline = performance.now() + 20_000;
        while (bought() < ENOUGH && performance.now() < deadline) await new Promise((resolve) => setImmediate(resolve));
        program.child.kill('SIGKILL');
        await failed;
        expect(bought()).toBeGreaterThanOrEqual(ENOUGH);
        await start();
        for (const purchase of purchases.slice(-200)) expect(await buy(purchase)).toBe(true);
        await expectNothingLost();
      }
    },
  );
});
