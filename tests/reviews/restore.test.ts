import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { newId } from '../../src/kernel/ids.ts';
import { bringInto, csv } from '../intake/import-kit.ts';
import { countOf, expectSound, rowCounts } from '../intake/ingest-kit.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase, emptied } from '../kit/database.ts';
import { anEvent, daysAgo, eventsOf, NOW, takeEvents, type RawEvent } from '../kit/events.ts';
import { aHistory } from '../kit/histories.ts';
import { balancesOf } from '../kit/state.ts';
import { keysOf, restoreAll, voidAll } from './void-kit.ts';

const db = aDatabase();
let now = NOW;
const api = anApi(db, { clock: () => now });

/** Every review as it lies there, but for our own ids and for when we learnt of it. */
async function reviewsAsTheyAre({ pool }: Database): Promise<unknown[]> {
  const { rows } = await pool.query<{ review: unknown }>(
    `select to_jsonb(r) - '{merchant_id,id,order_id,author_id,product_id,recorded_at}'::text[] as review from review r order by external_id`,
  );
  return rows.map(({ review }) => review);
}
const state = async () => ({ balances: await balancesOf(db), reviews: await reviewsAsTheyAre(db) });
const sale = (order: string, stars: number, more: object = {}) => eventsOf({ order, placed: 40, stars, ...more });

/** So that there always is a balance. */
const ALWAYS = sale('first', 4, { placed: 70 });

beforeEach(async () => {
  now = NOW;
  await emptied(db);
});

/** What is done to the reviews, by their places among those that are there; an event is the next of those that come later. */
const aStep = fc.oneof(
  fc.record({ kind: fc.constant('void' as const), places: fc.array(fc.nat(30), { minLength: 1, maxLength: 6 }) }),
  fc.record({ kind: fc.constant('restore' as const), places: fc.array(fc.nat(30), { minLength: 1, maxLength: 6 }) }),
  fc.record({ kind: fc.constant('event' as const), places: fc.constant([]) }),
);
type Step = typeof aStep extends fc.Arbitrary<infer Value> ? Value : never;

/** Goes the steps, then tells all events that are left and restores all that is still voided. */
async function go(steps: readonly Step[], later: readonly RawEvent[]): Promise<void> {
  const waiting = [...later];
  for (const { kind, places } of steps) {
    now += 60_000;
    if (kind === 'event') await takeEvents(db, waiting.splice(0, 1), now);
    else await move(kind, places);
  }
  await takeEvents(db, waiting, now);
  await move('restore', null);
}

/** Voids or restores those at these places (null: all) of which it can be. */
async function move(kind: 'void' | 'restore', places: readonly number[] | null): Promise<void> {
  const voided = `exists (select from review_void v where v.review_id = r.id and v.lifted_at is null)`;
  const { rows } = await db.pool.query<{ merchantId: string; id: string }>(
    `select merchant_id as "merchantId", id from review r
      where ${kind === 'void' ? "status <> 'VOIDED'" : voided} order by external_id`,
  );
  const chosen = places === null ? rows : [...new Set(places)].flatMap((place) => rows[place] ?? []);
  if (chosen.length === 0) return;
  await (kind === 'void' ? voidAll : restoreAll)(db, chosen, now);
}

const isMovable = ({ type }: RawEvent) => type !== 'order.placed' && type !== 'review.posted';

