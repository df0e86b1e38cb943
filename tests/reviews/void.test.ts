import { beforeEach, describe, expect, it } from 'vitest';
import { inTransaction } from '../../src/db/tx.ts';
import { foldingsAt } from '../../src/grades/foldings.ts';
import { globalId } from '../../src/kernel/global-id.ts';
import { newId } from '../../src/kernel/ids.ts';
import { voidReviews, type VoidReceipt } from '../../src/reviews/void.commands.ts';
import { bringInto, csv } from '../intake/import-kit.ts';
import { countOf, expectSound, ingest, rowCounts } from '../intake/ingest-kit.ts';
import { anApi, type Asker } from '../kit/api.ts';
import { aDatabase, emptied } from '../kit/database.ts';
import { anEvent, daysAgo, eventsOf, NOW, takeEvents } from '../kit/events.ts';
import { balancesOf } from '../kit/state.ts';

const db = aDatabase();
let now = NOW;
const api = anApi(db, { clock: () => now });
const MONTH_MS = 30 * 86_400_000;

/** Twelve honest orders of each of two merchants: enough for a grade. */
const honest = ['m-1', 'm-2'].flatMap((merchant) =>
  Array.from({ length: 12 }, (_, i) =>
    eventsOf({
      order: `${merchant}-${i}`,
      merchant,
      product: `p-${merchant}`,
      placed: 90 - 3 * i,
      ...(i % 2 === 0 && { stars: 4 }),
    }),
  ).flat(),
);
/** A ring of three that praises the one and sinks the other; its second has said something honest before. */
const ring = [0, 1, 2].flatMap((i) => [
  ...eventsOf({ order: `up-${i}`, merchant: 'm-1', product: 'p-m-1', buyer: `b-ring-${i}`, placed: 40 - i, stars: 5 }),
  ...eventsOf({
    order: `down-${i}`,
    merchant: 'm-2',
    product: 'p-m-2',
    buyer: `b-ring-${i}`,
    placed: 36 - i,
    stars: 1,
  }),
]);
const said = ring.filter(({ type }) => type === 'review.posted');
const done = ring.filter(({ type }) => type !== 'review.posted');
const RING = ['r-up-0', 'r-up-1', 'r-up-2', 'r-down-0', 'r-down-1', 'r-down-2'];

beforeEach(async () => {
  now = NOW - MONTH_MS / 2;
  await emptied(db);
  await takeEvents(
    db,
    [...honest, ...done].filter(({ time }) => Date.parse(time) < now),
    now,
  );
  now = NOW;
  await takeEvents(db, [...honest, ...done], now);
});

const keysOf = async (externalIds: readonly string[]): Promise<{ merchantId: string; id: string }[]> =>
  (
    await db.pool.query(
      `select merchant_id as "merchantId", id from unnest($1::text[]) with ordinality as asked (external_id, place)
         join review using (external_id) order by place`,
      [externalIds],
    )
  ).rows;
const voidAll = (reviews: readonly { merchantId: string; id: string }[]): Promise<VoidReceipt> =>
  inTransaction(db.pool, async (tx) =>
    voidReviews(
      tx,
      { reviews, ground: 'COLLUSION_RING', statement: 'They praise one another.', voidedBy: 'ADMIN:alice' },
      { now, foldings: await foldingsAt(now)(tx) },
    ),
  );
const voidThose = async (...externalIds: string[]) => voidAll(await keysOf(externalIds));

const SUBJECTS = `{
  m1: merchant(externalId: "m-1") { ...S rating { average count } } m2: merchant(externalId: "m-2") { ...S rating { average count } }
  p1: product(externalId: "p-m-1") { ...S rating { average count } } p2: product(externalId: "p-m-2") { ...S rating { average count } } }
  fragment S on Subject { id grade { level exactScore } }`;
interface Shown {
  readonly id: string;
  readonly grade: { readonly level: string; readonly exactScore: number };
  readonly rating: { readonly average: number; readonly count: number };
}
const subjects = async (): Promise<Record<'m1' | 'm2' | 'p1' | 'p2', Shown>> => (await api.ask('ADMIN', SUBJECTS)).data;
const snapshotOf = ({ grade, rating }: Shown) => ({
  ...grade,
  ratingAverage: rating.average,
  ratingCount: rating.count,
});

/** Balances without what only tells that something was voided. */
const balances = async () =>
  JSON.parse(JSON.stringify(await balancesOf(db), (key, value: unknown) => (key === 'excluded' ? undefined : value)));

