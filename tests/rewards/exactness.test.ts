import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inTransaction } from '../../src/db/tx.ts';
import { foldingsAt } from '../../src/grades/foldings.ts';
import { checkPoints } from '../../src/points/check.ts';
import { restoreReviews } from '../../src/reviews/restore.commands.ts';
import { voidReviews, type FactKey } from '../../src/reviews/void.commands.ts';
import { checkRewards } from '../../src/rewards/check.ts';
import { settleAtOnce } from '../../src/rewards/settle.commands.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase, emptied } from '../kit/database.ts';
import { anEvent, daysAgo, eventsOf, NOW, takeEvents, type RawEvent } from '../kit/events.ts';
import { keysOf } from '../reviews/void-kit.ts';
import { DAY_MS, grantsAndBooks, plainRules, rewardsOn, settle } from './kit.ts';

const db = aDatabase();
let now = NOW;
const api = anApi(db, { clock: () => now });
const { save } = rewardsOn(api);
const LONG = 'It came in a sturdy box, and works as it should.';

/** An order with what became of it: events that may come in any order, and twice. */
const aStory = fc.record({
  buyer: fc.constantFrom('ann', 'ben', 'cat'),
  merchant: fc.constantFrom('m-1', 'm-2'),
  placed: fc.integer({ min: 20, max: 200 }),
  delivered: fc.constantFrom(3, 9, null), // 9: late
  stars: fc.constantFrom(undefined, 1, 5),
  text: fc.constantFrom(LONG, 'Good.'),
  end: fc.constantFrom(null, 'refund', 'NONE', 'MERCHANT', 'BUYER', 'cancel', 'retract'),
});
type Story = typeof aStory extends fc.Arbitrary<infer Value> ? Value : never;

function told(story: Story, i: number): RawEvent[] {
  const { end, stars, ...of } = story;
  const order = `o-${i}`;
  const at = daysAgo(Math.max(0, of.placed - 15), 5);
  const events = eventsOf({ ...of, order, ...(stars !== undefined && { stars }) });
  if (end === 'refund') events.push(anEvent('order.refunded', at, { order, amount: 10, cause: 'DEFECT' }));
  if (end === 'cancel') events.push(anEvent('order.cancelled', at, { order, by: 'SELLER', cause: 'STOCK' }));
  if (end === 'NONE' || end === 'MERCHANT' || end === 'BUYER')
    events.push(anEvent('dispute.closed', at, { order, lostBy: end, cause: 'LATE' }));
  if (end === 'retract' && stars !== undefined) events.push(anEvent('review.retracted', at, { review: `r-${order}` }));
  return events;
}

/** Worked out from the facts alone, apart from the program: what each has by the rules without caps. */
const BY_FACTS = `
with earned (id, points) as (
  select o.buyer_id, 10 from "order" o where completed_at is not null and cancelled_at is null and refunds = '[]' union all
  select o.merchant_id, 2 from "order" o where delivered_at <= deliver_by and refunds = '[]' and dispute_lost_by is distinct from 'MERCHANT' union all
  select p.id, 10 from "order" o cross join lateral (values (o.buyer_id), (o.merchant_id)) p (id) where dispute_lost_by = 'NONE' union all
  select o.merchant_id, -50 from "order" o where dispute_lost_by = 'MERCHANT' union all
  select o.buyer_id, -50 from "order" o where dispute_lost_by = 'BUYER' union all
  select o.merchant_id, -20 from "order" o where cancelled_by = 'SELLER' union all
  select r.author_id, 20 from review r where status = 'COUNTED' and verification in ('DELIVERED', 'KEPT') and char_length(text) >= 30)
select id, sum(points)::int as points from earned group by 1 having sum(points) <> 0 order by 1`;

async function expectExact(): Promise<void> {
  const { rows } = await db.pool.query(BY_FACTS);
  const { grants, books } = await grantsAndBooks(db);
  expect(grants).toEqual(rows);
  expect(books).toEqual(rows);
  expect((await checkPoints(db.pool)).differences).toEqual([]);
  expect((await checkRewards(db.pool, now)).differences).toEqual([]);
}

