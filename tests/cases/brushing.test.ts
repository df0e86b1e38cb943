import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { globalId } from '../../src/kernel/global-id.ts';
import { checkRewards } from '../../src/rewards/check.ts';
import { settleRewards } from '../../src/rewards/settle.job.ts';
import { countOf, expectSound } from '../intake/ingest-kit.ts';
import { anEvent, daysAgo, eventsOf, takeEvents } from '../kit/events.ts';
import { eventually } from '../kit/eventually.ts';
import { locksOn } from '../kit/locks.ts';
import { wholeStateOf } from '../kit/whole-state.ts';
import { keysOf } from '../reviews/void-kit.ts';
import { brushed, brushedIds, brushingOn, doubtAboutOrders } from './brushing-kit.ts';
import {
  ALICE,
  aMarketOf,
  BOB,
  buyer,
  changeOf,
  codesOf,
  doubtAbout,
  type Given,
  honestOrders,
  idOf,
  merchant,
  rowsOf,
} from './kit.ts';

const { db, here, api, cases } = aMarketOf(14, (shop) => [
  ...(shop === 's0' ? honestOrders(shop) : []),
  ...brushed(shop, 6),
]);
const brushing = brushingOn(api, db);

const gradeOf = async (type: 'merchant' | 'buyer' | 'product', externalId: string): Promise<Given> =>
  (
    await api.ask(
      'ADMIN',
      `{ it: ${type}(externalId: "${externalId}") { grade { level exactScore evidence { postings distinctCounterparties } } } }`,
    )
  ).data.it.grade;

beforeAll(() => settleRewards(db.pool).run(here.now));

