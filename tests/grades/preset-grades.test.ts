import { describe, expect, it } from 'vitest';
import { inTransaction } from '../../src/db/tx.ts';
import { foldingsAt } from '../../src/grades/foldings.ts';
import { voidReviews } from '../../src/reviews/void.commands.ts';
import { anApi, type Asker } from '../kit/api.ts';
import { aDatabase, allMoved } from '../kit/database.ts';
import { daysAgo, NOW } from '../kit/events.ts';
import { statementsOf } from '../kit/statements.ts';
import { take } from './fixtures.ts';
import { goodSales, presetGrade, saleOf } from './preset-kit.ts';

const db = aDatabase();
const api = anApi(db, { clock: () => NOW });
const HOUR = 3_600_000;
const dayAgo = (days: number) => daysAgo(days).slice(0, 10);

describe('a grade by the rules of a platform', () => {
  it("answers by Taobao's levels from reviews", async () => {
    await take(db, [
      ...goodSales('tao', 7, 20, { buyer: 'tao-fan', reviewed: [15, 5] }), // 7 of one buyer in one month: 6 points
      ...goodSales('tao', 9, 40, { reviewed: [36, 4] }),
      ...goodSales('tao', 2, 41, { reviewed: [36, 3] }),
      ...goodSales('tao', 1, 42, { reviewed: [36, 1] }),
    ]);
    const grade = await presetGrade(api, 'tao', 'taobao-levels', { locale: 'zh-CN' });

    expect(grade).toMatchObject({
      level: 'BB',
      band: 'heart-2', // 6 + 9 − 1 = 14
      bandLabel: '二心',
      score: null,
      interval: null,
      exactScore: null,
      baseScore: null,
      policy: { key: 'taobao-levels', version: 1 },
      evidence: { postings: 19, goodMass: 16, badMass: 1, distinctCounterparties: 13, since: dayAgo(36) },
      next: { level: 'BB', band: 'heart-3', points: 27 },
    });
    expect(grade.metrics['rating_points']).toEqual({
      label: '信用评价积分',
      value: 14,
      numerator: 14,
      denominator: 19,
      distinctCounterparties: 13,
      unit: 'POINTS',
      target: 4,
      condition: 'AT_LEAST',
      status: 'GOOD',
      window: { from: dayAgo(36), to: dayAgo(0) },
      excluded: { value: 15, numerator: 1, denominator: 7, grounds: ['SAME_BUYER_CAP'] },
    });
    expect(grade['factors']).toEqual([
      { kind: 'GOOD_RATING', label: '好评', points: 16, count: 16 },
      { kind: 'NEUTRAL_RATING', label: '中评', points: 0, count: 2 },
      { kind: 'BAD_RATING', label: '差评', points: -1, count: 1 },
      { kind: 'SAME_BUYER_CAP', label: '同一买家当月超出上限的评价', points: -1, count: 7 },
    ]);
  });

  it('gives a buyer its six points anew in the next month', async () => {
    await take(db, [
      ...goodSales('moon', 7, 20, { buyer: 'moon-fan', reviewed: [15, 5] }), // in November
      ...goodSales('moon', 7, 40, { buyer: 'moon-fan', reviewed: [35, 5] }), // in October
    ]);

    expect((await presetGrade(api, 'moon', 'taobao-levels')).metrics['rating_points']).toMatchObject({
      value: 12,
      denominator: 14,
      distinctCounterparties: 1,
    });
  });

  it("answers by eBay's standards: rate and buyers, of what was not cancelled by others", async () => {
    const cancelled = (n: number, by: 'SELLER' | 'BUYER') =>
      saleOf({ order: `bay-c${n}`, merchant: 'bay', placed: 50, cancelled: [49, by] });
    await take(db, [
      ...goodSales('bay', 120, 100),
      ...[1, 2, 3].flatMap((n) => cancelled(n, 'SELLER')),
      ...cancelled(4, 'BUYER'),
      ...saleOf({ order: 'bay-d', merchant: 'bay', placed: 50, disputed: [40, 'MERCHANT'] }),
      ...saleOf({ order: 'bay-w', merchant: 'bay', placed: 50, disputed: [40, 'BUYER'] }),
      ...saleOf({ order: 'bay-old', merchant: 'bay', placed: 365, disputed: [300, 'MERCHANT'] }), // the day before the window
    ]);
    const grade = await presetGrade(api, 'bay', 'ebay-seller-standards');

    expect(grade.metrics['transaction_defect_rate']).toMatchObject({
      value: 4 / 125,
      numerator: 4,
      denominator: 125,
      distinctCounterparties: 4,
      target: 0.02,
      status: 'GOOD', // 3.2 %, of 4 buyers
      window: { from: dayAgo(364), to: dayAgo(0) },
    });
    expect(grade.metrics['selling_days']).toMatchObject({ value: 365 });
    expect(grade.metrics['sales_usd']).toMatchObject({ value: 6250, numerator: 125, unit: 'MONEY' });
    expect(grade).toMatchObject({
      band: 'above_standard',
      level: 'A',
      bandLabel: 'Above Standard',
      next: { band: 'top_rated' },
    });
    expect(grade['reasons']).toEqual([
      {
        code: 'TRANSACTION_DEFECT_RATE',
        points: 0,
        text: 'Transaction defect rate: 3.2% (4 of 125, 4 buyers); Top Rated asks for at most 0.5%, or no more than 3 buyers',
      },
    ]);
  });

  it('calls late for eBay what was delivered late and not even handed over in time', async () => {
    const late = { merchant: 'slow', placed: 30, deliverBy: 26, delivered: 25 };
    await take(db, [
      ...goodSales('slow', 7, 30),
      ...saleOf({ ...late, order: 'slow-1', shipBy: 29, shipped: 29 }), // the carrier was slow
      ...saleOf({ ...late, order: 'slow-2', shipBy: 29, shipped: 28 }),
      ...saleOf({ ...late, order: 'slow-3', shipped: 29 }), // nothing was promised for the hand-over
      ...saleOf({
        order: 'slow-4',
        merchant: 'slow',
        placed: 30,
        shipBy: 29,
        shipped: 27,
        deliverBy: 26,
        delivered: 26,
      }),
      ...saleOf({ order: 'slow-5', merchant: 'slow', placed: 30, deliverBy: 26 }), // not there yet
    ]);

    expect((await presetGrade(api, 'slow', 'ebay-seller-standards')).metrics['late_shipment_rate']).toMatchObject({
      numerator: 2,
      denominator: 11,
    });
    expect((await presetGrade(api, 'slow', 'mercado-libre')).metrics['delayed_handling_time']).toMatchObject({
      numerator: 2, // the second and the fourth
      denominator: 10,
    });
  });

  it('looks back 3 months where eBay sees 400 transactions in them', async () => {
    await take(db, [
      ...goodSales('busy', 399, 60),
      ...saleOf({ order: 'busy-c', merchant: 'busy', placed: 60, cancelled: [59, 'PLATFORM'] }),
      ...saleOf({ order: 'busy-d', merchant: 'busy', placed: 120, disputed: [90, 'MERCHANT'] }),
    ]);
    expect((await presetGrade(api, 'busy', 'ebay-seller-standards')).metrics['transactions']).toMatchObject({
      value: 400,
      window: { from: dayAgo(364) },
    });

    await take(db, saleOf({ order: 'busy-last', merchant: 'busy', placed: 4 }));
    const { metrics } = await presetGrade(api, 'busy', 'ebay-seller-standards');
    expect(metrics['transactions']).toMatchObject({ value: 400, window: { from: dayAgo(89) } });
    expect(metrics['transaction_defect_rate']).toMatchObject({ value: 0, numerator: 0 });
  });

  it("answers by Amazon's targets, an order with several defects counted once", async () => {
    await take(db, [
      ...goodSales('zon', 196, 20),
      ...saleOf({
        order: 'zon-1',
        merchant: 'zon',
        placed: 20,
        shipBy: 19,
        shipped: 18,
        deliverBy: 17,
        delivered: 15,
        reviewed: [10, 1],
        disputed: [9, 'MERCHANT'],
        chargedBack: [8, 'MERCHANT'],
      }),
      ...saleOf({ order: 'zon-2', merchant: 'zon', placed: 5, cancelled: [4, 'SELLER'] }),
      ...saleOf({ order: 'zon-3', merchant: 'zon', placed: 5, shipped: 4, tracking: null, reviewed: [1, 3] }),
      ...saleOf({ order: 'zon-4', merchant: 'zon', buyer: 'b-zon-3', placed: 59, reviewed: [50, 2] }), // the first of the 60 days
      ...saleOf({ order: 'zon-5', merchant: 'zon', placed: 60, reviewed: [50, 2] }), // before them
    ]);
    const grade = await presetGrade(api, 'zon', 'amazon-account-health');

    expect(grade.metrics).toMatchObject({
      order_defect_rate: {
        value: 2 / 200,
        numerator: 2,
        distinctCounterparties: 2,
        target: 0.01,
        status: 'GOOD',
        window: { from: dayAgo(59) },
      },
      late_shipment_rate: { value: 1 / 197, denominator: 197, window: { from: dayAgo(29) } },
      cancellation_rate: { value: 1 / 2, denominator: 2, target: 0.025, status: 'BAD', window: { from: dayAgo(6) } },
      valid_tracking_rate: {
        value: 197 / 198,
        numerator: 197,
        denominator: 198,
        distinctCounterparties: 1,
        status: 'GOOD',
      },
      on_time_delivery_rate: { value: 196 / 197, numerator: 196, denominator: 197 },
    });
    expect(grade).toMatchObject({
      band: 'at_risk',
      level: 'C',
      reasons: [{ code: 'CANCELLATION_RATE' }],
      next: { band: 'healthy', level: 'A' },
    });
    expect(grade['evidence']).toEqual({
      postings: 200,
      goodMass: 196,
      badMass: 4,
      distinctCounterparties: 199, // one of them bought twice, and one before the window only
      since: dayAgo(59),
    });
  });

  it("answers by Mercado Libre's tables, a country a key", async () => {
    await take(db, [
      ...goodSales('libre', 97, 30),
      ...saleOf({ order: 'libre-1', merchant: 'libre', placed: 30, refunded: [20, 'DEFECT'] }),
      ...saleOf({ order: 'libre-2', merchant: 'libre', placed: 30, refunded: [20, 'CHANGED_MIND'] }),
      ...saleOf({ order: 'libre-3', merchant: 'libre', placed: 30, chargedBack: [20, 'MERCHANT'] }),
    ]);
    const bandIn = async (key: string) => (await presetGrade(api, 'libre', key))['band'];

    expect((await presetGrade(api, 'libre', 'mercado-libre')).metrics['claims']).toMatchObject({
      value: 0.02,
      numerator: 2,
    });
    expect(await bandIn('mercado-libre')).toBe('5_green'); // claims: 2 %
    expect(await bandIn('mercado-libre-br')).toBe('5_green');
    expect(await bandIn('mercado-libre-mx')).toBe('3_yellow'); // over 1.5 %
    expect(await bandIn('mercado-libre-co')).toBe('leader'); // not over 2.5 %
  });

  it("answers by Trustpilot's stars", async () => {
    await take(db, [
      ...goodSales('pilot', 3, 190, { reviewed: [180, 1] }),
      ...goodSales('pilot', 10, 4, { shipped: 3, delivered: 2, reviewed: [0, 5] }),
    ]);
    const grade = await presetGrade(api, 'pilot', 'trustpilot-stars');

    expect(grade.metrics['stars']!['value']).toBeCloseTo((24.5 + 1.5 * 1 + 10 * 5) / (7 + 1.5 + 10), 12); // 4.108
    expect(grade).toMatchObject({
      band: '4_stars',
      bandLabel: '4 stars',
      level: 'A',
      next: { band: '4.5_stars', level: 'AA' },
    });
    expect(grade.metrics['stars']).toMatchObject({
      numerator: 13,
      distinctCounterparties: 13,
      target: null,
      status: 'GOOD',
    });
  });

  it('says NOT_RATED, and what is missing, of a merchant of whom nothing is known', async () => {
    await take(db, saleOf({ order: 'empty-1', merchant: 'empty', placed: 400 }));

    for (const [policy, band] of [
      ['taobao-levels', 'none'],
      ['ebay-seller-standards', 'not_evaluated'],
      ['amazon-account-health', 'no_orders'],
      ['mercado-libre', 'ungraded'],
      ['trustpilot-stars', 'no_reviews'],
    ] as const) {
      const grade = await presetGrade(api, 'empty', policy);
      expect(grade).toMatchObject({ level: 'NOT_RATED', band, reasons: [{ code: 'NOT_ENOUGH_EVIDENCE' }] });
      expect(
        Object.values(grade.metrics).every(
          ({ value, status }) => status === 'NOT_ENOUGH_DATA' || value === 0 || value === 400,
        ),
      ).toBe(true);
    }
  });

  it('is refused for whom there is no such preset, and leaves all other grades as they are', async () => {
    const gradeOf = (query: string) => api.ask('ADMIN', query);
    const buyer = await gradeOf('{ buyer(externalId: "tao-fan") { grade(policy: "taobao-levels") { level } } }');
    expect(buyer.errors?.[0]?.extensions['code']).toBe('POLICY_UNKNOWN');

    const { data } = await gradeOf(
      '{ merchant(externalId: "tao") { grade { band bandLabel score metrics { key } next { band } policy { key } } } }',
    );
    expect(data.merchant.grade).toMatchObject({
      band: null,
      bandLabel: null,
      metrics: [],
      next: { band: null },
      policy: { key: 'default' },
    });
  });

  it('keeps no standings', async () => {
    const { rows } = await db.pool.query(
      'select distinct v.key from standing s join policy_version v on v.id = s.policy_id',
    );

    expect(rows).toEqual([{ key: 'default' }]);
    expect((await inTransaction(db.pool, foldingsAt(NOW))).map(({ subjectKind }) => subjectKind).toSorted()).toEqual([
      'BUYER',
      'MERCHANT',
      'PRODUCT',
    ]);
  });

  it('tells everyone its band, and its metrics to the merchant itself and the house', async () => {
    const query = (field: string) =>
      `{ merchant(externalId: "zon") { grade(policy: "amazon-account-health") { level band bandLabel evidence { postings } ${field} } } }`;
    const codeFor = async (asker: Asker, field: string) =>
      (await api.ask(asker, query(field))).errors?.[0]?.extensions['code'];

    expect(await codeFor(null, '')).toBeUndefined();
    for (const field of ['metrics { key value }', 'reasons { code }', 'factors { kind }', 'next { band }']) {
      expect(await codeFor(null, field)).toBe('UNAUTHENTICATED');
      expect(await codeFor(['MERCHANT', 'merchant:bay'], field)).toBe('FORBIDDEN');
      for (const asker of [['MERCHANT', 'merchant:zon'], 'PLATFORM', 'MODERATOR'] as const)
        expect(await codeFor(asker, field)).toBeUndefined();
    }
  });

  it.each([
    ['taobao-levels', ['merchants.by-external-id', 'moves.since', 'preset.dimensions', 'preset.rating-patterns']],
    ['trustpilot-stars', ['merchants.by-external-id', 'moves.since', 'preset.star-days']],
    ['amazon-account-health', ['excuses.between', 'merchants.by-external-id', 'moves.since', 'preset.order-days']],
    [
      'ebay-seller-standards',
      ['excuses.between', 'merchants.by-external-id', 'moves.since', 'preset.order-days', 'preset.reach'],
    ],
  ])('by %s, of any number of merchants, costs as few statements as of one', async (policy, expected) => {
    const query = `query ($ids: [String!]) { merchants(externalIds: $ids) { grade(policy: "${policy}") { band level } } }`;
    await api.ask(null, query, { ids: ['zon'] });
    await allMoved(db);
    const statements = await statementsOf(db, () =>
      api.ask(null, query, { ids: ['tao', 'bay', 'busy', 'zon', 'libre', 'pilot', 'empty'] }),
    );

    expect(statements.toSorted()).toEqual(expected);
  });
});

