import { beforeEach, describe, expect, it } from 'vitest';
import { countOf, expectSound, ingest } from '../intake/ingest-kit.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase, emptied } from '../kit/database.ts';
import { NOW, takeEvents, type RawEvent } from '../kit/events.ts';
import { balancesOf } from '../kit/state.ts';
import {
  eventsOfSale,
  fakeSales,
  honestSales,
  PRAISE,
  reviewOfSale,
  suspicionsOf,
  takeHistory,
} from './integrity-kit.ts';

const db = aDatabase();
const api = anApi(db, { clock: () => NOW });
beforeEach(async () => {
  await emptied(db);
  await takeHistory(db, [...honestSales('shop'), ...honestSales('other')], NOW);
});

const fakes = fakeSales('shop', 6);
const bought = fakes.flatMap(eventsOfSale).filter(({ type }) => type !== 'review.posted');
const said = fakes.map(reviewOfSale);
const heldIds = async () =>
  (
    await db.pool.query<{ id: string }>(`select external_id as id from review where status = 'HELD' order by 1`)
  ).rows.map(({ id }) => id);
const rating = async () =>
  (await api.ask(null, '{ merchant(externalId: "shop") { rating { average count excludedCount } } }')).data.merchant
    .rating;

describe('a review that is plainly fake', () => {
  it('is held in the transaction that brings it: the rating of its merchant does not move', async () => {
    await ingest(api, [...bought, said[0]!]); // the first of a campaign looks like any other
    const before = await rating();
    await ingest(api, said.slice(1));

    expect(await heldIds()).toEqual(said.slice(1).map(({ data }) => data['review']));
    expect(await rating()).toEqual({ ...before, excludedCount: 5 });
    await expectSound(db);
  });

  it('is told to staff with its evidence, in words, and with a note for whoever reacts', async () => {
    await ingest(api, [...bought, ...said.slice(0, 2)]);
    const [suspicion, ...more] = await suspicionsOf(api);

    expect(more).toEqual([]);
    expect(suspicion).toMatchObject({
      kind: 'REVIEW',
      status: 'OPEN',
      merchant: { externalId: 'shop' },
      reviews: [{ externalId: 'r-shop-fake-1', status: 'HELD' }],
      orders: [],
      ring: null,
    });
    const against = suspicion!.evidence.filter(({ logLikelihoodRatio }) => logLikelihoodRatio > 0);
    expect(against.map(({ code }) => code)).toEqual(expect.arrayContaining(['NEAR_DUPLICATE', 'NEW_REVIEWER']));
    expect(against.find(({ code }) => code === 'NEAR_DUPLICATE')).toMatchObject({
      family: 'TEXT',
      text: 'Nearly the text of another reviewer: 1 alike',
      zh: '与他人评价文字几乎相同（相似度 1）',
    });
    const logOdds = Math.log(0.05 / 0.95) + suspicion!.evidence.reduce((sum, each) => sum + each.logLikelihoodRatio, 0);
    expect(suspicion!.probability).toBeCloseTo(1 / (1 + Math.exp(-logOdds)), 9); // the evidence adds up to it
    const notes = await db.pool.query(`select payload from note where kind = 'suspicion.opened'`);
    expect(notes.rows).toMatchObject([
      { payload: { kind: 'REVIEW', reviews: 1, probability: suspicion!.probability } },
    ]);
  });

  it('is judged alike whether its campaign comes at once or one by one, in whatever order within a batch', async () => {
    const outcome = async (batches: readonly (readonly RawEvent[])[]) => {
      await emptied(db);
      await takeHistory(db, honestSales('shop'), NOW);
      for (const batch of batches) await takeEvents(db, batch);
      return { held: await heldIds(), balances: await balancesOf(db) };
    };
    const late = said.map((event, i) => ({
      ...event,
      time: new Date(Date.parse(event.time) + i * 60_000).toISOString(),
    }));
    const atOnce = await outcome([[...bought, ...late]]);

    expect(atOnce.held).toHaveLength(5);
    expect(await outcome([bought, ...late.map((event) => [event])])).toEqual(atOnce);
    expect(await outcome([[...late, ...bought].toReversed()])).toEqual(atOnce);
  });

  it('is known by its device where its words are its own', async () => {
    const others = Array.from({ length: 8 }, (_, i) => honestSales(`shop-${i}`)); // among few shops, chance brings buyers together
    await takeHistory(db, others.flat(), NOW);
    const sales = fakeSales('shop', 8, { payment: 'c-farm' }).map((sale, i) => ({
      ...sale,
      text: `In my own words number ${i}: ${['tea', 'cup', 'pot', 'box', 'jar', 'lid', 'pan', 'mug'][i]} came well packed`,
    }));
    await ingest(api, sales.flatMap(eventsOfSale));
    const codes = (await suspicionsOf(api)).flatMap(({ evidence }) => evidence.map(({ code }) => code));

    expect(await heldIds()).not.toEqual([]);
    expect(codes).toEqual(expect.arrayContaining(['SHARED_DEVICE', 'SHARED_PAYMENT']));
    expect(codes).not.toContain('NEAR_DUPLICATE');
  });
});

describe('stage 1', () => {
  it('lets honest reviews count: known buyers who say something of their own', async () => {
    const sales = Array.from({ length: 5 }, (_, i) => ({
      order: `new-${i}`,
      placed: 9 - i,
      stars: 5,
      text: `Fine ${i}, as described`,
    }));
    await ingest(api, sales.flatMap(eventsOfSale));

    expect(await heldIds()).toEqual([]);
    expect(await suspicionsOf(api)).toEqual([]);
    expect(await countOf(db, 'review_mark')).toBe(5);
  });

  it('doubts nobody for repeating themselves', async () => {
    const sale = { buyer: 'b-faithful', stars: 5, text: PRAISE };
    await ingest(
      api,
      [1, 2].flatMap((i) => eventsOfSale({ ...sale, order: `again-${i}`, placed: 4 + 10 * i })),
    );
    expect(await heldIds()).toEqual([]);
  });

  it('does not look at history: that is for the scan', async () => {
    await takeHistory(db, [...bought, ...said], NOW);

    expect(await heldIds()).toEqual([]);
    expect(await countOf(db, 'review_mark')).toBe(0);
  });

  it('leaves nothing of a batch that is refused', async () => {
    const wrong = { ...said[5]!, id: 'wrong', data: { ...said[5]!.data, stars: 9 } };
    await ingest(api, [...bought, ...said.slice(0, 5), wrong], 'REJECT_EVERYTHING');

    for (const table of ['suspicion', 'review_mark', 'text_band', 'review_trace', 'review_hold'])
      expect([table, await countOf(db, table)]).toEqual([table, 0]);
  });

  it('takes a repeat for what it is: no second suspicion', async () => {
    await ingest(api, [...bought, ...said]);
    const before = await suspicionsOf(api);
    await ingest(api, [...bought, ...said]);
    expect(await suspicionsOf(api)).toEqual(before);
  });
});
