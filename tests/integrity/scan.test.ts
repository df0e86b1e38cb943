import { beforeAll, describe, expect, it } from 'vitest';
import { demoEvents, demoTruth } from '../../src/demo/demo.ts';
import { inTransaction } from '../../src/db/tx.ts';
import { foldingsAt } from '../../src/grades/foldings.ts';
import shipped from '../../src/integrity/default-settings.json' with { type: 'json' };
import { runScan } from '../../src/integrity/scan.command.ts';
import { scanHourly } from '../../src/integrity/scan.job.ts';
import { scanMarket, type ScanReport } from '../../src/integrity/scan-market.ts';
import { restoreReviews } from '../../src/reviews/restore.commands.ts';
import type { FactKey } from '../../src/reviews/void.commands.ts';
import { countOf, expectSound, ingest } from '../intake/ingest-kit.ts';
import { anApi } from '../kit/api.ts';
import { credence } from '../kit/command.ts';
import { aDatabase } from '../kit/database.ts';
import { eventsOfSale, latelyOf, mutate, suspicionsOf, takeHistory, type Shown } from './integrity-kit.ts';

const db = aDatabase();
const MIDNIGHT = Date.UTC(2026, 10, 21);
const HOUR = 3_600_000;
let now = MIDNIGHT + 12 * HOUR;
const api = anApi(db, { clock: () => now });
const options = { seed: 7, until: MIDNIGHT, scale: 0.2 };
const truth = demoTruth(options);
const campaign = (name: string) => truth.campaigns.find((each) => each.name === name)!;
const scan = () => scanMarket(db.pool, foldingsAt, now);

const speaksOfFellows = ({ family, logLikelihoodRatio }: Shown['evidence'][number]) =>
  family === 'GRAPH' && logLikelihoodRatio > 0;

let report: ScanReport;
let found: Shown[];
beforeAll(async () => {
  await takeHistory(db, latelyOf(demoEvents(options), MIDNIGHT, 120), now);
  report = await scan();
  found = await suspicionsOf(api);
});
const heldIds = async (): Promise<string[]> =>
  (await db.pool.query(`select external_id as id from review where status = 'HELD' order by 1`)).rows.map(
    ({ id }) => id,
  );
const inWindow = async (ids: readonly string[]): Promise<string[]> =>
  (
    await db.pool.query(
      `select external_id as id from review where external_id = any($1) and occurred_at >= $2 order by 1`,
      [ids, new Date(now - 90 * 24 * HOUR)],
    )
  ).rows.map(({ id }) => id);

describe('a scan of a marketplace with a ring, a slanderer and a brushing shop in it', () => {
  it('finds the ring: one for all of its targets, with its members and how closely they act together', () => {
    const rings = found.filter(({ kind }) => kind === 'RING');
    const targets = new Set(campaign('RING').merchants);
    expect(rings.length).toBeGreaterThanOrEqual(5);
    expect(new Set(rings.map(({ ring }) => JSON.stringify(ring))).size).toBe(1);
    const { members, density, targets: seen } = rings[0]!.ring!;
    expect(seen.filter(({ externalId }) => !targets.has(externalId))).toEqual([]);
    expect(seen.length).toBeGreaterThanOrEqual(5);
    expect(members.length).toBeGreaterThanOrEqual(15);
    expect(members.every(({ name }) => name === null)).toBe(true); // who judges needs no names
    expect(density).toBeGreaterThan(0.5);
    expect(rings.every(({ evidence }) => evidence.some(speaksOfFellows))).toBe(true);
    expect(rings.every(({ merchant }) => targets.has(merchant.externalId))).toBe(true);
  });

  it('finds the orders that a shop placed with itself', () => {
    const brushing = found.filter(({ kind }) => kind === 'BRUSHING');
    const staged = new Set(campaign('BRUSHING').orders);
    expect(brushing.map(({ merchant }) => merchant.externalId)).toEqual(campaign('BRUSHING').merchants);
    const orders = brushing[0]!.orders.map(({ externalId }) => externalId);
    expect(orders.length).toBeGreaterThan(20);
    expect(orders.filter((each) => staged.has(each)).length / orders.length).toBeGreaterThan(0.95);
  });

  it('holds what is fake, hardly anything else, and every sum stays sound', async () => {
    const held = await heldIds();
    const fakes = new Set(truth.campaigns.flatMap(({ reviews }) => reviews));
    const ring = await inWindow(campaign('RING').reviews);
    expect(report.held).toBe(await countOf(db, 'review_hold', `kind = 'HELD'`));
    expect(ring.filter((id) => held.includes(id)).length / ring.length).toBeGreaterThan(0.95);
    expect(held.filter((id) => !fakes.has(id)).length).toBeLessThanOrEqual(0.01 * report.reviews);
    expect(await countOf(db, 'review', `status = 'VOIDED' and retracted_at is null`)).toBe(0);
    await expectSound(db, now);
  });

  it('finds the same again without a second suspicion, and holds nothing twice', async () => {
    const held = await heldIds();
    now += HOUR;
    const again = await scan();

    expect(again).toMatchObject({ opened: 0, reopened: 0, updated: report.opened, held: 0, marked: 0 });
    expect((await suspicionsOf(api)).map(({ id }) => id).toSorted()).toEqual(found.map(({ id }) => id).toSorted());
    expect(await heldIds()).toEqual(held);
  });

  it('leaves what a person decided, until something new speaks for it', async () => {
    const ring = found.find(({ kind }) => kind === 'RING');
    const ids = ring!.reviews.map(({ externalId }) => externalId);
    const input = { suspicionId: ring!.id, note: 'a book club', idempotencyKey: 'book-club' };
    await mutate(api, 'ADMIN', 'dismissSuspicion', 'suspicion { status }', input);
    now += HOUR;
    const again = await scan();
    expect(again).toMatchObject({ opened: 0, reopened: 0, held: 0 });
    expect((await suspicionsOf(api, { status: 'DISMISSED' })).map(({ id }) => id)).toEqual([ring!.id]);
    expect((await heldIds()).filter((id) => ids.includes(id))).toEqual([]);

    const [, , uuid] = Buffer.from(ring!.id, 'base64url').toString().split(':');
    await db.pool.query(`update suspicion set codes = array_remove(codes, $2) where id = $1`, [
      uuid,
      ring!.evidence.find(speaksOfFellows)!.code,
    ]); // as if it had not been known
    now += HOUR;
    expect(await scan()).toMatchObject({ opened: 0, reopened: 1, held: 0 }); // what a person released stays released
    expect((await suspicionsOf(api, { status: 'DISMISSED' })).map(({ id }) => id)).toEqual([]);
    await expectSound(db, now);
  });

  it('makes what came in as history known to stage 1', async () => {
    expect(report.marked).toBe(report.reviews);
    const { rows } = await db.pool.query<{ text: string }>(
      `select r.text from review r join review_mark m on m.review_id = r.id where m.signature is not null limit 1`,
    );
    const copied = eventsOfSale({
      order: 'copy',
      merchant: 'm-0001',
      placed: 3,
      stars: 5,
      text: rows[0]!.text,
      registered: 3,
    });
    await ingest(api, copied);
    expect(await heldIds()).toContain('r-copy');
  });

  it('that is stopped leaves whole findings or none', async () => {
    const before = await countOf(db, 'suspicion_verdict');
    await expect(scanMarket(db.pool, foldingsAt, now, AbortSignal.abort())).rejects.toThrow();
    expect(await countOf(db, 'suspicion_verdict')).toBe(before);
    const job = scanHourly(db.pool, foldingsAt);
    await job.run(now + HOUR);
    await job.run(now + 2 * HOUR, AbortSignal.abort()); // gives up in silence
  });
});