describe('penalizeBrushing', () => {
  it('voids the orders with their reviews, and tells who moved: merchant and product', async () => {
    const subjects = [
      ['merchant', here.shop],
      ['product', `p-${here.shop}`],
    ] as const;
    const before = await Promise.all(subjects.map(([type, id]) => gradeOf(type, id)));
    const { userErrors, orders, reviews, receipt, sanctions, penalty } = await brushing.penalize(
      brushedIds(here.shop, 6),
    );

    expect(userErrors).toEqual([]);
    expect(orders).toHaveLength(6);
    expect(orders[0].void).toMatchObject({ ground: 'BRUSHING', statement: expect.stringContaining('made up') });
    expect(reviews.map(({ status, void: why }: Given) => [status, why.ground])).toEqual(
      Array.from({ length: 3 }, () => ['VOIDED', 'FAKE_PURCHASED']),
    );
    expect(penalty).toMatchObject({ ground: 'FAKE_PURCHASED', orders: 6, reviews: 3, hasMeasures: false });
    expect(penalty.voidedOrders.nodes).toHaveLength(6);
    expect(sanctions).toEqual([]);
    const completed = await countOf(
      db,
      '"order"',
      `external_id like '${here.shop}-brushed-%' and completed_at is not null`,
    );
    expect(receipt.reversedPostings).toBe(6 + 6 + completed + 2 * 3);
    for (const [i, [type, id]] of subjects.entries()) {
      const after = await gradeOf(type, id);
      expect(changeOf(receipt, id)).toMatchObject({
        before: { exactScore: before[i]!.exactScore },
        after: { exactScore: after.exactScore },
      });
    }
    expect((await gradeOf('merchant', here.shop)).evidence).toMatchObject({ distinctCounterparties: 14 });
    expect((await gradeOf('buyer', `b-${here.shop}-own-0`)).evidence).toMatchObject({ postings: 0 });
    await expectSound(db, here.now);
  });

  it('takes back what the orders earned, in the same transaction', async () => {
    const earned = async () =>
      (
        await db.pool.query<{ balance: number }>(
          `select coalesce(sum(balance + pending), 0)::int as balance from points_account a join buyer b on b.id = a.subject_id
            where b.external_id like 'b-${here.shop}-own-%'`,
        )
      ).rows[0]!.balance;
    expect(await earned()).toBeGreaterThan(0);
    const { receipt } = await brushing.penalize(brushedIds(here.shop, 6));

    expect(receipt.pointsMoved).toBeGreaterThan(0);
    expect(await earned()).toBe(0);
    expect((await checkRewards(db.pool, here.now)).differences).toEqual([]);
  });

  it('sanctions the merchant by the ladder, if it is asked to, and nobody else', async () => {
    const { sanctions } = await brushing.penalize(brushedIds(here.shop, 2), { alsoSanctionMerchant: true });
    expect(sanctions).toMatchObject([
      { kind: 'RESTRICTION', ground: 'BRUSHING', points: 200, subject: { externalId: here.shop } },
    ]);
    expect(sanctions[0].statement).toContain('2 orders with you');
    expect(sanctions[0].orders.nodes).toHaveLength(2);
  });

  it('of a suspicion voids all its orders and settles it', async () => {
    const suspicionId = await doubtAboutOrders(db, brushedIds(here.shop, 5), here.now);
    const confirmed = async () =>
      (await api.ask('AUDITOR', '{ evidencePrecision { code confirmed } }')).data.evidencePrecision[0]?.confirmed ?? 0;
    const before = await confirmed();
    const { orders, penalty, userErrors } = await brushing.penalize(null, { suspicionId });
    const { data } = await api.ask(
      'AUDITOR',
      'query ($id: ID!) { node(id: $id) { ... on Suspicion { status decidedBy } } }',
      {
        id: suspicionId,
      },
    );

    expect(userErrors).toEqual([]);
    expect(orders).toHaveLength(5);
    expect(penalty.isDetectedAutomatically).toBe(true);
    expect(data.node).toEqual({ status: 'CONFIRMED', decidedBy: 'MODERATOR:alice' });
    expect(await confirmed()).toBe(before + 1);
    expect(codesOf(await brushing.penalize(null, { suspicionId }))).toEqual(['ORDER_VOIDED']);
  });

  it('of some orders of a suspicion leaves it open for the others, though no review of it is left', async () => {
    const suspicionId = await doubtAboutOrders(db, brushedIds(here.shop, 2), here.now);
    const status = async () =>
      (
        await api.ask('AUDITOR', 'query ($id: ID!) { node(id: $id) { ... on Suspicion { status } } }', {
          id: suspicionId,
        })
      ).data.node.status;
    await brushing.penalize(brushedIds(here.shop, 1));
    expect(await status()).toBe('OPEN');
    await brushing.penalize(brushedIds(here.shop, 2).slice(1));
    expect(await status()).toBe('CONFIRMED');
  });

  it('happens once, however often it is sent, and of two at once', async () => {
    const suspicionId = await doubtAboutOrders(db, brushedIds(here.shop, 3), here.now);
    const input = { suspicionId, idempotencyKey: `once-${here.shop}` };
    const first = await brushing.penalize(null, input);
    const [counts, state] = [await rowsOf(db), await wholeStateOf(db)];
    expect(await brushing.penalize(null, input)).toEqual(first);
    expect([await rowsOf(db), await wholeStateOf(db)]).toEqual([counts, state]);
    expect(codesOf(await brushing.penalize(null, { ...input, note: 'Other.' }))).toEqual(['IDEMPOTENCY_KEY_REUSED']);

    const rest = brushedIds(here.shop, 6).slice(3);
    const answers = await Promise.all([ALICE, BOB].map((asker) => brushing.penalize(rest, {}, asker)));
    expect(answers.flatMap(codesOf)).toEqual(['ORDER_VOIDED']);
    await expectSound(db, here.now);
  });

  it('of more orders than one person may decide about is left for a second', async () => {
    await takeEvents(
      db,
      brushed(`${here.shop}x`, 101).filter(({ type }) => type === 'order.placed'),
      here.now,
    );
    const ids = brushedIds(`${here.shop}x`, 101);
    const { proposal, orders } = await brushing.penalize(ids, { alsoSanctionMerchant: true });
    expect(orders).toEqual([]);
    expect(proposal).toMatchObject({ action: 'PENALIZE_BRUSHING', summary: expect.stringContaining('101 orders') });
    expect(proposal.input.orderIds).toEqual(await brushing.orderIds(ids));
    expect(codesOf(await brushing.penalize(ids.slice(0, 1), {}, BOB))).toEqual(['PENALTY_PROPOSED']);
    expect(codesOf(await cases.approve(proposal.id, ALICE))).toEqual(['SAME_PERSON']);
    expect(codesOf(await cases.approve(proposal.id))).toEqual([]);
    expect(await countOf(db, 'order_void', `merchant_id = '${await idOf(db, 'merchant', `${here.shop}x`)}'`)).toBe(101);
  });
});

