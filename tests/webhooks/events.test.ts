import { beforeAll, describe, expect, it } from 'vitest';
import { inTransaction } from '../../src/db/tx.ts';
import { bookTransfers } from '../../src/points/book.commands.ts';
import { reverseTransfers } from '../../src/points/reverse.ts';
import { brushed, brushingOn } from '../cases/brushing-kit.ts';
import { buyer, casesOn, fakeIds, fakes, honestOrders, merchant } from '../cases/kit.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { takeEvents } from '../kit/events.ts';
import { eventually } from '../kit/eventually.ts';
import { anInstallation } from '../kit/installation.ts';
import { measuresOn } from '../sanctions/kit.ts';
import { aReceiver, createEndpoint, delivers, type Hook } from './kit.ts';

const db = aDatabase({ poolSize: 20 });
const installation = anInstallation();
const api = anApi(db, { installation });
const aHook = aReceiver();
delivers(db, installation);
const cases = casesOn(api, db);
const measures = measuresOn(api);

const ALL = ['grade.*', 'review.*', 'order.*', 'suspicion.*', 'sanction.*', 'appeal.*', 'points.*'];
let hook: Hook;
beforeAll(async () => {
  hook = aHook();
  const made = await createEndpoint(api, {
    url: hook.url,
    eventTypes: ALL,
    subjectKinds: ['MERCHANT', 'BUYER', 'PRODUCT'],
  });
  expect(made.userErrors).toEqual([]);
  await takeEvents(db, [...honestOrders('shop', 8), ...fakes('shop', 3)], Date.now());
});

/** What was told of a type about a subject, once it has come. */
async function told(type: string, externalId: string, count = 1) {
  const those = () =>
    hook.received.filter(({ json }) => json.type === type && json.data.subject.externalId === externalId);
  await eventually(() => those().length >= count);
  return those().map(({ json }) => json.data);
}

