import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import pg from 'pg';
import { beforeEach, describe, expect, it } from 'vitest';
import { anApi } from '../kit/api.ts';
import { aDatabase, emptied } from '../kit/database.ts';
import { anEvent, daysAgo, eventsOf, NOW, takeEvents, type RawEvent } from '../kit/events.ts';
import { accepted, askToIngest, countOf, expectSound, ingest, rowCounts } from './ingest-kit.ts';

const db = aDatabase();
const api = anApi(db, { clock: () => NOW });
const WRITERS = 8;
beforeEach(async () => {
  await emptied(db);
  await takeEvents(db, []); // the policies
});

/** Orders of few parties, so that the writers meet at every turn. */
const market = Array.from({ length: 24 }, (_, i) =>
  eventsOf({
    order: `o-${i}`,
    merchant: `m-${i % 2}`,
    buyer: `b-${i % 5}`,
    product: `p-${i % 2}`,
    placed: 20 + i,
    stars: 1 + (i % 5),
    delivered: i % 4 === 3 ? null : 3,
    promised: 2 + (i % 3),
  }),
).flat();
const retractions = [3, 8, 12].map((i) => anEvent('review.retracted', daysAgo(1), { review: `r-o-${i}` }));
const refunds = [1, 5].map((i) =>
  anEvent('order.refunded', daysAgo(2), { order: `o-${i}`, amount: 5000, cause: 'DEFECT' }),
);
const everything: readonly RawEvent[] = [...market, ...retractions, ...refunds];

/** What each of the writers sends, batch by batch: together everything at least once, in any order and overlap. */
function rushOf(seed: number): RawEvent[][][] {
  const next = diceOf(seed);
  const shuffled = <T>(values: readonly T[]): T[] =>
    values
      .map((value) => ({ value, at: next() }))
      .toSorted((a, b) => a.at - b.at)
      .map(({ value }) => value);
  return Array.from({ length: WRITERS }, (_, writer) => {
    const own = shuffled(everything.filter((_, i) => i % WRITERS === writer || next() < 0.3));
    const batches: RawEvent[][] = [];
    while (own.length > 0) batches.push(own.splice(0, 1 + Math.floor(next() * 30)));
    return batches;
  });
}

/** Numbers from 0 to 1 that a seed determines (mulberry32). */
function diceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Live postings by subject and kind: what the facts mean, whatever they weigh. */
const meanings = async () =>
  (
    await db.pool.query(
      `select s.external_id, p.kind, sum(1 - p.revision % 2 * 2)::int as live
         from posting p join (select id, 'm ' || external_id as external_id from merchant union all
                              select id, 'b ' || external_id from buyer union all
                              select id, 'p ' || external_id from product) s on s.id = p.subject_id
        group by 1, 2 having sum(1 - p.revision % 2 * 2) <> 0 order by 1, 2`,
    )
  ).rows;