describe('a grade of the past by the rules of a platform', () => {
  const then = NOW - 30 * 24 * HOUR;

  it('knows the orders that had been placed by then, and of each what had become of it', async () => {
    await take(db, [
      ...goodSales('past', 10, 40),
      ...saleOf({ order: 'past-1', merchant: 'past', placed: 40, disputed: [10, 'MERCHANT'], reviewed: [12, 1] }),
      ...saleOf({ order: 'past-2', merchant: 'past', placed: 20 }),
    ]);
    const defects = async (days: number) =>
      (await presetGrade(api, 'past', 'amazon-account-health', { asOf: daysAgo(days, 12) })).metrics[
        'order_defect_rate'
      ];

    expect(await defects(0)).toMatchObject({ numerator: 1, denominator: 12 });
    expect(await defects(12)).toMatchObject({ numerator: 1, denominator: 12, window: { to: dayAgo(12) } }); // the review
    expect(await defects(13)).toMatchObject({ numerator: 0, denominator: 12 });
    expect(await defects(21)).toMatchObject({ numerator: 0, denominator: 11 });
    expect(await defects(40)).toMatchObject({ numerator: 0, denominator: 11 }); // placed at noon, asked at noon
  });

  it('knows what was known then: no order, fault or review that we learnt of later', async () => {
    await take(db, [...goodSales('late', 10, 40, { reviewed: [34, 5] })], then);
    await take(
      db,
      saleOf({ order: 'late-1', merchant: 'late', placed: 40, disputed: [35, 'MERCHANT'], reviewed: [34, 1] }),
    );
    await take(db, [
      { ...saleOf({ order: 'late-40-0', merchant: 'late', placed: 40, disputed: [35, 'MERCHANT'] }).at(-1)! },
    ]);
    const at = async (policy: string, knownAt: number) =>
      (await presetGrade(api, 'late', policy, { knownAt: new Date(knownAt).toISOString(), asOf: daysAgo(31) })).metrics;

    expect((await at('ebay-seller-standards', then + HOUR))['transaction_defect_rate']).toMatchObject({
      numerator: 0,
      denominator: 10,
    });
    expect((await at('ebay-seller-standards', NOW))['transaction_defect_rate']).toMatchObject({
      numerator: 2,
      denominator: 11,
    });
    expect((await at('taobao-levels', then + HOUR))['rating_points']).toMatchObject({ value: 10 });
    expect((await at('taobao-levels', NOW))['rating_points']).toMatchObject({ value: 9 });
    expect((await at('trustpilot-stars', then - HOUR))['stars']).toMatchObject({ value: null });
  });

  it('counts nothing that happened after what is asked for was known, even where no posting tells when we learnt of it', async () => {
    await take(db, goodSales('back', 10, 40), then);
    await take(db, [saleOf({ order: 'back-40-0', merchant: 'back', placed: 40, refunded: [10, 'DEFECT'] }).at(-1)!]);
    const claims = async (knownAt: number) =>
      (await presetGrade(api, 'back', 'mercado-libre', { knownAt: new Date(knownAt).toISOString() })).metrics['claims'];

    expect(await claims(NOW)).toMatchObject({ numerator: 1 });
    expect(await claims(then + HOUR)).toMatchObject({ numerator: 0, denominator: 10 });
  });

  it('never had a voided order, unless it is asked for as it was known before', async () => {
    await take(db, [...goodSales('undone', 4, 40)], then);
    await db.pool.query(`update "order" set voided_at = $1 where external_id = 'undone-40-0'`, [new Date(NOW - HOUR)]);
    const sales = async (knownAt: number) =>
      (
        await presetGrade(api, 'undone', 'ebay-seller-standards', {
          asOf: daysAgo(31),
          knownAt: new Date(knownAt).toISOString(),
        })
      ).metrics['transactions']!['value'];

    expect(await sales(NOW)).toBe(3);
    expect(await sales(NOW - HOUR)).toBe(3);
    expect(await sales(NOW - HOUR - 1)).toBe(4);
  });

  it('never had a voided review, unless it is asked for as it was known before', async () => {
    await take(db, goodSales('void', 6, 40, { reviewed: [36, 5] }), then);
    const { rows } = await db.pool.query<{ merchantId: string; id: string }>(
      `select merchant_id as "merchantId", id from review where external_id in ('r-void-40-0', 'r-void-40-1')`,
    );
    await inTransaction(db.pool, async (tx) =>
      voidReviews(
        tx,
        { reviews: rows, ground: 'FAKE_PURCHASED', statement: 'bought', voidedBy: 'ADMIN' },
        { now: NOW - HOUR, foldings: await foldingsAt(NOW)(tx) },
      ),
    );
    const reviews = async (knownAt: number) =>
      (
        await presetGrade(api, 'void', 'trustpilot-stars', {
          asOf: daysAgo(32),
          knownAt: new Date(knownAt).toISOString(),
        })
      ).metrics['stars']!['denominator'];

    expect(await reviews(NOW)).toBe(4);
    expect(await reviews(NOW - HOUR)).toBe(4);
    expect(await reviews(NOW - HOUR - 1)).toBe(6);
  });
});
