import { beforeAll, describe, expect, it } from 'vitest';
import { checkRewards } from '../../src/rewards/check.ts';
import { settleRewards } from '../../src/rewards/settle.job.ts';
import { expectSound } from '../intake/ingest-kit.ts';
import { anEvent, daysAgo, eventsOf, takeEvents } from '../kit/events.ts';
import { wholeStateOf } from '../kit/whole-state.ts';
import { brushed, brushedIds, brushingOn, doubtAboutOrders } from './brushing-kit.ts';
import { ALICE, aMarketOf, BOB, buyer, codesOf, type Given, merchant, rowsOf } from './kit.ts';

const { db, here, api, cases } = aMarketOf(11, (shop) => brushed(shop, 6));
const brushing = brushingOn(api, db);

const VOID = `void { ground statement at receipt { id reversedPostings changes { subject { externalId } } } appeal { id status }
  penalty { note } statementOfReasons { ground groundText facts automatedDetection origin redress { appealUntil } } }`;
const orderAs = async (asker: Parameters<typeof api.ask>[0], externalId: string): Promise<Given> => {
  const [id] = await brushing.orderIds([externalId]);
  const { data } = await api.ask(asker, `query ($id: ID!) { node(id: $id) { ... on Order { externalId ${VOID} } } }`, {
    id,
  });
  return data.node;
};

beforeAll(() => settleRewards(db.pool).run(here.now));

describe('a voided order', () => {
  it('tells its two parties and the house why, and what they can do; nobody else sees it', async () => {
    await brushing.penalize(brushedIds(here.shop, 4));
    const own = await orderAs(merchant(here.shop), `${here.shop}-brushed-0`);
    expect(own.void).toMatchObject({
      ground: 'BRUSHING',
      receipt: { reversedPostings: expect.any(Number) },
      appeal: null,
      penalty: null,
      statementOfReasons: {
        ground: 'BRUSHING',
        groundText: 'Made-up orders to lift sales and grade',
        facts: own.void.statement,
        automatedDetection: false,
      },
    });
    expect((await orderAs(buyer(`b-${here.shop}-own-0`), `${here.shop}-brushed-0`)).void.ground).toBe('BRUSHING');
    expect((await orderAs('AUDITOR', `${here.shop}-brushed-0`)).void.penalty).toEqual({ note: 'Empty parcels.' });
    expect((await orderAs(merchant(here.shop), `${here.shop}-brushed-5`)).void).toBeNull();
    for (const asker of [null, merchant('m-other'), buyer('b-other')])
      expect(await orderAs(asker, `${here.shop}-brushed-0`)).toBeNull();
  });

  it('shows its receipt to whoever may see the order', async () => {
    const { receipt } = await brushing.penalize(brushedIds(here.shop, 2));
    const seen = async (asker: Parameters<typeof api.ask>[0]) =>
      (await api.ask(asker, 'query ($id: ID!) { node(id: $id) { id } }', { id: receipt.id })).data.node?.id ?? null;
    expect(await seen(buyer(`b-${here.shop}-own-1`))).toBe(receipt.id);
    expect(await seen(merchant(here.shop))).toBe(receipt.id);
  });

  it('takes events in that mean nothing, and cannot be reviewed', async () => {
    const order = `${here.shop}-open`;
    const story = eventsOf({ order, merchant: here.shop, placed: 10, delivered: null, promised: 4 });
    await takeEvents(db, story, here.now);
    await brushing.penalize([order]);
    const before = await wholeStateOf(db);
    const outcomes = await takeEvents(
      db,
      [
        anEvent('order.delivered', daysAgo(5), { order }),
        anEvent('review.posted', daysAgo(4), { review: `r-${order}`, order, stars: 5 }),
      ],
      here.now,
    );
    expect(outcomes).toMatchObject([{ status: 'ACCEPTED' }, { status: 'REJECTED', code: 'ORDER_VOIDED' }]);
    const { [`order ${order}`]: _before, ...rest } = before;
    const { [`order ${order}`]: after, ...restAfter } = await wholeStateOf(db);
    expect(restAfter).toEqual(rest);
    expect(after).toMatchObject({ delivered_at: expect.any(String), voided_at: expect.any(String) });

    const postings = async () =>
      (
        await db.pool.query(
          `select (select sum(c)::int from unnest(t.counts) as c) as n from tally t join merchant m on m.id = t.subject_id where m.external_id = $1`,
          [here.shop],
        )
      ).rows[0].n;
    const delivered = await postings();
    const { appeal } = await cases.file((await brushing.orderIds([order]))[0]!, buyer(`b-${order}`));
    expect(codesOf(await cases.decide(appeal.id))).toEqual([]);
    expect(await postings()).toBe(delivered + 1);
    const [again] = await takeEvents(
      db,
      [anEvent('review.posted', daysAgo(4), { review: `r-${order}`, order, stars: 5 })],
      here.now,
    );
    expect(again).toMatchObject({ status: 'ACCEPTED' });
    await expectSound(db, here.now);
  });
});