describe('what happens', () => {
  it('is told of a grade that facts have changed', async () => {
    const [change] = await told('grade.changed', 'shop');

    expect(change).toEqual({
      subject: { kind: 'MERCHANT', id: await measures.idOf('merchant', 'shop'), externalId: 'shop' },
      before: { level: 'NOT_RATED', score: null },
      after: { level: expect.any(String), score: expect.any(Number) },
      cause: 'FACTS',
      policy: { key: 'default', version: 1 },
      reasons: expect.arrayContaining([expect.stringMatching(/^[A-Z_]+$/)]),
    });
  });

  it('is told of reviews that were voided, of what it cost their author, and of the appeal', async () => {
    await cases.penalize(fakeIds('shop', 1), { deductPoints: 20 });
    const [voided] = await told('review.voided', 'shop');
    const [sanction] = await told('sanction.imposed', 'b-shop-0');
    const [deducted] = await told('points.deducted', 'b-shop-0');
    const [reviewId] = await cases.reviewIds(['r-shop-fake-0']);

    expect(voided).toEqual({
      subject: expect.objectContaining({ kind: 'MERCHANT' }),
      reviewId,
      externalId: 'r-shop-fake-0',
      product: { kind: 'PRODUCT', id: expect.any(String), externalId: 'p-shop' },
      ground: 'FAKE_PURCHASED',
    });
    expect(sanction).toMatchObject({ subject: { kind: 'BUYER' }, kind: 'POINTS_DEDUCTION', points: 20, endsAt: null });
    expect(deducted).toEqual({
      subject: expect.objectContaining({ kind: 'BUYER' }),
      entryId: expect.any(String),
      points: -20,
      pending: 0,
      balance: -20,
    });
    expect((await api.ask('ADMIN', `{ node(id: "${sanction.sanctionId}") { __typename } }`)).data.node).toEqual({
      __typename: 'Sanction',
    });

    const { appeal } = await cases.file(reviewId!, buyer('b-shop-0'));
    expect((await told('appeal.filed', 'b-shop-0'))[0]).toMatchObject({
      appealId: appeal.id,
      outcome: null,
      dueAt: appeal.dueAt,
    });
    await cases.take(appeal.id);
    await cases.decide(appeal.id);
    const { ground: _, ...same } = voided;
    expect((await told('review.restored', 'shop'))[0]).toEqual(same);
    expect((await told('appeal.decided', 'b-shop-0'))[0]).toMatchObject({ appealId: appeal.id, outcome: 'OVERTURNED' });
    expect((await told('points.reversed', 'b-shop-0'))[0]).toMatchObject({ points: 20, balance: 0 });
    expect(await told('sanction.annulled', 'b-shop-0')).toHaveLength(1);
  });

  it('is told of orders that were voided, and of the reviews that went with them, and came back', async () => {
    await takeEvents(db, brushed('self', 1), Date.now());
    const brushing = brushingOn(api, db);
    const { receipt, userErrors } = await brushing.penalize(['self-brushed-0']);
    expect(userErrors).toEqual([]);

    const order = {
      subject: { kind: 'MERCHANT', id: await measures.idOf('merchant', 'self'), externalId: 'self' },
      orderId: (await brushing.orderIds(['self-brushed-0']))[0],
      externalId: 'self-brushed-0',
    };
    expect(await told('order.voided', 'self')).toEqual([{ ...order, ground: 'BRUSHING' }]);
    expect(await told('review.voided', 'self')).toMatchObject([{ ground: 'FAKE_PURCHASED' }]);
    const { appeal } = await cases.file(receipt.id, merchant('self'));
    await cases.decide(appeal.id);
    expect(await told('order.restored', 'self')).toEqual([order]);
    expect(await told('review.restored', 'self')).toMatchObject([{ externalId: 'r-self-brushed-0' }]);
  });

  it('is told of a review that somebody reports, and not by whom', async () => {
    const [reviewId] = await cases.reviewIds(['r-shop-fake-1']);
    const input = { reviewId, ground: 'SPAM', explanation: 'It sells watches.', idempotencyKey: 'report' };
    await api.ask(
      ['MERCHANT', 'merchant:shop'],
      'mutation ($input: ReportReviewInput!) { reportReview(input: $input) { userErrors { code } } }',
      { input },
    );

    expect(await told('review.reported', 'shop')).toEqual([
      {
        subject: expect.objectContaining({ kind: 'MERCHANT' }),
        reviewId,
        externalId: 'r-shop-fake-1',
        product: expect.objectContaining({ kind: 'PRODUCT' }),
        ground: 'SPAM',
      },
    ]);
  });

  it('is told of measures when they begin, and when they are lifted', async () => {
    const subjectId = await measures.idOf('merchant', 'shop');
    const { sanction } = await measures.impose({ subjectId });
    await measures.lift(sanction.id);

    expect((await told('sanction.imposed', 'shop'))[0]).toMatchObject({
      sanctionId: sanction.id,
      kind: 'SUSPENSION',
      ground: 'LATE_DISPATCH',
    });
    expect((await told('sanction.lifted', 'shop'))[0]).toMatchObject({ sanctionId: sanction.id });
  });

  it('is told of points as they come and go, each transfer once', async () => {
    const { rows } = await db.pool.query(`select id from buyer where external_id = 'b-shop-1'`);
    const holder = { subjectKind: 'BUYER' as const, subjectId: rows[0].id as string };
    const now = Date.now();
    const plain = { reason: 'a test', factId: null, bookedAt: now, expiresAt: null, mayOwe: false };
    const [first] = await inTransaction(db.pool, (tx) =>
      bookTransfers(tx, now, [
        { ...plain, from: { house: 'ISSUED' }, to: holder, points: 50, kind: 'EARNED' },
        { ...plain, from: holder, to: { house: 'REDEEMED' }, points: 20, kind: 'REDEEMED' },
        { ...plain, from: holder, to: { house: 'ISSUED' }, points: 5, kind: 'ADJUSTED' },
      ]),
    );
    await inTransaction(db.pool, (tx) => reverseTransfers(tx, now + 1, [first!], 'a test'));
    await told('points.reversed', 'b-shop-1');
    const all = hook.received.filter(
      ({ json }) => json.type.startsWith('points.') && json.data.subject.externalId === 'b-shop-1',
    );

    expect(all.map(({ json }) => [json.type, json.data.points, json.data.balance])).toEqual([
      ['points.earned', 50, 50],
      ['points.redeemed', -20, 30],
      ['points.adjusted', -5, 25],
      ['points.reversed', -50, -25],
    ]);
  });

  it('is told without a word that anybody wrote, and without a key of ours', () => {
    const everything = hook.received.map(({ body }) => body).join();

    for (const word of ['Seen the payments', 'I wrote what I saw', 'Twelve of twenty', 'The order was real'])
      expect(everything).not.toContain(word);
    expect(everything).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-7/);
  });
});
