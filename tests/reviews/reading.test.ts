import { beforeAll, describe, expect, it, vi } from 'vitest';
import { anApi, type Asker } from '../kit/api.ts';
import { aDatabase, allMoved } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { globalId, idsOf } from '../../src/kernel/global-id.ts';
import { insertReviews, insertVoid, someParties, type Parties } from './fixtures.ts';

const MERCHANT = ['MERCHANT', 'merchant:m'] as const;
const OTHER_MERCHANT = ['MERCHANT', 'merchant:other'] as const;
const AUTHOR = ['BUYER', 'buyer:author'] as const;
const STRANGER = ['BUYER', 'buyer:stranger'] as const;
const HOUSE = ['PLATFORM', 'MODERATOR', 'ADMIN', 'AUDITOR'] as const;
const IN_PUBLIC = [null, 'PARTNER', OTHER_MERCHANT, STRANGER] as const;

const REVIEW = `query ($id: ID!) { review(id: $id) { id status retractedAt text author { externalId } merchant { externalId } product { externalId }
  reply { text } void { ground statement at receipt { id reversedPostings pointsMoved logIndex
    changes { subject { externalId } before { level exactScore } after { level exactScore } } } } } }`;

describe('a review', () => {
  const db = aDatabase();
  const api = anApi(db, { clock: () => NOW });
  let parties: Parties;
  let counted: string, held: string, voided: string, unverified: string, retracted: string;
  let receipt: string;

  beforeAll(async () => {
    parties = await someParties(db);
    const { merchantId, authorId, productId } = parties;
    const review = { merchantId, authorId, productId };
    [counted, held, voided, unverified, retracted] = (await insertReviews(db, [
      review,
      { ...review, status: 'HELD' },
      { ...review, status: 'VOIDED' },
      { ...review, status: 'UNVERIFIED' },
      { ...review, isRetracted: true },
    ])) as [string, string, string, string, string];
    const moved = (subjectKind: string, subjectId: string) => ({
      subjectKind,
      subjectId,
      before: { level: 'A', exactScore: 700.5, ratingAverage: 5, ratingCount: 3 },
      after: { level: 'BBB', exactScore: 640.25, ratingAverage: 5, ratingCount: 2 },
    });
    receipt = await insertVoid(db, merchantId, idsOf('Review', voided)[1], [
      moved('MERCHANT', merchantId),
      moved('PRODUCT', productId),
      moved('BUYER', authorId),
    ]);
  });
  const seen = async (id: string, asker: Asker) => (await api.ask(asker, REVIEW, { id })).data.review;

  it('is found by all, with its author known to itself and to the house only', async () => {
    for (const asker of IN_PUBLIC)
      expect(await seen(counted, asker)).toMatchObject({
        text: 'So it was.',
        author: null,
        merchant: { externalId: 'm' },
      });
    expect(await seen(counted, MERCHANT)).toMatchObject({ author: null, product: { externalId: 'p' } });
    for (const asker of [AUTHOR, ...HOUSE])
      expect(await seen(counted, asker)).toMatchObject({ author: { externalId: 'author' } });
  });

  it('that is held is found by those concerned only', async () => {
    for (const asker of IN_PUBLIC) expect(await seen(held, asker)).toBeNull();
    for (const asker of [AUTHOR, MERCHANT, ...HOUSE]) expect(await seen(held, asker)).toMatchObject({ status: 'HELD' });
  });

  it('that was retracted is found by its author and the house only', async () => {
    for (const asker of [...IN_PUBLIC, MERCHANT]) expect(await seen(retracted, asker)).toBeNull();
    for (const asker of [AUTHOR, ...HOUSE])
      expect(await seen(retracted, asker)).toMatchObject({
        id: retracted,
        retractedAt: expect.any(String),
        void: null,
      });
    expect(await seen(counted, AUTHOR)).toMatchObject({ retractedAt: null });
  });

  it('that was voided stays, with the cause; its words are for those concerned', async () => {
    for (const asker of IN_PUBLIC)
      expect(await seen(voided, asker)).toMatchObject({
        status: 'VOIDED',
        text: null,
        void: { ground: 'FAKE_PURCHASED', statement: 'It was paid for.', at: new Date(NOW).toISOString() },
      });
    for (const asker of [AUTHOR, MERCHANT, ...HOUSE])
      expect(await seen(voided, asker)).toMatchObject({ text: 'So it was.' });
    expect(await seen(unverified, null)).toMatchObject({ status: 'UNVERIFIED', void: null, reply: null });
  });

  it('that was voided comes with a receipt that tells each caller what is his to know', async () => {
    const changesFor = async (asker: Asker) =>
      (await seen(voided, asker)).void.receipt.changes.map(
        ({ subject, before, after }: Record<string, { externalId: string; exactScore: number | null }>) =>
          `${subject!.externalId} ${before!.exactScore} ${after!.exactScore}`,
      );

    for (const asker of IN_PUBLIC) expect(await changesFor(asker)).toEqual(['m null null', 'p null null']);
    expect(await changesFor(MERCHANT)).toEqual(['m 700.5 640.25', 'p 700.5 640.25']);
    expect(await changesFor(AUTHOR)).toEqual(['m null null', 'p null null', 'author 700.5 640.25']);
    for (const asker of HOUSE) expect(await changesFor(asker)).toHaveLength(3);
  });

  it('and its receipt are found by their ids too, as far as they may be seen', async () => {
    const NODES = 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }';
    const found = async (asker: Asker) => (await api.ask(asker, NODES, { ids: [held, counted, receipt] })).data.nodes;
    const [of, its] = [{ __typename: 'Review' }, { __typename: 'ReversalReceipt', id: receipt }];

    expect(await found(null)).toEqual([null, { ...of, id: counted }, its]);
    expect(await found(MERCHANT)).toEqual([{ ...of, id: held }, { ...of, id: counted }, its]);

    await db.pool.query(
      'update review set retracted_at = now() where merchant_id = $1 and id = $2',
      idsOf('Review', voided),
    );
    expect(await found(null)).toEqual([null, { ...of, id: counted }, null]);
    expect((await found('AUDITOR'))[2]).toEqual(its);
    await db.pool.query(
      'update review set retracted_at = null where merchant_id = $1 and id = $2',
      idsOf('Review', voided),
    );
  });

  it('is not found where there is none, and ids that are none are refused', async () => {
    expect(await seen(globalId('Review', parties.otherMerchantId, idsOf('Review', counted)[1]), 'ADMIN')).toBeNull();
    const { errors } = await api.ask(null, REVIEW, { id: 'nonsense' });
    expect(errors![0]!.extensions['code']).toBe('ID_INVALID');
  });

  describe('in a list', () => {
    const LIST = `query ($status: ReviewStatus) {
      merchant(externalId: "m") { reviews(status: $status) { nodes { status } } }
      product(externalId: "p") { reviews(status: $status) { nodes { status } } } }`;
    const statuses = async (asker: Asker, status?: string) => {
      const { data } = await api.ask(asker, LIST, { status });
      const [ofMerchant, ofProduct] = [data.merchant, data.product].map(({ reviews }) =>
        reviews.nodes.map((review: { status: string }) => review.status).toSorted(),
      );
      expect(ofProduct).toEqual(ofMerchant);
      return ofMerchant;
    };

    it('is shown if it counts, unless more is asked for', async () => {
      for (const asker of [...IN_PUBLIC, AUTHOR]) expect(new Set(await statuses(asker))).toEqual(new Set(['COUNTED']));
      for (const asker of IN_PUBLIC) {
        expect(await statuses(asker, 'VOIDED')).toEqual(['VOIDED']);
        expect(await statuses(asker, 'UNVERIFIED')).toEqual(['UNVERIFIED']);
        expect(await statuses(asker, 'HELD')).toEqual([]);
      }
    });

    it('is shown to its merchant and to the house, whatever its status', async () => {
      const all = ['COUNTED', 'HELD', 'UNVERIFIED', 'VOIDED'];

      expect(await statuses(MERCHANT)).toEqual(all);
      for (const asker of HOUSE) expect(await statuses(asker)).toEqual(['COUNTED', ...all]);
    });

    it('is shown to its author, and by that way to nobody else', async () => {
      const own = '{ buyer(externalId: "author") { reviews(first: 3) { nodes { id } pageInfo { hasNextPage } } } }';

      const { data } = await api.ask(AUTHOR, own);
      expect(data.buyer.reviews).toMatchObject({ pageInfo: { hasNextPage: true } });
      expect((await api.ask(STRANGER, own)).data.buyer).toBeNull();
      expect((await api.ask(MERCHANT, own)).errors![0]!.extensions['code']).toBe('FORBIDDEN');
    });

    it('costs one statement with all replies, and one more for all causes', async () => {
      await allMoved(db);
      const query = vi.spyOn(db.pool, 'query');
      await api.ask(
        'ADMIN',
        '{ merchant(externalId: "m") { reviews(first: 50) { nodes { text reply { text } void { statement receipt { reversedPostings } } } } } }',
      );
      const statements = query.mock.calls.map(([statement]) => (statement as unknown as { name?: string }).name);
      query.mockRestore();

      expect(statements.filter(Boolean)).toEqual([
        'moves.since',
        'merchants.by-external-id',
        'reviews.of-merchant.desc',
        'reviews.voids',
      ]);
    });
  });
});
