import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { countOf, expectSound } from '../intake/ingest-kit.ts';
import { takeEvents } from '../kit/events.ts';
import { wholeStateOf } from '../kit/whole-state.ts';
import { pointsOf } from '../sanctions/kit.ts';
import { aMarketOf, changeOf, fakeIds, fakes, honestOrders, idOf, merchant, rowsOf, withBuyer } from './kit.ts';

const { db, here, api, cases } = aMarketOf(11, (shop) => [...honestOrders(shop), ...fakes(shop, 4)]);

const gradeOf = async (type: 'merchant' | 'buyer' | 'product', externalId: string) =>
  (
    await api.ask(
      'ADMIN',
      `{ it: ${type}(externalId: "${externalId}") { grade { level exactScore evidence { badMass postings } } } }`,
    )
  ).data.it.grade;

describe('penalizeFakeReviews', () => {
  it('voids the reviews and tells who moved: merchant, product and authors', async () => {
    const before = [await gradeOf('merchant', here.shop), await gradeOf('product', `p-${here.shop}`)];
    const { userErrors, reviews, receipt, penalty, proposal } = await cases.penalize(fakeIds(here.shop, 2));

    expect(userErrors).toEqual([]);
    expect(proposal).toBeNull();
    expect(reviews.map(({ externalId, status }: Record<string, string>) => [externalId, status])).toEqual([
      [`r-${here.shop}-fake-0`, 'VOIDED'],
      [`r-${here.shop}-fake-1`, 'VOIDED'],
    ]);
    expect(reviews[0].void).toEqual({
      ground: 'FAKE_PURCHASED',
      statement: expect.stringContaining('the review was paid for'),
      text: 'Not counted. Fake reviews: written for money, or about a purchase that never was.',
    });
    expect(penalty).toMatchObject({ decidedBy: 'MODERATOR:alice', approvedBy: null, note: 'Seen the payments.' });
    expect(receipt.reversedPostings).toBe(4); // two reviews, each of a merchant and of a product
    for (const [i, [type, id]] of (
      [
        ['merchant', here.shop],
        ['product', `p-${here.shop}`],
      ] as const
    ).entries()) {
      const after = await gradeOf(type, id);
      expect(changeOf(receipt, id)).toMatchObject({
        before: { level: before[i]!.level, exactScore: before[i]!.exactScore, ratingCount: 11 },
        after: { level: after.level, exactScore: after.exactScore, ratingCount: 9 },
      });
    }
    await expectSound(db, here.now);
  });

  it('sanctions each author by the ladder, and a proven fake counts against their grade, the more the more often', async () => {
    const author = `b-${here.shop}-0`;
    const first = await cases.penalize([`r-${here.shop}-fake-0`]);
    expect(first.sanctions).toMatchObject([
      { kind: 'WARNING', ground: 'FAKE_PURCHASED', points: 0, subject: { externalId: author } },
    ]);
    const once = (await gradeOf('buyer', author)).evidence.badMass;
    expect(once).toBeCloseTo(5 * 1.5, 1);

    here.now += 1000;
    await takeEvents(
      db,
      fakes(`${here.shop}x`, 1).map((event) => withBuyer(event, author)),
      here.now,
    );
    const second = await cases.penalize([`r-${here.shop}x-fake-0`]);
    expect(second.sanctions).toMatchObject([{ kind: 'RESTRICTION', points: 200 }]);
    expect((await gradeOf('buyer', author)).evidence.badMass).toBeCloseTo(once + 10 * 1.5, 1);
    await expectSound(db, here.now);
  });

  it('takes points from the authors, as many as it is told, below zero too', async () => {
    const { receipt, sanctions } = await cases.penalize(fakeIds(here.shop, 2), { deductPoints: 30 });
    expect(receipt.pointsMoved).toBe(60);
    expect(sanctions).toMatchObject([
      { kind: 'POINTS_DEDUCTION', points: 30 },
      { kind: 'POINTS_DEDUCTION', points: 30 },
    ]);
    expect(await pointsOf(db, await idOf(db, 'buyer', `b-${here.shop}-0`))).toBe(-30);
  });

  it('sanctions the merchant that paid, if it is asked to', async () => {
    const { receipt, sanctions } = await cases.penalize(fakeIds(here.shop, 1), { alsoSanctionMerchant: true });
    const own = sanctions.find(
      ({ subject }: Record<string, Record<string, string>>) => subject!['externalId'] === here.shop,
    );
    expect(own).toMatchObject({
      kind: 'RESTRICTION',
      ground: 'PAID_FOR_REVIEWS',
      points: 200,
      statement: expect.stringContaining('a review of you'),
    });
    const { factors, level } = (
      await api.ask(
        'ADMIN',
        `{ merchant(externalId: "${here.shop}") { grade { level factors { kind points count } } } }`,
      )
    ).data.merchant.grade;
    expect(factors.find(({ kind }: { kind: string }) => kind === 'PAID_FOR_REVIEWS')).toMatchObject({ count: 1 });
    expect(changeOf(receipt, here.shop)).toMatchObject({ after: { level } });
    expect(
      (await cases.penalize(fakeIds(here.shop, 2).slice(1), { ground: 'SPAM', alsoSanctionMerchant: true })).userErrors,
    ).toMatchObject([{ code: 'MERCHANT_NOT_AT_FAULT', field: ['alsoSanctionMerchant'] }]);
  });

  it('is for malicious bad reviews too', async () => {
    await takeEvents(db, fakes(`${here.shop}y`, 1, 1), here.now);
    const { sanctions, receipt } = await cases.penalize([`r-${here.shop}y-fake-0`], { ground: 'EXTORTION' });
    expect(sanctions).toMatchObject([{ kind: 'RESTRICTION', ground: 'EXTORTION' }]);
    expect(changeOf(receipt, `${here.shop}y`)).toMatchObject({
      before: { ratingAverage: 1 },
      after: { ratingAverage: null },
    });
  });

  it('leaves notes of each review and each sanction', async () => {
    const merchantId = await idOf(db, 'merchant', here.shop);
    await cases.penalize(fakeIds(here.shop, 2));
    const { rows } = await db.pool.query(
      `select kind, payload from note where subject_id = $1 and kind = 'review.voided' order by id`,
      [merchantId],
    );
    expect(rows.map(({ payload }) => payload)).toMatchObject([{ ground: 'FAKE_PURCHASED', merchantId }, {}]);
    expect(
      await countOf(
        db,
        'note',
        `kind = 'sanction.imposed' and subject_id = '${await idOf(db, 'buyer', `b-${here.shop}-1`)}'`,
      ),
    ).toBe(1);
  });

  it('happens once, however often it is sent', async () => {
    const input = { reviewIds: await cases.reviewIds(fakeIds(here.shop, 1)), idempotencyKey: `once-${here.shop}` };
    const first = await cases.penalize([], input);
    const [counts, state] = [await rowsOf(db), await wholeStateOf(db)];
    expect(await cases.penalize([], input)).toEqual(first);
    expect(await rowsOf(db)).toEqual(counts);
    expect(await wholeStateOf(db)).toEqual(state);
    expect((await cases.penalize([], { ...input, ground: 'INSIDER' })).userErrors).toMatchObject([
      { code: 'IDEMPOTENCY_KEY_REUSED' },
    ]);
  });

  it('takes a review that is named twice once', async () => {
    const [id] = fakeIds(here.shop, 1);
    const { reviews, sanctions } = await cases.penalize([id!, id!]);
    expect([reviews.length, sanctions.length]).toEqual([1, 1]);
    expect(sanctions[0]).toMatchObject({ kind: 'WARNING' });
  });
});