describe('penalizeBrushing is refused', () => {
  it('without orders, with too many, with both ways to name them, with unknown ones', async () => {
    const [id] = await brushing.orderIds(brushedIds(here.shop, 1));
    const suspicionId = await doubtAboutOrders(db, brushedIds(here.shop, 1), here.now);
    const refusals: [object, string, string][] = [
      [{}, 'ORDERS_MISSING', 'orderIds'],
      [{ orderIds: [] }, 'ORDERS_MISSING', 'orderIds'],
      [{ orderIds: [id], suspicionId }, 'ORDERS_MISSING', 'orderIds'],
      [{ orderIds: Array(1_001).fill(id) }, 'TOO_MANY_IDS', 'orderIds'],
      [
        { orderIds: [globalId('Order', await idOf(db, 'merchant', here.shop), randomUUID())] },
        'ORDER_NOT_FOUND',
        'orderIds',
      ],
      [{ orderIds: [id], deductPoints: 5 }, 'MERCHANT_NOT_SANCTIONED', 'deductPoints'],
      [{ orderIds: [id], deductPoints: -1, alsoSanctionMerchant: true }, 'POINTS_OUT_OF_RANGE', 'deductPoints'],
      [{ orderIds: [id], note: ' ' }, 'NOTE_MISSING', 'note'],
      [{ orderIds: [id], statement: ' ' }, 'STATEMENT_INVALID', 'statement'],
      [{ suspicionId: globalId('Suspicion', randomUUID(), randomUUID()) }, 'SUSPICION_NOT_FOUND', 'suspicionId'],
    ];
    const before = await rowsOf(db);
    for (const [input, code, field] of refusals) {
      const { userErrors } = await brushing.penalize(null, input as Record<string, unknown>);
      expect([userErrors[0]?.code, userErrors[0]?.field?.[0]]).toEqual([code, field]);
    }
    expect(await rowsOf(db)).toEqual(before);
  });

  it('by who may not judge, or whose own case it is', async () => {
    for (const asker of [merchant(here.shop), buyer(`b-${here.shop}-own-0`), 'PLATFORM', 'AUDITOR'] as const)
      expect(await brushing.penalize(brushedIds(here.shop, 1), {}, asker)).toMatchObject({ code: 'FORBIDDEN' });
    for (const own of [`merchant:${here.shop}`, `buyer:b-${here.shop}-own-0`])
      expect(codesOf(await brushing.penalize(brushedIds(here.shop, 1), {}, ['MODERATOR', own]))).toEqual(['OWN_CASE']);
  });

  it('while another works on a suspicion about them, or has dismissed it, or it is about reviews', async () => {
    const suspicionId = await doubtAboutOrders(db, brushedIds(here.shop, 2), here.now);
    const claim = 'mutation ($input: ClaimSuspicionInput!) { claimSuspicion(input: $input) { userErrors { code } } }';
    await api.ask(BOB, claim, { input: { suspicionId, idempotencyKey: `claim-${here.shop}` } });
    expect(codesOf(await brushing.penalize(brushedIds(here.shop, 1)))).toEqual(['SUSPICION_CLAIMED']);
    const dismiss =
      'mutation ($input: DismissSuspicionInput!) { dismissSuspicion(input: $input) { userErrors { code } } }';
    await api.ask(BOB, dismiss, { input: { suspicionId, note: 'Real.', idempotencyKey: `dismiss-${here.shop}` } });
    expect(codesOf(await brushing.penalize(null, { suspicionId }))).toEqual(['SUSPICION_DECIDED']);

    await doubtAbout(db, await keysOf(db, [`r-${here.shop}-brushed-2`]), here.now);
    const { rows } = await db.pool.query(
      `select s.merchant_id, s.id from suspicion s join merchant m on m.id = s.merchant_id where m.external_id = $1 and kind = 'REVIEW'`,
      [here.shop],
    );
    const ofReview = globalId('Suspicion', rows[0].merchant_id, rows[0].id);
    expect(codesOf(await brushing.penalize(null, { suspicionId: ofReview }))).toEqual(['SUSPICION_OF_REVIEWS']);
  });
});

