import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { Pool } from 'pg';
import { carryOut, type Decision } from '../../src/cases/carry-out.ts';
import { overturn } from '../../src/cases/overturn.ts';
import { openDatabase } from '../../src/db/database.ts';
import { inTransaction, reader } from '../../src/db/tx.ts';
import { foldingsAt } from '../../src/grades/foldings.ts';
import { ensureDefaultPolicies } from '../../src/grades/policies.commands.ts';
import { parseCloudEvent } from '../../src/intake/cloud-events.ts';
import type { Envelope } from '../../src/intake/event.ts';
import { intakeAt, takeInBatch } from '../../src/intake/intake.ts';
import { newId } from '../../src/kernel/ids.ts';
import { atMost, type Result, type Scenario } from './scenario.ts';

const REVIEWS = 1_000;
const MOST_SECONDS = 2;
const ORDERS_AT_ONCE = 200;
const HOUR_MS = 3_600_000;

/** A ring: so many accounts, each of which praises so many merchants. */
export interface Ring {
  readonly name: string;
  readonly authors: number;
  readonly merchants: number;
}
const RINGS: readonly Ring[] = [
  { name: '100 accounts, 10 merchants', authors: 100, merchants: 10 },
  { name: '1,000 accounts, 1 merchant', authors: 1_000, merchants: 1 },
  { name: '20 accounts, 50 merchants', authors: 20, merchants: 50 },
];

/** Penalizing a ring of 1,000 reviews, with sanctions and points, and taking one review of it back; each ring beside honest trade. */
export const penalize: Scenario = async ({ dir, orders }) => {
  const database = await openDatabase({ url: null, dataDir: path.join(dir, 'penalize'), entities: [] });
  const { pool } = database;
  const now = Date.now();
  await ensureDefaultPolicies(reader(pool), now);
  const results: Result[] = [];
  for (const [i, ring] of RINGS.entries()) {
    await tradeOf(pool, ring, i, Math.min(10_000, orders), now);
    await pool.query('vacuum analyze');
    results.push(...(await judge(pool, ring, i, now)));
  }
  await database.close();
  return results;
};

/** The ring's reviews among honest ones of the same merchants. */
export async function tradeOf(pool: Pool, ring: Ring, place: number, honest: number, now: number): Promise<void> {
  const said = Array.from({ length: REVIEWS }, (_, i) => ({
    order: `ring-${place}-${i}`,
    merchant: `m-${place}-${Math.floor(i / ring.authors) % ring.merchants}`,
    buyer: `b-${place}-${i % ring.authors}`,
    stars: 5,
  }));
  const others = Array.from({ length: honest }, (_, i) => ({
    order: `honest-${place}-${i}`,
    merchant: `m-${place}-${i % ring.merchants}`,
    buyer: `h-${place}-${i % 2_000}`,
    stars: 3 + (i % 3),
  }));
  const all = [...others, ...said].toSorted((a, b) => (a.order.slice(-3) < b.order.slice(-3) ? -1 : 1));
  const intake = intakeAt(randomBytes(32), now);
  for (let start = 0; start < all.length; start += ORDERS_AT_ONCE) {
    const envelopes = all.slice(start, start + ORDERS_AT_ONCE).flatMap((sale, i) => toldOf(sale, start + i, now));
    await takeInBatch(pool, envelopes, intake);
  }
}

interface Sale {
  readonly order: string;
  readonly merchant: string;
  readonly buyer: string;
  readonly stars: number;
}

function toldOf({ order, merchant, buyer, stars }: Sale, place: number, now: number): Envelope[] {
  const at = (hours: number) =>
    new Date(now - 80 * 24 * HOUR_MS + (place / 12_000) * 70 * 24 * HOUR_MS + hours * HOUR_MS).toISOString();
  const product = `p-${merchant}`;
  const placed = {
    order,
    merchant,
    buyer,
    currency: 'EUR',
    amount: 4900,
    lines: [{ product, quantity: 1, unitPrice: 4900 }],
  };
  return [
    ['order.placed', at(0), placed] as const,
    ['order.paid', at(1), { order }] as const,
    ['order.delivered', at(72), { order }] as const,
    ['review.posted', at(90), { review: `r-${order}`, order, stars }] as const,
  ].map(([type, time, data]) => {
    const parsed = parseCloudEvent({ id: `${type}/${order}`, source: 'bench', type, time, data }, now);
    if ('code' in parsed) throw new Error(parsed.message);
    return parsed;
  });
}

/** That all of a ring's reviews are fake. */
export async function decisionAbout(pool: Pool, place: number, now: number): Promise<Decision> {
  const { rows: reviews } = await pool.query<{ merchantId: string; id: string }>(
    `select merchant_id as "merchantId", id from review where external_id like $1`,
    [`r-ring-${place}-%`],
  );
  if (reviews.length !== REVIEWS) throw new Error(`the ring wrote ${reviews.length} reviews`);
  return {
    id: newId(now),
    reviews,
    ground: 'COLLUSION_RING',
    note: 'A benchmark.',
    statement: 'A benchmark.',
    decidedBy: 'ADMIN:alice',
    approvedBy: 'ADMIN:bob',
    measures: { deductPoints: 50, alsoSanctionMerchant: true },
  };
}

async function judge(pool: Pool, ring: Ring, place: number, now: number): Promise<Result[]> {
  const decision = await decisionAbout(pool, place, now);
  const seconds = await timed(() =>
    inTransaction(pool, async (tx) => carryOut(tx, decision, { now, foldings: await foldingsAt(now)(tx) })),
  );
  const { merchantId, id } = decision.reviews[0]!;
  const { rows } = await pool.query<{ authorId: string }>(
    'select author_id as "authorId" from review where merchant_id = $1 and id = $2',
    [merchantId, id],
  );
  const appeal = {
    id: newId(now),
    about: 'REVIEW' as const,
    subjectId: merchantId,
    factId: id,
    decisionId: decision.id,
    appellantId: rows[0]!.authorId,
    appellantKind: 'BUYER' as const,
    status: 'FILED' as const,
    takenBy: null,
    takenUntil: null,
  };
  const back = await timed(() =>
    inTransaction(pool, async (tx) =>
      overturn(tx, appeal, 'ADMIN:carol', { now, foldings: await foldingsAt(now)(tx) }),
    ),
  );
  return [
    atMost(`penalizing a ring of 1,000: ${ring.name}`, seconds, 's', MOST_SECONDS),
    atMost(`an appeal of one of them overturned`, back, 's', MOST_SECONDS),
  ];
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}