describe('a scan that may void by itself', () => {
  it('voids what two families of evidence prove, says so, and never again what was given back', async () => {
    const settings = { ...shipped, voidsByItself: true };
    const input = { document: settings, note: 'a trial', idempotencyKey: 'voids' };
    const { proposal } = await mutate(api, 'ADMIN', 'setIntegritySettings', 'proposal { id }', input);
    const agreed = { proposalId: proposal.id, note: 'So be it.', idempotencyKey: 'agreed' };
    await mutate(api, ['ADMIN', 'merchant:carol'], 'approveProposal', 'proposal { state }', agreed);
    now += HOUR;
    const { voided, held } = await scan();
    const query =
      '{ suspicions(first: 1, status: CONFIRMED) { nodes { decidedBy reviews { status void { ground statement } } } } }';
    const [confirmed] = (await api.ask('AUDITOR', query)).data.suspicions.nodes;

    expect(voided).toBeGreaterThan(50);
    expect(held).toBe(0);
    expect(confirmed).toMatchObject({ decidedBy: 'SCAN' });
    expect(confirmed.reviews[0]).toMatchObject({
      status: 'VOIDED',
      void: { ground: expect.any(String), statement: expect.stringMatching(/^Found automatically\. .+\.$/) },
    });
    await expectSound(db, now);

    const wrong: FactKey[] = (
      await db.pool.query(`select merchant_id as "merchantId", review_id as id from review_void order by 1, 2 limit 3`)
    ).rows;
    await inTransaction(db.pool, async (tx) =>
      restoreReviews(tx, { reviews: wrong, restoredBy: 'ADMIN' }, { now, foldings: await foldingsAt(now)(tx) }),
    );
    now += HOUR;
    expect(await scan()).toMatchObject({ voided: 0, held: 0 });
    await expectSound(db, now);
  });
});

describe('credence scan', () => {
  it('does the same, and tells what it found', async () => {
    const { status, out, err } = await credence({ DATABASE_URL: db.url }, 'scan', '--json');
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(JSON.parse(out)).toMatchObject({
      reviews: expect.any(Number),
      opened: expect.any(Number),
      scanSeconds: expect.any(Number),
    });
  });

  it('takes nothing but its own options', async () => {
    const said: string[] = [];
    const io = { out: (text: string) => void said.push(text), err: (text: string) => void said.push(text) };
    await expect(runScan(['everything'], io, foldingsAt)).rejects.toMatchObject({ code: 'USAGE' });
    expect(await runScan(['--help'], io, foldingsAt)).toBe(0);
    expect(said.join('')).toMatch(/^Usage: .*scan \[--json\]/);
  });
});

describe('the hourly scan', () => {
  const scannedAt = async (): Promise<number> =>
    Date.parse((await db.pool.query('select scanned_at from market_habit')).rows[0].scanned_at);

  it('runs half a minute after the start, and then once an hour, however many processes there are', async () => {
    const [job, other] = [scanHourly(db.pool, foldingsAt), scanHourly(db.pool, foldingsAt)];
    const start = now + 1000 * HOUR;
    const first = start + HOUR / 120;
    await job.run(start);
    expect(await scannedAt()).toBeLessThan(start);
    await job.run(first);
    expect(await scannedAt()).toBe(first);
    await other.run(start);
    for (const each of [job, other]) await each.run(first + HOUR - 1);
    expect(await scannedAt()).toBe(first);
    await other.run(first + HOUR);
    expect(await scannedAt()).toBe(first + HOUR);
  });
});
