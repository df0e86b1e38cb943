import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rebuildStandings } from '../../src/evidence/rebuild.ts';
import { foldingsAt } from '../../src/grades/foldings.ts';
import { globalId } from '../../src/kernel/global-id.ts';
import { checkRewards } from '../../src/rewards/check.ts';
import { settleRewards } from '../../src/rewards/settle.job.ts';
import { expectSound } from '../intake/ingest-kit.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase, emptied } from '../kit/database.ts';
import { NOW, takeEvents, type RawEvent } from '../kit/events.ts';
import { aHistory } from '../kit/histories.ts';
import { wholeStateOf } from '../kit/whole-state.ts';
import { brushingOn, doubtAboutOrders } from './brushing-kit.ts';
import { BOB, buyer, CAROL, casesOn, merchant, type Given } from './kit.ts';

const db = aDatabase();
let now = NOW;
const api = anApi(db, { clock: () => now });
const cases = casesOn(api, db);
const brushing = brushingOn(api, db);

/** What staff and those concerned do, and what comes in meanwhile; places are among the orders or reviews that are there. */
const aStep = fc.oneof(
  fc.record({
    kind: fc.constant('brushing' as const),
    places: fc.uniqueArray(fc.nat(20), { minLength: 1, maxLength: 5 }),
    points: fc.constantFrom(null, 7),
    alsoSanctionMerchant: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('penalize' as const), place: fc.nat(20) }),
  fc.record({ kind: fc.constant('overturn' as const), what: fc.constantFrom('void', 'sanction'), place: fc.nat(20) }),
  fc.record({ kind: fc.constant('event' as const) }),
);
type Step = typeof aStep extends fc.Arbitrary<infer Value> ? Value : never;

function accepted(answer: Given): Given {
  expect(answer).toMatchObject({ userErrors: [] });
  return answer;
}

const namesWhere = async (table: '"order"' | 'review', where: string): Promise<string[]> =>
  (await db.pool.query(`select external_id from ${table} where ${where} order by external_id`)).rows.map(
    (row) => row.external_id,
  );

async function penalizeOrders({
  places,
  points,
  alsoSanctionMerchant,
}: Extract<Step, { kind: 'brushing' }>): Promise<void> {
  const live = await namesWhere('"order"', 'voided_at is null');
  const named = places.flatMap((place) => live[place] ?? []);
  if (named.length === 0) return;
  const more = alsoSanctionMerchant ? { alsoSanctionMerchant, deductPoints: points } : {};
  const { proposal } = accepted(await brushing.penalize(named, more));
  if (proposal) accepted(await cases.approve(proposal.id, BOB));
}

interface Decided {
  readonly id: string; // as the API has it
  readonly asker: ReturnType<typeof buyer>;
}
const VOIDED = `select 'Order' as type, o.merchant_id, o.id, b.external_id as buyer, m.external_id as merchant, v.receipt_id, o.external_id
    from order_void v join "order" o on o.merchant_id = v.merchant_id and o.id = v.order_id
    join buyer b on b.id = o.buyer_id join merchant m on m.id = o.merchant_id where v.lifted_at is null
  union all
  select 'Review', r.merchant_id, r.id, b.external_id, m.external_id, v.receipt_id, r.external_id
    from review_void v join review r on r.merchant_id = v.merchant_id and r.id = v.review_id
    join buyer b on b.id = r.author_id join merchant m on m.id = r.merchant_id
   where v.lifted_at is null and not exists (select from order_void w where w.merchant_id = r.merchant_id and w.order_id = r.order_id
           and w.receipt_id <> v.receipt_id and w.lifted_at is null) order by 7`;

/** What may be appealed against: orders one by one, by either party, or all of a decision; and reviews. */
const voided = async (): Promise<Decided[]> =>
  (await db.pool.query(VOIDED)).rows.map((row, i): Decided => {
    if (row.type === 'Order' && i % 3 === 0)
      return { id: globalId('ReversalReceipt', row.merchant_id, row.receipt_id), asker: merchant(row.merchant) };
    const asker = i % 3 === 1 ? merchant(row.merchant) : buyer(row.buyer);
    return { id: globalId(row.type, row.merchant_id, row.id), asker };
  });

