import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { inTransaction } from '../../src/db/tx.ts';
import { balanceOf, pastBalanceOf, standingOf } from '../../src/grades/balances.loaders.ts';
import { foldingsAt } from '../../src/grades/foldings.ts';
import { policyInForce, recentPolicies } from '../../src/grades/policies.loaders.ts';
import { ratingOf, type Rating } from '../../src/grades/rating.ts';
import { totalsOf } from '../../src/scoring/grade.ts';
import { merchantByExternalId } from '../../src/merchants/merchants.loaders.ts';
import { productByExternalId } from '../../src/products/products.loaders.ts';
import type { Call } from '../../src/access/call.ts';
import { voidReviews } from '../../src/reviews/void.commands.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { daysAgo, NOW } from '../kit/events.ts';
import { aMarket, callAt, eventsOfMarket, orders, take } from './fixtures.ts';

const SUBJECTS = `
  select id, 'MERCHANT' as kind from merchant where external_id like $1 || '-%' union all
  select id, 'BUYER' from buyer where external_id like $1 || '-%' union all
  select id, 'PRODUCT' from product where external_id like $1 || '-%'`;
const POINTS = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Subject { grade { exactScore baseScore factors { points } } } } }`;

const subjectsOf = async (db: Database, market: string) =>
  (await db.pool.query<{ id: string; kind: 'MERCHANT' | 'BUYER' | 'PRODUCT' }>(SUBJECTS, [market])).rows;

/** The merchants and products of a market, as far as it has them. */
async function rateable(call: Call, market: string) {
  const merchants = ['m-0', 'm-1'].map((id) => merchantByExternalId(call, `${market}-${id}`));
  const products = ['m-0-p-0', 'm-0-p-1', 'm-1-p-0'].map((id) => productByExternalId(call, `${market}-${id}`));
  return (await Promise.all([...merchants, ...products])).filter((subject) => subject !== null);
}

/** Every third of a market's reviews, a ring's as it were. */
async function voidSome(db: Database, market: string): Promise<void> {
  const { rows } = await db.pool.query<{ merchantId: string; id: string }>(
    `select merchant_id as "merchantId", id from review where external_id like 'r-' || $1 || '-%' and status <> 'VOIDED' order by id`,
    [market],
  );
  const reviews = rows.filter((_, i) => i % 3 === 0);
  if (reviews.length === 0) return;
  await inTransaction(db.pool, async (tx) =>
    voidReviews(
      tx,
      { reviews, ground: 'COLLUSION_RING', statement: 'They praise one another.', voidedBy: 'ADMIN:alice' },
      { now: NOW, foldings: await foldingsAt(NOW)(tx) },
    ),
  );
}

async function shown(rating: Rating): Promise<unknown> {
  const { average, count, verifiedCount, excludedCount, jsonLd } = rating;
  const [distribution, dimensions] = await Promise.all([rating.distribution, rating.dimensions]);
  return { average, count, verifiedCount, excludedCount, jsonLd, distribution, dimensions };
}

describe('whatever happens in a market', () => {
  const db = aDatabase();
  const api = anApi(db, { clock: () => NOW });
  let markets = 0;

  it('each balance and rating equals the sum of what is behind it, bit for bit, however it came, voids and all', async () => {
    await fc.assert(
      fc.asyncProperty(aMarket, fc.integer(), async (market, seed) => {
        const name = `x${markets++}`;
        const events = eventsOfMarket(name, market);
        const cut = Math.abs(seed) % events.length;
        await take(db, events.slice(0, cut));
        await take(db, events.slice(cut));
        await voidSome(db, name);

        const call = callAt(db);
        const policies = await recentPolicies(call);
        for (const { id, kind } of await subjectsOf(db, name)) {
          const policy = policyInForce(policies, kind, null, NOW);
          const balance = await balanceOf(call, id, policy);
          expect(await pastBalanceOf(call, id, policy, NOW, NOW)).toEqual(balance);
          expect((await standingOf(call, { id }, policy)).totals).toEqual(totalsOf(policy.policy, balance));
        }
        for (const subject of await rateable(call, name))
          expect(await shown(await ratingOf(call, subject, new Date(NOW)))).toEqual(
            await shown(await ratingOf(call, subject)),
          );
      }),
      { numRuns: 25 },
    );
  });

  it('the factors of each grade add up to its score less the base, to 1e-9', async () => {
    await take(db, orders('sum', 60, { stars: 2 }));
    const { rows } = await db.pool.query<{ id: string }>(
      `select rtrim(translate(encode(convert_to('Merchant:' || id, 'UTF8'), 'base64'), E'+/\\n', '-_'), '=') as id
         from merchant order by random() limit 50`,
    );
    const { data } = await api.ask('AUDITOR', POINTS, { ids: rows.map(({ id }) => id) });

    const grades = data.nodes.map((node: { grade: object }) => node.grade);
    const rated = grades.filter(({ exactScore }: { exactScore: number | null }) => exactScore !== null);
    expect(rated.length).toBeGreaterThan(0);
    for (const { exactScore, baseScore, factors } of rated) {
      const sum = factors.reduce((total: number, { points }: { points: number }) => total + points, 0);
      expect(Math.abs(sum - (exactScore - baseScore))).toBeLessThan(1e-9);
    }
  });

  it('a grade is the same from the ledger where the standing is not written yet', async () => {
    const grade = () => api.ask('ADMIN', '{ merchant(externalId: "sum") { grade { level exactScore } } }');
    const before = await grade();
    await db.pool.query(`delete from standing s using merchant m where m.external_id = 'sum' and m.id = s.subject_id`);

    expect((await grade()).data).toEqual(before.data);
  });
});

describe('the history of a grade', () => {
  const db = aDatabase();
  const api = anApi(db, { clock: () => NOW });
  const HISTORY = `query ($m: String!, $from: Date!, $to: Date!) {
    merchant(externalId: $m) { gradeHistory(from: $from, to: $to) { date level score } } }`;
  const historyOf = async (from: string, to: string) => {
    const { data, errors } = await api.ask(null, HISTORY, { m: 'long', from, to });
    return errors ? errors[0]!.extensions['code'] : data.merchant.gradeHistory;
  };
  const day = (ago: number) => daysAgo(ago).slice(0, 10);

  it('has at each day the grade as of its end', async () => {
    await take(db, orders('long', 50, { stars: 4 }));
    const points = await historyOf(day(60), day(0));
    expect(points.map(({ date }: { date: string }) => date)).toEqual(Array.from({ length: 61 }, (_, i) => day(60 - i)));

    const asOf = points.map(({ date }: { date: string }) => `${date}T23:59:59.999Z`);
    asOf[60] = new Date(NOW).toISOString();
    for (const chunk of [0, 30, 60].map((start) => [start, Math.min(start + 30, 61)] as const)) {
      const fields = asOf.slice(...chunk).map((at: string, i: number) => `g${i}: grade(asOf: "${at}") { level score }`);
      const { data } = await api.ask(null, `{ merchant(externalId: "long") { ${fields.join(' ')} } }`);
      expect(Object.values(data.merchant)).toEqual(
        points.slice(...chunk).map(({ level, score }: { level: string; score: number }) => ({ level, score })),
      );
    }
    expect(new Set(points.map(({ level }: { level: string }) => level)).size).toBeGreaterThan(1);
  });

  it('takes 400 days at most, in order, of the past, since 1995', async () => {
    expect(await historyOf(day(399), day(0))).toHaveLength(400);
    expect(await historyOf(day(400), day(0))).toBe('RANGE_TOO_LONG');
    expect(await historyOf(day(3), day(4))).toBe('RANGE_INVALID');
    expect(await historyOf(day(3), day(-1))).toBe('ASOF_IN_FUTURE');
    expect(await historyOf('1994-12-31', '1995-01-02')).toBe('ASOF_TOO_OLD');
  });
});
