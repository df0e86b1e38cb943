import { describe, expect, it, vi } from 'vitest';
import { anApi, type Asker } from '../kit/api.ts';
import { aDatabase, allMoved } from '../kit/database.ts';
import { daysAgo, eventsOf, NOW } from '../kit/events.ts';
import { orders, retraction, take } from './fixtures.ts';

const GRADE = `query ($m: String!, $asOf: DateTime, $knownAt: DateTime, $policy: String) {
  merchant(externalId: $m) { grade(asOf: $asOf, knownAt: $knownAt, policy: $policy) {
    level score interval { low high } asOf knownAt policy { key version subjectKind activeFrom }
    evidence { postings goodMass badMass distinctCounterparties since } } } }`;
const DETAILS = `query ($m: String!, $locale: String) { merchant(externalId: $m) { grade {
  score exactScore baseScore factors { kind label(locale: $locale) points count }
  reasons { code text(locale: $locale) points without { level score } } next { level points suggestion(locale: $locale) } } } }`;

describe('a grade', () => {
  const db = aDatabase();
  const api = anApi(db, { clock: () => NOW });
  const gradeOf = async (m: string, more: Record<string, unknown> = {}, asker: Asker = null) => {
    const { data, errors } = await api.ask(asker, GRADE, { m, ...more });
    return errors ? errors[0]!.extensions['code'] : data.merchant.grade;
  };

  it('tells a shopper the level, the score and how much is known', async () => {
    await take(db, orders('good', 40));

    expect(await gradeOf('good')).toMatchObject({
      level: 'BBB',
      score: expect.any(Number),
      asOf: '2026-11-21T12:00:00.000Z',
      knownAt: '2026-11-21T12:00:00.000Z',
      policy: { key: 'default', version: 1, subjectKind: 'MERCHANT' },
      evidence: { postings: 60, distinctCounterparties: 40, badMass: 0, since: daysAgo(42).slice(0, 10) },
    });
    const { score, interval } = await gradeOf('good');
    expect(interval.low).toBeLessThan(score);
    expect(interval.high).toBeGreaterThan(score);
  });

  it('is NOT_RATED without a score while little is known', async () => {
    await take(db, orders('new', 9));

    expect(await gradeOf('new')).toMatchObject({ level: 'NOT_RATED', score: null, interval: null });
    expect((await gradeOf('new')).evidence).toMatchObject({ postings: 14, distinctCounterparties: 9 });
  });

  it('says so too of a merchant of whom nothing at all is known', async () => {
    await take(db, [...eventsOf({ order: 'none-1', merchant: 'none', placed: 5, delivered: null })]);

    expect(await gradeOf('none')).toMatchObject({
      level: 'NOT_RATED',
      score: null,
      evidence: { postings: 0, goodMass: 0, badMass: 0, distinctCounterparties: 0, since: null },
    });
  });

  it('is explained to the merchant itself and to the house, in points that add up', async () => {
    for (const asker of [['MERCHANT', 'merchant:good'], 'PLATFORM', 'MODERATOR', 'ADMIN', 'AUDITOR'] as const) {
      const { data, errors } = await api.ask(asker, DETAILS, { m: 'good' });
      expect(errors).toBeUndefined();
      const { exactScore, baseScore, factors, reasons, next, score } = data.merchant.grade;
      const points = factors.map((factor: { points: number }) => factor.points);
      expect(points.reduce((sum: number, each: number) => sum + each, 0)).toBeCloseTo(exactScore - baseScore, 9);
      expect(Math.round(exactScore)).toBe(score);
      expect(reasons.length).toBeGreaterThan(0);
      expect(reasons.length).toBeLessThanOrEqual(4);
      const [good] = reasons; // what lifts it most
      expect(good.without.score).toBeLessThan(score);
      expect(next.level).toBe('A');
    }
  });

  it('is explained to nobody else', async () => {
    for (const field of ['exactScore', 'baseScore', 'factors { kind }', 'reasons { code }', 'next { level }']) {
      const query = `{ merchant(externalId: "good") { grade { level ${field} } } }`;
      expect((await api.ask(null, query)).errors?.[0]?.extensions['code']).toBe('UNAUTHENTICATED');
      for (const asker of [['MERCHANT', 'merchant:new'], ['BUYER', 'buyer:good-b1'], 'PARTNER'] as const)
        expect((await api.ask(asker, query)).errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
    }
  });

  it('tells who is not rated what is missing, and no points that would tell the score', async () => {
    const { data } = await api.ask(['MERCHANT', 'merchant:new'], DETAILS, { m: 'new' });

    expect(data.merchant.grade).toMatchObject({ score: null, exactScore: null, factors: [] });
    expect(data.merchant.grade.reasons).toMatchObject([{ code: 'NOT_ENOUGH_EVIDENCE', points: 0, without: null }]);
    expect(data.merchant.grade.next).toMatchObject({ suggestion: expect.stringMatching(/1 more/) });
  });

  it('speaks the asked language', async () => {
    const inLanguage = async (locale?: string) =>
      (await api.ask('ADMIN', DETAILS, { m: 'good', locale })).data.merchant.grade.factors[0].label;

    expect(await inLanguage()).toMatch(/^[\x20-\x7e]+$/);
    expect(await inLanguage('fr')).toBe(await inLanguage('en'));
    expect(await inLanguage('zh-CN')).toMatch(/\p{Script=Han}/u);
  });

  it('of a product is explained to its merchant; of a buyer, to itself and the house', async () => {
    await take(db, orders('maker', 12, { product: 'thing', buyer: 'fan', stars: 5 }));
    const product = '{ product(externalId: "thing") { grade { level exactScore factors { kind } } } }';
    const buyer = '{ buyer(externalId: "fan") { grade { level reasons { code } policy { subjectKind } } } }';

    expect((await api.ask(['MERCHANT', 'merchant:maker'], product)).errors).toBeUndefined();
    expect((await api.ask(['MERCHANT', 'merchant:good'], product)).errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
    const own = await api.ask(['BUYER', 'buyer:fan'], buyer);
    expect(own.data.buyer.grade.policy).toEqual({ subjectKind: 'BUYER' });
    expect((await api.ask(['BUYER', 'buyer:good-b1'], buyer)).data).toEqual({ buyer: null });
    expect((await api.ask('AUDITOR', buyer)).errors).toBeUndefined();
  });

  it('with the rating, of any number of merchants, costs three statements at first, and from then on one', async () => {
    await allMoved(db);
    const query = vi.spyOn(db.pool, 'query');
    const { data } = await api.ask(
      null,
      '{ merchants(externalIds: ["good", "new", "none", "nobody"]) { externalId grade { level score } rating { average count } } }',
    );
    const statements = query.mock.calls.map(([statement]) => (statement as unknown as { name?: string }).name);
    query.mockClear();
    await api.ask(null, '{ merchants(externalIds: ["none", "good"]) { grade { level } rating { count } } }');
    const later = query.mock.calls.map(([statement]) => (statement as unknown as { name?: string }).name);
    query.mockRestore();

    expect(data.merchants.map((merchant: { grade: unknown } | null) => merchant && merchant.grade)).toMatchObject([
      { level: 'BBB' },
      { level: 'NOT_RATED' },
      { level: 'NOT_RATED' },
      null,
    ]);
    expect(statements).toEqual(['moves.since', 'merchants.by-external-id', 'card_of']);
    expect(later).toEqual(['moves.since']);
  });

  describe('of the past', () => {
    it('knows what had happened by then', async () => {
      const past = await gradeOf('good', { asOf: daysAgo(20) });

      expect(past).toMatchObject({ asOf: daysAgo(20) });
      expect(past.evidence.postings).toBeLessThan(60);
      expect(await gradeOf('good', { asOf: daysAgo(200) })).toMatchObject({ level: 'NOT_RATED' });
    });

    it('leaves out what was taken back since, unless it asks for what was known then', async () => {
      const then = NOW - 10 * 86_400_000;
      await take(db, orders('moody', 20, { placed: 60, stars: 1 }), then);
      await take(
        db,
        [0, 1, 2].map((i) => retraction(`moody-o${i}`, 5)),
      );
      const asOf = daysAgo(12);

      const asKnownNow = await gradeOf('moody', { asOf });
      const asKnownThen = await gradeOf('moody', { asOf, knownAt: new Date(then).toISOString() });

      expect(asKnownThen.evidence.badMass).toBeGreaterThan(asKnownNow.evidence.badMass);
      expect(asKnownThen.evidence.postings - asKnownNow.evidence.postings).toBe(3);
      expect(await gradeOf('moody', { asOf, knownAt: daysAgo(11) })).toMatchObject({ evidence: { postings: 0 } });
    });

    it('is refused for the future, and for times before there was anything', async () => {
      expect(await gradeOf('good', { asOf: '2026-11-21T12:00:00.001Z' })).toBe('ASOF_IN_FUTURE');
      expect(await gradeOf('good', { knownAt: '2027-01-01T00:00:00Z' })).toBe('ASOF_IN_FUTURE');
      expect(await gradeOf('good', { asOf: '1994-12-31T23:59:59Z' })).toBe('ASOF_TOO_OLD');
    });
  });

  it('is made by another policy only if that one is in force for its kind', async () => {
    expect(await gradeOf('good', { policy: 'default' })).toMatchObject({ level: 'BBB' });
    expect(await gradeOf('good', { policy: 'other' })).toBe('POLICY_UNKNOWN');
    expect(await gradeOf('good', { policy: 'none\0such' })).toBe('POLICY_UNKNOWN');
  });
});