const sanctions = async (): Promise<Decided[]> =>
  (
    await db.pool.query(
      `select s.subject_id, s.id, b.external_id as buyer, m.external_id as merchant from sanction s left join buyer b on b.id = s.subject_id
         left join merchant m on m.id = s.subject_id where s.annulled_at is null order by 3, 4, s.imposed_at`,
    )
  ).rows.map((row) => ({
    id: globalId('Sanction', row.subject_id, row.id),
    asker: row.buyer ? buyer(row.buyer) : merchant(row.merchant),
  }));

async function overturn({ id, asker }: Decided): Promise<void> {
  const { appeal } = accepted(await cases.file(id, asker));
  accepted(await cases.decide(appeal.id, 'OVERTURNED', {}, CAROL));
}

async function go(steps: readonly Step[], later: readonly RawEvent[]): Promise<void> {
  const waiting = [...later];
  await settleRewards(db.pool).run(now);
  for (const step of steps) {
    now += 60_000;
    if (step.kind === 'event') await takeEvents(db, waiting.splice(0, 2), now);
    else if (step.kind === 'brushing') await penalizeOrders(step);
    else if (step.kind === 'penalize') {
      const name = (await namesWhere('review', "status <> 'VOIDED'"))[step.place];
      if (name) accepted(await cases.penalize([name]));
    } else {
      const [decided] = (await (step.what === 'void' ? voided() : sanctions())).slice(step.place % 4);
      if (decided) await overturn(decided);
    }
    await expectSound(db, now);
  }
  await takeEvents(db, waiting, now);
}

/** Takes every decision back, one after the other. */
async function takeBack(): Promise<void> {
  for (let [next] = await voided(); next; [next] = await voided()) await overturn(next);
}

/** What gives an order its rank among the dealings of a pair comes first: that is given when it is entered, and an order is restored later. */
const comesLate = ({ type }: RawEvent) =>
  ['order.paid', 'order.shipped', 'order.refunded', 'review.retracted'].includes(type);

describe('after any sequence of penalties on orders and overturned appeals', () => {
  it('standings, pairs, ratings, points, measures and orders are those of a database in which they never happened', async () => {
    await fc.assert(
      fc.asyncProperty(
        aHistory,
        fc.infiniteStream(fc.constantFrom(true, false, false)),
        fc.array(aStep, { minLength: 2, maxLength: 6 }),
        async (history, coins, steps) => {
          const late = new Set(history.filter((event) => comesLate(event) && coins.next().value));
          const first = history.filter((event) => !late.has(event));
          const started = async () => {
            now = NOW;
            await emptied(db);
            await takeEvents(db, first, now);
            for (const [i, shop] of ['m-1', 'm-2'].entries()) {
              const of = `merchant_id = (select id from merchant where external_id = '${shop}')`;
              const orders = (await namesWhere('"order"', of)).filter((_, place) => place % 2 === i);
              if (orders.length > 0) await doubtAboutOrders(db, orders, now + i);
            }
          };
          await started();
          await go([], [...late]);
          await settleRewards(db.pool).run(now);
          const never = await wholeStateOf(db);

          await started();
          await go(steps, [...late]);
          await rebuiltIsEqual();
          await takeBack();
          await settleRewards(db.pool).run(now);
          expect(await wholeStateOf(db)).toEqual(never);
          await expectSound(db, now);
          expect((await checkRewards(db.pool, now)).differences).toEqual([]);
        },
      ),
      { numRuns: Number(process.env['RUNS'] ?? 2) },
    );
  });

  it('every sum is that over what is live, and a rebuild gives the same, with whatever else coming in between', async () => {
    await fc.assert(
      fc.asyncProperty(aHistory, fc.array(aStep, { minLength: 3, maxLength: 7 }), async (history, steps) => {
        now = NOW;
        await emptied(db);
        const half = history.length >> 1;
        await takeEvents(db, history.slice(0, half), now);
        await go(steps, history.slice(half));
        await rebuiltIsEqual();
        await takeBack();
        await rebuiltIsEqual();
        await settleRewards(db.pool).run(now);
        await expectSound(db, now);
        expect((await checkRewards(db.pool, now)).differences).toEqual([]);
        const left = Object.keys(await wholeStateOf(db)).filter((name) => /^(void|offence) /.test(name));
        expect(left).toEqual([]);
      }),
      { numRuns: Number(process.env['RUNS'] ?? 2) },
    );
  });
});

/** With orders voided, what is folded anew is what was kept. */
async function rebuiltIsEqual(): Promise<void> {
  const kept = await wholeStateOf(db);
  await rebuildStandings(db.pool, foldingsAt(now), now);
  expect(await wholeStateOf(db)).toEqual(kept);
}