describe('the examples of the README', () => {
  it('are a query and a mutation that the API takes', async () => {
    const readme = fs.readFileSync(path.resolve(import.meta.dirname, '../../README.md'), 'utf8');
    const section = readme.split('## Fake reviews')[1]!.split('\n## ')[0]!;
    const [list, penalize] = [...section.matchAll(/```graphql\n([\s\S]+?)```/g)].map(([, example]) => example!);
    const [id] = await cases.reviewIds(fakeIds(here.shop, 1));

    expect((await api.ask('MODERATOR', list!)).errors).toBeUndefined();
    const { data, errors } = await api.ask('MODERATOR', penalize!.replace('"…"', `"${id}"`));
    expect(errors).toBeUndefined();
    expect(data.penalizeFakeReviews).toMatchObject({ receipt: { reversedPostings: 2 }, userErrors: [] });
  });
});

describe('previewPenalty', () => {
  it('tells what the penalty then does, and writes nothing', async () => {
    const [counts, state] = [await rowsOf(db), await wholeStateOf(db)];
    const asked = { deductPoints: 10, alsoSanctionMerchant: true };
    const told = await cases.preview(fakeIds(here.shop, 3), asked);
    expect(await rowsOf(db)).toEqual(counts);
    expect(await wholeStateOf(db)).toEqual(state);

    const { receipt } = await cases.penalize(fakeIds(here.shop, 3), asked);
    expect({ ...told, id: receipt.id }).toEqual(receipt);
  });

  it('is refused where the penalty would be, and to those who may not judge', async () => {
    await cases.penalize(fakeIds(here.shop, 1));
    expect(await cases.preview(fakeIds(here.shop, 2))).toEqual({ code: 'REVIEW_VOIDED' });
    expect(await cases.preview([], { reviewIds: [] })).toEqual({ code: 'REVIEWS_MISSING' });
    const query = `query ($ids: [ID!]!) { previewPenalty(reviewIds: $ids, ground: SPAM) { id } }`;
    const ids = await cases.reviewIds(fakeIds(here.shop, 2).slice(1));
    for (const asker of [merchant(here.shop), 'PLATFORM'] as const)
      expect((await api.ask(asker, query, { ids })).errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  });
});