describe('whatever is voided and restored', () => {
  it('leaves everything as if it had never been voided, with orders that go on and reviews that are retracted meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(
        aHistory,
        fc.infiniteStream(fc.boolean()),
        fc.array(aStep, { maxLength: 10 }),
        async (history, coins, steps) => {
          const isLater = new Set(history.filter((event) => isMovable(event) && coins.next().value));
          const [first, later] = [history.filter((event) => !isLater.has(event)), [...isLater]];
          now = NOW;
          await emptied(db);
          await takeEvents(db, [...ALWAYS, ...first], now);
          await go([], later);
          const never = await state();

          now = NOW;
          await emptied(db);
          await takeEvents(db, [...ALWAYS, ...first], now);
          await go(steps, later);
          expect(await state()).toEqual(never);
          await expectSound(db);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('leaves every sum that of what is live, with reviews that come in between', async () => {
    await fc.assert(
      fc.asyncProperty(aHistory, fc.array(aStep, { minLength: 3, maxLength: 12 }), async (history, steps) => {
        now = NOW;
        await emptied(db);
        const half = history.length >> 1;
        await takeEvents(db, [...ALWAYS, ...history.slice(0, half)], now);
        await go(steps, history.slice(half));
        await expectSound(db);
        expect(await countOf(db, 'review', "status = 'VOIDED' and retracted_at is null")).toBe(0);
      }),
      { numRuns: 10 },
    );
  });
});

describe('a restored review', () => {
  it('comes back as it was: counted, held or unverified', async () => {
    const burst = Array.from({ length: 14 }, (_, i) => [
      ...eventsOf({ order: `burst-${i}`, merchant: 'm-3', product: 'p-3', placed: 9, delivered: null }),
      anEvent('review.posted', daysAgo(5, i), { review: `r-burst-${i}`, order: `burst-${i}`, stars: 5 }),
    ]).flat();
    await takeEvents(db, burst);
    const line = csv('review,merchant,buyer,stars,occurredAt', 'r-file,m-3,b-x,1,2020-10-01');
    await bringInto(db, '--mapping', 'reviews', line);
    const before = await state();
    const statuses = async () =>
      (await db.pool.query('select status, count(*)::int from review group by status order by status')).rows;
    const had = await statuses();
    expect(had.map(({ status }) => status)).toEqual(['COUNTED', 'HELD', 'UNVERIFIED']);
    const all = await keysOf(db, [...Array.from({ length: 14 }, (_, i) => `r-burst-${i}`), 'r-file']);

    await voidAll(db, all, now);
    await restoreAll(db, all, now);
    expect(await statuses()).toEqual(had);
    expect(await state()).toEqual(before);
    await expectSound(db);
  });

  it('weighs as a purchase, when its order was paid while it was voided', async () => {
    const [placed, paid] = sale('late', 5);
    const review = sale('late', 5).at(-1)!;
    const never = async (between: () => Promise<unknown>) => {
      await emptied(db);
      await takeEvents(db, [placed!, review]);
      await between();
      return state();
    };
    const paidOnly = await never(() => takeEvents(db, [paid!]));
    const restored = await never(async () => {
      const keys = await keysOf(db, ['r-late']);
      await voidAll(db, keys, now);
      await takeEvents(db, [paid!]);
      await restoreAll(db, keys, now);
    });

    expect(restored).toEqual(paidOnly);
    expect(await countOf(db, 'posting', 'kind = 7 and revision = 2 and is_purchase')).toBe(1);
  });

  it('stays retracted, when its author took it back while it was voided', async () => {
    await takeEvents(db, sale('gone', 5));
    const keys = await keysOf(db, ['r-gone']);
    await voidAll(db, keys, now);
    await takeEvents(db, [anEvent('review.retracted', daysAgo(1), { review: 'r-gone' })]);
    const before = await state();

    const receipt = await restoreAll(db, keys, now);
    expect(receipt).toMatchObject({ reversedPostings: 0, changes: [] });
    expect(await state()).toEqual(before);
    expect(await countOf(db, 'review', "status = 'VOIDED' and retracted_at is not null")).toBe(1);
  });

  it('can be voided again, on another ground, and both are on record', async () => {
    await takeEvents(db, sale('twice', 5));
    const keys = await keysOf(db, ['r-twice']);
    await voidAll(db, keys, now);
    const voided = await state();
    await restoreAll(db, keys, now);
    await voidAll(db, keys, now);

    expect(await state()).toEqual(voided);
    expect(await countOf(db, 'review_void', 'lifted_at is null')).toBe(1);
    expect(await countOf(db, 'review_void', "lifted_at is not null and lifted_by = 'ADMIN:bob'")).toBe(1);
    await expectSound(db);
  });
});

describe('the receipt of a restoration', () => {
  it('is that of the void with before and after exchanged', async () => {
    await takeEvents(db, [...sale('a', 5), ...sale('b', 1, { merchant: 'm-2' })]);
    const keys = await keysOf(db, ['r-a', 'r-b']);
    const voided = await voidAll(db, keys, now);
    const restored = await restoreAll(db, keys, now);

    expect(restored.changes.length).toBeGreaterThan(0);
    expect(restored.reversedPostings).toBe(voided.reversedPostings);
    expect(restored.merchantIds).toEqual(voided.merchantIds);
    expect(restored.changes).toEqual(
      voided.changes.map(({ before, after, ...rest }) => ({ ...rest, before: after, after: before })),
    );
  });

  it('takes the cause off the review, and the review has its words again', async () => {
    await takeEvents(db, sale('a', 5, { text: 'Fine.' }));
    const [key] = await keysOf(db, ['r-a']);
    const shown = async () =>
      (
        await api.ask(
          null,
          '{ merchant(externalId: "m-1") { reviews(status: null) { nodes { status text void { ground } } } } }',
        )
      ).data.merchant.reviews.nodes;
    const before = await shown();
    await voidAll(db, [key!], now);
    expect(await shown()).toEqual([]);
    await restoreAll(db, [key!], now);
    expect(await shown()).toEqual(before);
    expect(before).toEqual([{ status: 'COUNTED', text: 'Fine.', void: null }]);
  });
});

describe('restoring', () => {
  beforeEach(() => takeEvents(db, [...sale('a', 5), ...sale('b', 4)]));

  it('refuses what is not voided, what is restored already and what is not there, and changes nothing', async () => {
    const keys = await keysOf(db, ['r-a', 'r-b']);
    await voidAll(db, [keys[0]!], now);
    const before = await rowCounts(db);
    await expect(restoreAll(db, keys, now)).rejects.toMatchObject({ kind: 'CONFLICT', code: 'REVIEW_NOT_VOIDED' });
    const nobody = { merchantId: newId(now), id: newId(now) };
    await expect(restoreAll(db, [keys[0]!, nobody], now)).rejects.toMatchObject({ code: 'REVIEW_NOT_FOUND' });
    expect(await rowCounts(db)).toEqual(before);

    await restoreAll(db, [keys[0]!, keys[0]!], now);
    await expect(restoreAll(db, [keys[0]!], now)).rejects.toMatchObject({ code: 'REVIEW_NOT_VOIDED' });
    await expectSound(db);
  });

  it('happens once, when two want it at the same moment', async () => {
    const keys = await keysOf(db, ['r-a', 'r-b']);
    await voidAll(db, keys, now);
    const answers = await Promise.allSettled(Array.from({ length: 6 }, () => restoreAll(db, keys, now)));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expectSound(db);
  });
});

describe('after a restoration, the past', () => {
  const ASK = `query ($asOf: DateTime, $knownAt: DateTime) { merchant(externalId: "m-1") {
    grade(asOf: $asOf, knownAt: $knownAt) { exactScore evidence { postings goodMass distinctCounterparties } } } }`;
  const grade = async (coordinates: Record<string, unknown>) => {
    const { data, errors } = await api.ask('ADMIN', ASK, coordinates);
    expect(errors).toBeUndefined();
    return data.merchant.grade;
  };

  it('is that of before the void; as it was known in between, the review is voided', async () => {
    for (const i of Array(12).keys()) await takeEvents(db, sale(`o-${i}`, 4));
    const asOf = daysAgo(20);
    const at = () => new Date(now).toISOString();
    const whole = await grade({ asOf });
    const beforeVoid = at();
    now += 60_000;
    const keys = await keysOf(db, ['r-o-1', 'r-o-2']);
    await voidAll(db, keys, now);
    const voided = await grade({ asOf });
    const between = at();
    now += 60_000;
    await restoreAll(db, keys, now);
    now += 60_000;

    expect(voided).not.toEqual(whole);
    expect(await grade({ asOf })).toEqual(whole);
    expect(await grade({ asOf, knownAt: beforeVoid })).toEqual(whole);
    expect(await grade({ asOf, knownAt: between })).toEqual(voided);
  });
});