describe('eight writers at once', () => {
  it('take each event in once, whoever sends it, in whatever order and overlap', { timeout: 60_000 }, async () => {
    await ingest(api, everything);
    const inOrder = await meanings();
    expect(inOrder.length).toBeGreaterThan(10);

    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const writers = rushOf(seed);
        await emptied(db);
        await takeEvents(db, []);
        const sums = { accepted: 0, duplicates: 0 };
        await Promise.all(
          writers.map(async (batches) => {
            for (const batch of batches) {
              const answer = await ingest(api, batch);
              expect(answer).toMatchObject({ rejected: [], userErrors: [] });
              sums.accepted += answer.accepted;
              sums.duplicates += answer.duplicates;
            }
          }),
        );
        const sent = writers.flat(2).length;
        expect(sums).toEqual({ accepted: everything.length, duplicates: sent - everything.length });
        expect(await countOf(db, 'inbox')).toBe(everything.length);
        expect(await countOf(db, 'pending_event')).toBe(0);
        expect(await meanings()).toEqual(inOrder);
        await expectSound(db);
      }),
      { numRuns: 5, endOnFailure: true },
    );
  });

  it('take the same batch in once', async () => {
    const answers = await Promise.all(Array.from({ length: WRITERS }, () => ingest(api, everything)));
    expect(answers.map((answer) => answer.accepted).toSorted((a, b) => b - a)).toEqual([
      everything.length,
      ...Array(WRITERS - 1).fill(0),
    ]);
    await expectSound(db);
  });

  it('tell one order about in pieces, each by another', async () => {
    for (let i = 0; i < 10; i++) {
      const story = [
        ...eventsOf({ order: `piece-${i}`, placed: 40, stars: 5, product: 'p-piece' }),
        anEvent('review.retracted', daysAgo(1), { review: `r-piece-${i}` }),
        anEvent('dispute.closed', daysAgo(1), { order: `piece-${i}`, lostBy: 'BUYER', cause: 'none' }),
      ];
      expect(story).toHaveLength(WRITERS);
      expect(await Promise.all(story.map((event) => ingest(api, [event])))).toEqual(story.map(() => accepted(1)));
    }
    expect(await countOf(db, 'pending_event')).toBe(0);
    expect(await countOf(db, 'review', 'retracted_at is not null')).toBe(10);
    expect(await countOf(db, '"order"', 'completed_at is not null and dispute_lost_by is not null')).toBe(10);
    await expectSound(db);
  });

  it('place one order with eight contents, and one of them holds', async () => {
    const placed = Array.from({ length: WRITERS }, (_, i) => ({
      ...eventsOf({ order: 'o-one', placed: 9, merchant: `m-${i}`, buyer: `b-${i}` })[0]!,
      id: `placed-${i}`,
    }));
    const answers = await Promise.all(placed.map((event) => ingest(api, [event])));
    expect(answers.filter((answer) => answer.accepted === 1)).toHaveLength(1);
    expect(answers.flatMap(({ rejected }) => rejected.map(({ code }) => code))).toEqual(
      Array(WRITERS - 1).fill('ORDER_EXISTS'),
    );
    expect(await rowCounts(db)).toMatchObject({ order: 1, merchant: 1, buyer: 1, inbox: 1, fact_key: 1 });
  });

  it('bring one merchant’s first reviews, and none is lost', async () => {
    const stories = Array.from({ length: 4 * WRITERS }, (_, i) =>
      eventsOf({ order: `first-${i}`, placed: 30 - (i % 20), buyer: `b-first-${i}`, stars: 5, product: 'p-first' }),
    );
    await Promise.all(stories.map((story) => ingest(api, story)));
    expect(await countOf(db, 'review')).toBe(4 * WRITERS);
    await expectSound(db);
  });

  it('refund one order as far as it goes', async () => {
    await ingest(api, eventsOf({ order: 'o-refunds', placed: 40, amount: 5_000 }));
    const refund = (i: number) =>
      anEvent('order.refunded', daysAgo(i), { order: 'o-refunds', amount: 1_000, cause: 'DEFECT' }, `refund-${i}`);
    const answers = await Promise.all(Array.from({ length: WRITERS }, (_, i) => ingest(api, [refund(i + 1)])));
    expect(answers.filter((answer) => answer.accepted === 1)).toHaveLength(5);
    expect(answers.flatMap(({ rejected }) => rejected.map(({ code }) => code))).toEqual(
      Array(3).fill('REFUND_EXCEEDS_ORDER'),
    );
    await expectSound(db);
  });

  it(
    'take each event in once while their connections are cut at any moment, if they send again',
    { timeout: 60_000 },
    async () => {
      await ingest(api, everything);
      const inOrder = await meanings();
      await emptied(db);
      await takeEvents(db, []);
      const cutting = new AbortController();
      const cuts = cutConnections(cutting.signal);
      const codes = new Set<string>();
      await Promise.all(
        rushOf(7).map(async (batches) => {
          for (const batch of batches) {
            for (;;) {
              const { data, errors } = await askToIngest(api, 'PLATFORM', batch);
              for (const { code } of data?.ingestEvents?.rejected ?? []) codes.add(code);
              if (!errors) break;
              for (const { extensions } of errors) codes.add(String(extensions['code']));
            }
          }
        }),
      ).finally(() => cutting.abort());
      expect(await cuts).toBeGreaterThan(5);
      expect([...codes].filter((code) => !['DATABASE_UNAVAILABLE', 'OUTCOME_UNKNOWN'].includes(code))).toEqual([]);
      expect(await countOf(db, 'inbox')).toBe(everything.length);
      expect(await meanings()).toEqual(inOrder);
      await expectSound(db);
    },
  );
});

const MOST_CUTS = 40;

/** Ends one transaction after another, wherever it is, until it is told to stop or has done enough. How many. */
async function cutConnections(signal: AbortSignal): Promise<number> {
  const client = new pg.Client({ connectionString: db.url });
  client.on('error', () => {}); // the query in flight fails with it
  await client.connect();
  let cuts = 0;
  while (!signal.aborted && cuts < MOST_CUTS) {
    const { rowCount } = await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null order by random() limit 1`,
    );
    cuts += rowCount ?? 0;
    await pause(20);
  }
  await client.end();
  return cuts;
}