const moment = async (tx: Parameters<ReturnType<typeof foldingsAt>>[0]) => ({
  now,
  foldings: await foldingsAt(now)(tx),
});
const voidNow = (reviews: readonly FactKey[]) =>
  inTransaction(db.pool, async (tx) =>
    voidReviews(
      tx,
      { reviews, ground: 'SPAM', statement: 'Spam.', voidedBy: 'ADMIN:alice' },
      await moment(tx),
      (_, facts) => settleAtOnce(tx, now, facts),
    ),
  );
const restoreNow = (reviews: readonly FactKey[]) =>
  inTransaction(db.pool, async (tx) =>
    restoreReviews(tx, { reviews, restoredBy: 'ADMIN:bob' }, await moment(tx), (_, facts) =>
      settleAtOnce(tx, now, facts),
    ),
  );

/** What anyone could tell apart: balances, pending points and the lots that they lie in. */
const standing = async () =>
  (
    await db.pool.query(
      `select a.subject_id, a.balance, a.pending, array(select (expires_at, remaining)::text from points_lot l
         where l.subject_id = a.subject_id order by 1) as lots from points_account a order by 1`,
    )
  ).rows;

it('gives what the facts say, however they come; and what is voided and restored leaves no trace', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(aStory, { minLength: 1, maxLength: 12 }),
      fc.array(fc.nat(), { minLength: 12, maxLength: 12 }),
      fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
      async (stories, order, chosen) => {
        await emptied(db);
        now = NOW - 300 * DAY_MS;
        expect(await save(plainRules)).toMatchObject({ userErrors: [] });
        now = NOW;
        const events = stories.flatMap(told);
        const shuffled = events.map((event, i) => ({ event, at: (order[i % order.length]! * (i + 1)) % 97 }));
        shuffled.sort((a, b) => a.at - b.at);
        for (let i = 0; i < shuffled.length; i += 7) {
          await takeEvents(
            db,
            shuffled.slice(i, i + 7).map(({ event }) => event),
          );
          await settle(db);
        }
        await expectExact();

        const ids = stories.flatMap(({ stars, end }, i) =>
          chosen[i] && stars !== undefined && end !== 'retract' ? [`r-o-${i}`] : [],
        );
        const reviews = await keysOf(db, ids);
        if (reviews.length === 0) return;
        const before = await standing();
        const { pointsMoved } = await voidNow(reviews);
        await expectExact();
        await settle(db);
        await expectExact();
        const restored = await restoreNow(reviews);
        expect(restored.pointsMoved).toBe(pointsMoved);
        expect(await standing()).toEqual(before);
        await settle(db);
        expect(await standing()).toEqual(before);
      },
    ),
    { numRuns: Number(process.env['REWARDS_RUNS'] ?? 8) },
  );
}, 60_000);

it('holds while reviews are voided and restored by many at once, and several workers settle', async () => {
  await emptied(db);
  now = NOW - 300 * DAY_MS;
  await save(plainRules);
  now = NOW;
  const words = ['box', 'lamp', 'chair', 'kettle', 'mirror', 'ladder', 'whistle', 'compass'];
  await takeEvents(
    db,
    words.flatMap((word, i) =>
      eventsOf({
        order: word,
        merchant: `m-${i % 3}`,
        buyer: `b-${i % 4}`,
        placed: 60 + 7 * i,
        stars: 5,
        text: `${word} `.repeat(9),
      }),
    ),
  );
  const keys = await keysOf(
    db,
    words.map((word) => `r-${word}`),
  );
  const back = async (key: FactKey) => {
    await voidNow([key]);
    await restoreNow([key]);
  };
  await Promise.all([
    ...[1, 2, 3].map(() => settle(db)),
    ...keys.slice(0, 4).map(back),
    ...keys.slice(4).map((key) => voidNow([key])),
    ...[1, 2].map(() => settle(db)),
  ]);
  await settle(db);
  await expectExact();
  const { rows } = await db.pool.query('select count(*)::int as waiting from changed_fact');
  expect(rows).toEqual([{ waiting: 0 }]);
});