describe('previewBrushingPenalty', () => {
  it('tells what the penalty then does, and writes nothing', async () => {
    const [counts, state] = [await rowsOf(db), await wholeStateOf(db)];
    const asked = { alsoSanctionMerchant: true, deductPoints: 10 };
    const told = await brushing.preview(brushedIds(here.shop, 4), asked);
    expect([await rowsOf(db), await wholeStateOf(db)]).toEqual([counts, state]);

    const { receipt } = await brushing.penalize(brushedIds(here.shop, 4), asked);
    expect({ ...told, id: receipt.id }).toEqual(receipt);
    expect(await brushing.preview(brushedIds(here.shop, 1))).toMatchObject({ code: 'ORDER_VOIDED' });
    expect(await brushing.preview(brushedIds(here.shop, 5).slice(4), {}, merchant(here.shop))).toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});

describe('a penalty in the middle of which', () => {
  const { holding, waiting } = locksOn(db);

  it('its connection breaks leaves nothing of it; sent again under its key it is done', async () => {
    const state = async () => [await rowsOf(db), await wholeStateOf(db)];
    const before = await state();
    const more = { idempotencyKey: `broken-${here.shop}`, alsoSanctionMerchant: true };
    await holding('update review_mean set count = count', async () => {
      const answer = brushing.penalize(brushedIds(here.shop, 2), more);
      for (let killed: number | undefined, i = 0; i < 2; i++) {
        // Its last statement but one; after the first loss the work is done again by itself.
        await eventually(async () => ![undefined, killed].includes(await waiting('update review_mean%')));
        killed = await waiting('update review_mean%');
        await db.pool.query('select pg_terminate_backend($1)', [killed]);
      }
      expect(await answer).toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    });
    expect(await state()).toEqual(before);
    expect(codesOf(await brushing.penalize(brushedIds(here.shop, 2), more))).toEqual([]);
    await expectSound(db, here.now);
  });

  it('an event about its order comes in waits for it, and it for one that came before: what is voided stays so', async () => {
    const order = `${here.shop}-open`;
    await takeEvents(db, eventsOf({ order, merchant: here.shop, placed: 9, delivered: null }), here.now);
    const merchantId = await idOf(db, 'merchant', here.shop);
    let all: Promise<unknown> = Promise.resolve();
    await holding(`select from tally where subject_id = '${merchantId}' for update`, async () => {
      const delivered = takeEvents(db, [anEvent('order.delivered', daysAgo(5), { order })], here.now);
      await eventually(async () => (await waiting('%tally%')) !== undefined);
      const penalized = brushing.penalize([order]);
      await eventually(async () => (await waiting('%fact_key%')) !== undefined);
      all = Promise.all([delivered, penalized]);
    });
    await all;
    const [row] = (await db.pool.query(`select delivered_at, voided_at from "order" where external_id = $1`, [order]))
      .rows;
    expect(row).toEqual({ delivered_at: expect.any(String), voided_at: expect.any(String) });
    expect((await brushing.penalize([order])).userErrors[0].code).toBe('ORDER_VOIDED');
    expect((await gradeOf('buyer', `b-${order}`)).evidence.postings).toBe(0);
    await expectSound(db, here.now);
  });
});