describe('an appeal', () => {
  it('of the merchant against the decision restores all orders, reviews, points and measures, bit for bit', async () => {
    const suspicionId = await doubtAboutOrders(db, brushedIds(here.shop, 3), here.now);
    const before = await wholeStateOf(db);
    await brushing.penalize(null, { suspicionId, alsoSanctionMerchant: true });
    const { receipt } = (await orderAs(merchant(here.shop), `${here.shop}-brushed-1`)).void;
    here.now += 1000;
    const { appeal, userErrors } = await cases.file(receipt.id, merchant(here.shop));
    expect(userErrors).toEqual([]);
    expect((await orderAs(merchant(here.shop), `${here.shop}-brushed-1`)).void.appeal.id).toBe(appeal.id);
    const queue = await api.ask(BOB, '{ appeals { nodes { id order { id } againstReceipt { id } review { id } } } }');
    expect(queue.data.appeals.nodes.find(({ id }: Given) => id === appeal.id)).toEqual({
      id: appeal.id,
      order: null,
      againstReceipt: { id: receipt.id },
      review: null,
    });
    expect(codesOf(await cases.decide(appeal.id, 'OVERTURNED', {}, ALICE))).toEqual(['OWN_DECISION']);
    const decided = await cases.decide(appeal.id);

    expect(decided).toMatchObject({ userErrors: [], appeal: { status: 'OVERTURNED' } });
    expect(decided.receipt.pointsMoved).toBeGreaterThan(200);
    expect(await wholeStateOf(db)).toEqual(before);
    expect((await orderAs(merchant(here.shop), `${here.shop}-brushed-1`)).void).toBeNull();
    await expectSound(db, here.now);
  });

  it('of a buyer against one order restores that one with its review; with the last one the measure goes', async () => {
    const numbers = async () => {
      const day = new Date(here.now).toISOString().slice(0, 10);
      const { data } = await api.ask(
        null,
        `{ integrityReport(from: "${day}", to: "${day}") { ordersVoided ordersRestored } }`,
      );
      return [data.integrityReport.ordersVoided, data.integrityReport.ordersRestored];
    };
    const [voided, restored] = await numbers();
    const before = await wholeStateOf(db);
    const { reviews } = await brushing.penalize(brushedIds(here.shop, 2), { alsoSanctionMerchant: true });
    expect(reviews).toHaveLength(1);
    const sanctions = async () =>
      Object.keys(await wholeStateOf(db)).filter((name) => name.startsWith(`sanction merchant ${here.shop} `)).length;
    for (const [i, asker] of [buyer(`b-${here.shop}-own-0`), merchant(here.shop)].entries()) {
      expect(await sanctions()).toBe(1);
      const [id] = await brushing.orderIds([`${here.shop}-brushed-${i}`]);
      const { appeal } = await cases.file(id!, asker);
      expect(codesOf(await cases.decide(appeal.id))).toEqual([]);
    }
    expect(await numbers()).toEqual([voided + 2, restored + 2]);
    expect(await wholeStateOf(db)).toEqual(before);
  });

  it('against the review restores its order, too, and answers what else waits about it', async () => {
    const before = await wholeStateOf(db);
    const { reviews, receipt } = await brushing.penalize(brushedIds(here.shop, 1));
    const [reviewId] = await cases.reviewIds([reviews[0].externalId]);
    const other = await cases.file(receipt.id, merchant(here.shop));
    const { appeal } = await cases.file(reviewId!, buyer(`b-${here.shop}-own-0`));
    expect(codesOf(await cases.decide(appeal.id))).toEqual([]);
    expect(await wholeStateOf(db)).toEqual(before);
    expect(codesOf(await cases.decide(other.appeal.id))).toEqual(['APPEAL_DECIDED']);
  });

  it('that is upheld changes nothing; one about a review whose order fell to another decision must wait for that', async () => {
    const review = `r-${here.shop}-brushed-0`;
    await cases.penalize([review]);
    const [reviewId] = await cases.reviewIds([review]);
    const { appeal } = await cases.file(reviewId!, merchant(here.shop));
    await brushing.penalize(brushedIds(here.shop, 1));
    const [orderId] = await brushing.orderIds(brushedIds(here.shop, 1));
    const second = await cases.file(orderId!, merchant(here.shop));
    const before = await wholeStateOf(db);
    expect(codesOf(await cases.decide(appeal.id))).toEqual(['ORDER_VOIDED']);
    expect(codesOf(await cases.decide(second.appeal.id, 'UPHELD'))).toEqual([]);
    expect(await wholeStateOf(db)).toEqual(before);
  });

  it('is refused to strangers, against what is not voided, and twice', async () => {
    const { receipt } = await brushing.penalize(brushedIds(here.shop, 1));
    const [id, live] = await brushing.orderIds(brushedIds(here.shop, 2));
    const before = await rowsOf(db);
    for (const asker of [merchant('m-other'), buyer('b-other')])
      for (const what of [id!, receipt.id])
        expect(codesOf(await cases.file(what, asker))).toEqual(['DECISION_NOT_FOUND']);
    expect(codesOf(await cases.file(receipt.id, buyer(`b-${here.shop}-own-0`)))).toEqual(['DECISION_NOT_FOUND']);
    expect(codesOf(await cases.file(live!, merchant(here.shop)))).toEqual(['ORDER_NOT_VOIDED']);
    expect(await rowsOf(db)).toEqual(before);
    await cases.file(id!, merchant(here.shop));
    expect(codesOf(await cases.file(id!, merchant(here.shop)))).toEqual(['APPEAL_EXISTS']);
  });
});