describe('voided reviews', () => {
  it('leave every balance as if they had never been, their authors’ reliability among them', async () => {
    const before = await balances();
    expect(Object.keys(before).filter((name) => name.startsWith('reviewer'))).toHaveLength(10);
    await takeEvents(db, said);
    expect(await balances()).not.toEqual(before);

    await voidThose(...RING);
    expect(await balances()).toEqual(before);
    await expectSound(db);
  });

  it('leave exactly what remains where only some are voided', async () => {
    await takeEvents(db, said.slice(0, 3));
    const before = await balances();
    await takeEvents(db, said.slice(3));
    await voidThose(...said.slice(3).map(({ data }) => String(data['review'])));
    expect(await balances()).toEqual(before);
  });

  it('are told in the receipt: every subject that moved, before and after, as the API shows it', async () => {
    await takeEvents(db, said);
    const before = await subjects();
    const receipt = await voidThose(...RING);
    const after = await subjects();

    expect(receipt.reversedPostings).toBe(2 * RING.length); // of the merchant and of the product
    expect(receipt.merchantIds).toHaveLength(2);
    const changes = Object.fromEntries(receipt.changes.map((change) => [change.subjectId, change]));
    expect(Object.keys(changes)).toHaveLength(4);
    for (const [key, kind] of [
      ['m1', 'Merchant'],
      ['m2', 'Merchant'],
      ['p1', 'Product'],
      ['p2', 'Product'],
    ] as const) {
      const change = receipt.changes.find(({ subjectId }) => globalId(kind, subjectId) === before[key].id)!;
      expect(change.before).toEqual(snapshotOf(before[key]));
      expect(change.after).toEqual(snapshotOf(after[key]));
    }
  });

  it('move the rating of their merchant and of their product', async () => {
    await takeEvents(db, said);
    expect(await subjects()).toMatchObject({
      m1: { rating: { average: (6 * 4 + 3 * 5) / 9, count: 9 } },
      p2: { rating: { average: (6 * 4 + 3 * 1) / 9, count: 9 } },
    });
    await voidThose(...RING);
    const four = { rating: { average: 4, count: 6 } };
    expect(await subjects()).toMatchObject({ m1: four, m2: four, p1: four, p2: four });
    const { data } = await api.ask(null, '{ merchant(externalId: "m-1") { rating { excludedCount } } }');
    expect(data.merchant.rating.excludedCount).toBe(3);
  });

  it('show the cause and the one receipt, each under its own merchant', async () => {
    await takeEvents(db, said);
    await voidThose(...RING);
    const query = `query ($id: ID!) { review(id: $id) { status text void { ground statement at receipt {
      id reversedPostings changes { subject { externalId } before { level exactScore ratingCount } after { level ratingCount } } } } } }`;
    for (const { merchantId, id } of await keysOf(['r-up-1', 'r-down-2'])) {
      const { data, errors } = await api.ask(null, query, { id: globalId('Review', merchantId, id) });
      expect(errors).toBeUndefined();
      const { receipt, ...cause } = data.review.void;
      expect(cause).toEqual({
        ground: 'COLLUSION_RING',
        statement: 'They praise one another.',
        at: new Date(now).toISOString(),
      });
      expect(receipt.reversedPostings).toBe(12);
      expect(
        Object.fromEntries(
          receipt.changes.map((each: { subject: { externalId: string }; before: object; after: object }) => [
            each.subject.externalId,
            [each.before, each.after],
          ]),
        ),
      ).toEqual(
        Object.fromEntries(
          ['m-1', 'm-2', 'p-m-1', 'p-m-2'].map((name) => [
            name,
            [
              { level: expect.any(String), exactScore: null, ratingCount: 9 },
              { level: expect.any(String), ratingCount: 6 },
            ],
          ]),
        ),
      );
      const node = await api.ask(
        null,
        'query ($id: ID!) { node(id: $id) { id ... on ReversalReceipt { reversedPostings } } }',
        { id: receipt.id },
      );
      expect(node.data.node).toEqual({ id: receipt.id, reversedPostings: 12 });
    }
  });

  it('that were held or never scored leave ratings as they are, and are counted as left out', async () => {
    const burst = Array.from({ length: 14 }, (_, i) => [
      ...eventsOf({
        order: `burst-${i}`,
        merchant: 'm-3',
        buyer: `b-burst-${i}`,
        product: 'p-3',
        placed: 9,
        delivered: null,
      }),
      anEvent('review.posted', daysAgo(5, i), { review: `r-burst-${i}`, order: `burst-${i}`, stars: 5 }),
    ]).flat();
    await takeEvents(db, burst);
    await bringInto(
      db,
      '--mapping',
      'reviews',
      csv('review,merchant,buyer,stars,occurredAt', 'r-file,m-3,b-x,1,2020-10-01'),
    );
    const { rows } = await db.pool.query<{ id: string }>(`select external_id as id from review where status = 'HELD'`);
    expect(rows.length).toBeGreaterThan(2);
    const rating = async () =>
      (await api.ask(null, '{ merchant(externalId: "m-3") { rating { count average excludedCount } } }')).data.merchant
        .rating;
    const before = await rating();

    const receipt = await voidThose(...rows.map(({ id }) => id), 'r-file');
    expect(receipt.reversedPostings).toBe(2 * rows.length);
    expect(await rating()).toEqual({ ...before, excludedCount: before.excludedCount + 1 });
    await expectSound(db);
  });
});

