import { describe, expect, it, vi } from 'vitest';
import { inTransaction } from '../../src/db/tx.ts';
import { rebuildStandings } from '../../src/evidence/rebuild.ts';
import { foldingsAt } from '../../src/grades/foldings.ts';
import { forgetRecentPolicies } from '../../src/grades/policies.loaders.ts';
import { voidReviews } from '../../src/reviews/void.commands.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { anEvent, daysAgo, eventsOf, NOW } from '../kit/events.ts';
import { orders, retraction, take } from './fixtures.ts';
import { changesOn, rulesWith } from './policy-kit.ts';

vi.mock(import('../../src/evidence/volume-size.ts'), () => ({ VOLUME_ENTRIES: 16, SHELF_VOLUMES: 2 }));

const DAY = 86_400_000;
const GRADE = `query ($m: String!, $asOf: DateTime, $knownAt: DateTime, $policy: String) { merchant(externalId: $m) {
  grade(asOf: $asOf, knownAt: $knownAt, policy: $policy) {
    level score exactScore interval { low high } factors { kind points count } reasons { code points } next { level points }
    evidence { postings goodMass badMass distinctCounterparties since } policy { key version } asOf knownAt } } }`;

describe('a past moment', () => {
  const db = aDatabase();
  const api = anApi(db, { clock: () => NOW });
  const gradeOf = async (m: string, coordinates: { asOf?: string; knownAt?: string; policy?: string }) => {
    const { data, errors } = await api.ask('ADMIN', GRADE, { m, ...coordinates });
    return errors ? errors[0]!.extensions['code'] : data.merchant.grade;
  };
  const isoOf = (at: number) => new Date(at).toISOString();
  const NOTHING = {
    level: 'NOT_RATED',
    score: null,
    interval: null,
    factors: [],
    evidence: { postings: 0, goodMass: 0, badMass: 0, distinctCounterparties: 0, since: null },
  };
  const recordedAt = NOW - 5 * DAY;

  it('before the first fact, or before anything was recorded, is one of which nothing is known', async () => {
    await take(db, orders('shop', 40), recordedAt + 5 * DAY - 1000);

    expect(await gradeOf('shop', { asOf: daysAgo(300) })).toMatchObject(NOTHING);
    expect(await gradeOf('shop', { knownAt: daysAgo(1) })).toMatchObject(NOTHING);
    expect(await gradeOf('shop', { asOf: daysAgo(10), knownAt: daysAgo(1) })).toMatchObject(NOTHING);
    expect(await gradeOf('shop', { asOf: daysAgo(10) })).toMatchObject({ evidence: { distinctCounterparties: 32 } });
  });

  it('that is still to come is refused, be it of happening or of knowing', async () => {
    expect(await gradeOf('shop', { asOf: isoOf(NOW + 1) })).toBe('ASOF_IN_FUTURE');
    expect(await gradeOf('shop', { knownAt: isoOf(NOW + 1) })).toBe('ASOF_IN_FUTURE');
  });

  it.each(['2026-11-21', 'yesterday', '2026-02-30T00:00:00Z', '2026-11-21T10:00:00'])(
    'that is none is refused with a word of what would be one: %s',
    async (asOf) => {
      const variable = await api.ask(null, GRADE, { m: 'shop', asOf });
      const literal = await api.ask(null, `{ merchant(externalId: "shop") { grade(asOf: "${asOf}") { level } } }`);
      for (const { errors } of [variable, literal])
        expect(errors?.[0]?.message).toMatch(/ Give an instant with its offset, such as 2026-11-21T10:15:30Z\.$/);
    },
  );

  it('has equal bits for ever, whatever is voided, retracted, paid late, learnt late, rebuilt or ruled afterwards', async () => {
    const stories = Array.from({ length: 30 }, (_, i) =>
      eventsOf({ order: `m-o${i}`, merchant: 'm', placed: 45 - i, stars: 4, isCompleted: false }),
    );
    await take(db, stories.flat(), recordedAt);
    const moments = [35, 20, 12, 8, 5.5].flatMap((day) => {
      const asOf = isoOf(NOW - day * DAY);
      return [0, 1, 1.5].map((later) => ({ asOf, knownAt: isoOf(recordedAt + later * DAY), policy: 'default@1' }));
    });
    const tell = () => Promise.all(moments.map((coordinates) => gradeOf('m', coordinates)));
    await take(db, [retraction('m-o3', 5)], recordedAt + DAY);
    const before = await tell();

    await take(
      db,
      [0, 1, 2].map((i) => retraction(`m-o${i}`, 2)),
    );
    await take(db, orders('late', 10, { merchant: 'm', placed: 25 }));
    await take(db, [anEvent('dispute.closed', daysAgo(1), { order: 'm-o7', lostBy: 'MERCHANT', cause: 'broken' })]);
    const { rows } = await db.pool.query<{ merchantId: string; id: string }>(
      `select merchant_id as "merchantId", id from review where external_id in ('r-m-o8', 'r-m-o9')`,
    );
    await inTransaction(db.pool, async (tx) =>
      voidReviews(
        tx,
        { reviews: rows, ground: 'SPAM', statement: 'Advertising.', voidedBy: 'ADMIN' },
        { now: NOW, foldings: await foldingsAt(NOW)(tx) },
      ),
    );
    await rebuildStandings(db.pool, foldingsAt(NOW), NOW);
    await changesOn(api).save(rulesWith({ badWeight: 2 }));
    expect((await changesOn(api).activate(2)).version).toMatchObject({ state: 'IN_FORCE' });
    forgetRecentPolicies(db.pool);

    expect((await gradeOf('m', {})).policy).toEqual({ key: 'default', version: 2 });
    expect(await tell()).toEqual(before);
    expect(before.map(({ level }: { level: string }) => level)).toContain('BBB');
    const [asKnownThen, asKnownNow] = [before.at(-1), await gradeOf('m', { ...moments.at(-1), knownAt: isoOf(NOW) })];
    expect(asKnownNow.evidence.postings).not.toBe(asKnownThen.evidence.postings);
  });

  it('is the same in the history of grades, day by day, as it is known now', async () => {
    const history = `query { merchant(externalId: "m") { gradeHistory(from: "${daysAgo(40).slice(0, 10)}", to: "${daysAgo(0).slice(0, 10)}") {
      date level score } } }`;
    const points = (await api.ask(null, history)).data.merchant.gradeHistory;
    for (const [i, { date, level, score }] of points.entries()) {
      const asOf = i === points.length - 1 ? isoOf(NOW) : `${date}T23:59:59.999Z`;
      expect(await gradeOf('m', { asOf })).toMatchObject({ level, score });
    }
    expect(new Set(points.map(({ level }: { level: string }) => level)).size).toBeGreaterThan(1);
  });

  it('of a buyer and of a product is told from their ledgers as well', async () => {
    await take(db, [
      ...orders('maker', 40, { product: 'thing', buyer: 'fan', stars: 5 }),
      ...eventsOf({ order: 'x', merchant: 'maker', buyer: 'fan', placed: 100 }),
    ]);
    const { data } = await api.ask(
      'ADMIN',
      `{ product(externalId: "thing") { now: grade { evidence { postings } } then: grade(asOf: "${daysAgo(20)}") { evidence { postings } } }
         buyer(externalId: "fan") { now: grade { evidence { postings } } then: grade(asOf: "${daysAgo(20)}") { evidence { postings } } } }`,
    );

    expect(data.product.now.evidence.postings).toBe(80);
    expect(data.product.then.evidence.postings).toBeLessThan(80);
    expect(data.product.then.evidence.postings).toBeGreaterThan(20);
    expect(data.buyer.then.evidence.postings).toBeLessThan(data.buyer.now.evidence.postings);
  });
});