describe('a streak of hand-overs', () => {
  it('ends with an order of it that is voided, and is whole again with that', async () => {
    const of = `${here.shop}x`;
    const story = (i: number) => {
      const [placed, shipped] = eventsOf({ order: `${of}-${i}`, merchant: of, placed: 40 - i, delivered: null }).filter(
        ({ type }) => type === 'order.placed' || type === 'order.shipped',
      );
      return [{ ...placed!, data: { ...placed!.data, shipBy: daysAgo(39 - i, 12) } }, shipped!];
    };
    await takeEvents(db, Array.from({ length: 20 }, (_, i) => story(i)).flat(), here.now);
    await settleRewards(db.pool).run(here.now);
    const points = async () => {
      const { data } = await api.ask('PLATFORM', `{ merchant(externalId: "${of}") { points { balance pending } } }`);
      return data.merchant.points;
    };
    const before = [await points(), await wholeStateOf(db)];
    expect(before[0]).toEqual({ balance: 25, pending: 0 });

    const { receipt } = await brushing.penalize([`${of}-7`]);
    expect([receipt.pointsMoved, await points()]).toEqual([25, { balance: 0, pending: 0 }]);
    const { appeal } = await cases.file(receipt.id, merchant(of));
    expect((await cases.decide(appeal.id)).receipt.pointsMoved).toBe(25);
    expect([await points(), await wholeStateOf(db)]).toEqual(before);
    expect((await checkRewards(db.pool, here.now)).differences).toEqual([]);
  });
});

describe('the past', () => {
  it('has the grade of before the void, as it was known then', async () => {
    const at = async (coordinates: object): Promise<Given> =>
      (
        await api.ask(
          'ADMIN',
          'query ($id: String!, $asOf: DateTime, $knownAt: DateTime) { it: merchant(externalId: $id) { grade(asOf: $asOf, knownAt: $knownAt) { level exactScore evidence { postings } } } }',
          { id: here.shop, ...coordinates },
        )
      ).data.it.grade;
    const then = new Date(here.now).toISOString();
    const before = await at({ asOf: then, knownAt: then });
    here.now += 86_400_000;
    const { receipt } = await brushing.penalize(brushedIds(here.shop, 6));
    expect(await at({ asOf: then, knownAt: then })).toEqual(before);
    expect((await at({ asOf: then })).evidence.postings).toBeLessThan(before.evidence.postings);
    const { appeal } = await cases.file(receipt.id, merchant(here.shop));
    await cases.decide(appeal.id, 'OVERTURNED', {}, BOB);
    expect(await at({ asOf: then })).toEqual(before);
  });
});