describe('a review that was weighed anew', () => {
  it('is taken back as it last was, when its order was paid only after it', async () => {
    const [placed, paid, ...rest] = eventsOf({
      order: 'late-paid',
      merchant: 'm-1',
      product: 'p-m-1',
      buyer: 'b-late',
      placed: 30,
      stars: 5,
    });
    const review = rest.pop()!;
    await takeEvents(db, [placed!]);
    const before = await balances();
    await takeEvents(db, [review]);
    await takeEvents(db, [paid!]);
    expect((await voidThose('r-late-paid')).reversedPostings).toBe(2);
    expect(await balances()).toEqual(before);

    await takeEvents(db, rest);
    expect(
      await countOf(db, 'review', "external_id = 'r-late-paid' and status = 'VOIDED' and verification = 'KEPT'"),
    ).toBe(1);
    await expectSound(db);
  });
});

describe('voiding', () => {
  beforeEach(() => takeEvents(db, said));

  it('happens once: a second time is refused and changes nothing', async () => {
    await voidThose('r-up-0');
    const [before, state] = [await rowCounts(db), await balances()];
    await expect(voidThose('r-up-0')).rejects.toMatchObject({ kind: 'CONFLICT', code: 'REVIEW_VOIDED' });
    await expect(voidThose('r-up-1', 'r-up-0')).rejects.toMatchObject({ code: 'REVIEW_VOIDED' });
    expect(await rowCounts(db)).toEqual(before);
    expect(await balances()).toEqual(state);
  });

  it('happens once, when two want it at the same moment', async () => {
    const answers = await Promise.allSettled(Array.from({ length: 6 }, () => voidThose(...RING)));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(answers.flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : []))).toEqual(
      Array(5).fill('REVIEW_VOIDED'),
    );
    await expectSound(db);
  });

  it('takes a review that is named twice once', async () => {
    const receipt = await voidThose('r-up-0', 'r-up-0');
    expect(receipt.reversedPostings).toBe(2);
    await expectSound(db);
  });

  it('refuses what is not there, and what its author took back', async () => {
    const [real] = await keysOf(['r-up-0']);
    const nobody = { merchantId: newId(now), id: newId(now) };
    await expect(voidAll([real!, nobody])).rejects.toMatchObject({ kind: 'NOT_FOUND', code: 'REVIEW_NOT_FOUND' });
    await takeEvents(db, [anEvent('review.retracted', daysAgo(1), { review: 'r-up-1' })]);
    await expect(voidThose('r-up-0', 'r-up-1')).rejects.toMatchObject({ code: 'REVIEW_VOIDED' });
    expect(await countOf(db, 'review_void')).toBe(0);
  });

  it('is sound beside events about the same reviews', async () => {
    const more = [0, 1, 2].flatMap((i) => [
      anEvent('order.refunded', daysAgo(1), { order: `up-${i}`, amount: 100, cause: 'DEFECT' }),
      anEvent('review.retracted', daysAgo(1), { review: `r-down-${i}` }),
      ...eventsOf({
        order: `more-${i}`,
        merchant: 'm-1',
        product: 'p-m-1',
        buyer: `b-ring-${i}`,
        placed: 20,
        stars: 5,
      }),
    ]);
    await Promise.all([...more.map((event) => ingest(api, [event])), ...RING.slice(0, 3).map((id) => voidThose(id))]);
    expect(await countOf(db, 'review', "status = 'VOIDED'")).toBe(6);
    await expectSound(db);
  });

  it('stays when its author takes the review back afterwards, or its order goes on', async () => {
    await voidThose(...RING);
    await takeEvents(db, [
      anEvent('review.retracted', daysAgo(1), { review: 'r-up-0' }),
      anEvent('order.refunded', daysAgo(1), { order: 'up-1', amount: 1, cause: 'DEFECT' }),
      anEvent('dispute.closed', daysAgo(1), { order: 'down-1', lostBy: 'MERCHANT', cause: 'x' }),
    ]);
    expect(await countOf(db, 'review', "status = 'VOIDED'")).toBe(6);
    expect(await subjects()).toMatchObject({ m1: { rating: { average: 4, count: 6 } } });
    await expectSound(db);
  });
});

describe('after a void, the past', () => {
  const ASK = `query ($asOf: DateTime, $knownAt: DateTime) { merchant(externalId: "m-1") {
    grade(asOf: $asOf, knownAt: $knownAt) { exactScore evidence { postings goodMass } } } }`;
  const grade = async (coordinates: Record<string, unknown>, asker: Asker = 'ADMIN') =>
    (await api.ask(asker, ASK, coordinates)).data.merchant.grade;

  it('as it is known now leaves them out, and as it was known then has them in', async () => {
    const asOf = new Date(NOW - MONTH_MS / 4).toISOString();
    await takeEvents(db, done);
    const without = await grade({ asOf });
    await takeEvents(db, said);
    const beforeVoid = new Date(now).toISOString();
    const withThem = await grade({ asOf });
    expect(withThem.evidence.postings).toBe(without.evidence.postings + 3);

    now += 60_000;
    await voidThose(...RING);
    now += 60_000;
    expect(await grade({ asOf })).toEqual(without);
    expect(await grade({ asOf, knownAt: beforeVoid })).toEqual(withThem);
    expect(await grade({ asOf: beforeVoid, knownAt: beforeVoid })).toMatchObject({
      evidence: { postings: withThem.evidence.postings },
    });
  });
});
